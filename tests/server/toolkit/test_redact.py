"""What is secret does not leave, and what stands for it does not come back."""

import logging
from typing import Any

import pytest

from ha_mcp.problems import Invalid, Rejected
from ha_mcp.toolkit import Picture, Risk, Tool, tool
from ha_mcp.toolkit.stages import contain, redact, refuse_masks, validate

from .calls import through

LOG = logging.getLogger("redact")


class Hider:
    """Knows one secret."""

    def hide(self, text: str) -> str:
        """Hide it."""
        return text.replace("hunter2", "[hidden]")

    def has_mask(self, text: str) -> bool:
        """Find it."""
        return "[hidden]" in text


def saying(risk: Risk = Risk.READ) -> Tool:
    """Return a tool that says what it is told."""

    @tool(title="Say", risk=risk)
    async def ha_say(words: str, deep: dict[str, Any] | None = None) -> tuple[str, Picture]:
        """Say."""
        return f"{words} {deep}", Picture(b"hunter2", "image/png")

    return ha_say


async def test_an_answer_leaves_without_the_secret() -> None:
    """Its pictures are as they were."""
    outcome = await through(saying(), redact(Hider()), validate, words="it is hunter2")

    assert outcome.text.startswith("it is [hidden]")
    assert outcome.pictures[0].data == b"hunter2"
    assert not outcome.failed


async def test_a_failure_leaves_without_the_secret() -> None:
    """Home Assistant's own words may hold it."""

    @tool(title="Fail", risk=Risk.READ)
    async def ha_fail() -> str:
        """Fail."""
        raise Rejected("Cannot log in with hunter2")

    outcome = await through(ha_fail, redact(Hider()), contain(LOG, lambda _: None))

    assert outcome.text == "rejected: Cannot log in with [hidden]"
    assert outcome.failed


@pytest.mark.parametrize(
    "arguments", [{"words": "a [hidden] b"}, {"words": "x", "deep": {"a": [{"b": "[hidden]"}]}}]
)
async def test_a_write_with_a_mask_is_refused(arguments: dict[str, Any]) -> None:
    """It would destroy what it stands for."""
    with pytest.raises(Invalid, match="nothing was written") as caught:
        await through(saying(Risk.EDIT), validate, refuse_masks(Hider()), **arguments)

    assert "patch or merge" in str(caught.value.hint)


@pytest.mark.parametrize(
    ("risk", "words"), [(Risk.READ, "about [hidden]"), (Risk.EDIT, "nothing to hide")]
)
async def test_what_writes_no_mask_goes_on(risk: Risk, words: str) -> None:
    """A question about a mask is a question."""
    outcome = await through(saying(risk), validate, refuse_masks(Hider()), words=words)

    assert outcome.text.startswith(words)
