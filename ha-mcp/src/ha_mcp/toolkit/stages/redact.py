"""Nothing secret leaves with an answer, and no mask comes back as if it were the secret."""

from typing import Protocol

import orjson

from ...problems import Invalid
from ..answers import Outcome
from ..pipeline import Call, Handler, Stage
from ..risk import Risk


class Hiding(Protocol):
    """Knows what is secret."""

    def hide(self, text: str) -> str:
        """Return a text with a mask for each secret."""
        ...

    def has_mask(self, text: str) -> bool:
        """Tell whether a mask stands in a text."""
        ...


def redact(hiding: Hiding) -> Stage:
    """Return a stage that hides secrets in every answer, failures included."""

    async def stage(call: Call, following: Handler) -> Outcome:
        outcome = await following(call)
        return Outcome(hiding.hide(outcome.text), outcome.pictures, outcome.failed)

    return stage


def refuse_masks(hiding: Hiding) -> Stage:
    """Return a stage that keeps masks from being written over what they stand for."""

    async def stage(call: Call, following: Handler) -> Outcome:
        if call.tool.risk is not Risk.READ and hiding.has_mask(_text(call)):
            raise Invalid(
                "A value is a mask ([hidden:…]) of what is kept from you: nothing was written",
                hint="Leave it out: change the rest with a patch or merge, which keeps what it"
                " does not name; a person can enter the value in Home Assistant",
            )
        return await following(call)

    return stage


def _text(call: Call) -> str:
    return orjson.dumps(call.arguments, option=orjson.OPT_NON_STR_KEYS, default=str).decode()
