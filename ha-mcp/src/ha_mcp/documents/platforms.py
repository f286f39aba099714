"""The triggers and conditions of this very Home Assistant, as its integrations describe them."""

import asyncio
import contextlib
from collections.abc import Collection, Mapping
from typing import Any, Final

import orjson

from ..home.wire import Core
from ..problems import Forbidden, Unreachable, Unsupported, nearest
from .kind import Body

TRIGGERS: Final = "triggers"
CONDITIONS: Final = "conditions"
_COMMANDS: Final = {
    TRIGGERS: "trigger_platforms/subscribe",
    CONDITIONS: "condition_platforms/subscribe",
}
_FITTING: Final = {
    TRIGGERS: "get_triggers_for_target",
    CONDITIONS: "get_conditions_for_target",
}
PLAIN: Final[Mapping[str, tuple[str, ...]]] = {
    TRIGGERS: (
        "state", "numeric_state", "time", "time_pattern", "sun", "event", "template", "zone",
        "device", "homeassistant", "calendar", "conversation", "geo_location", "mqtt",
        "persistent_notification", "tag", "webhook",
    ),
    CONDITIONS: (
        "state", "numeric_state", "time", "sun", "template", "zone", "trigger", "device",
        "and", "or", "not",
    ),
}  # fmt: skip
"""Those without a description: Core's own, of ``helpers/config_validation.py`` and
``components/*/trigger.py`` of Core 2026.11."""


_LOADED: Final = frozenset(
    {"calendar", "conversation", "geo_location", "mqtt", "sun", "tag", "webhook", "zone"}
)
"""Those that an integration brings."""


def plain_keys(sort: str, components: Collection[str]) -> list[str]:
    """Return those without a description that a home with these components has."""
    return [one for one in PLAIN[sort] if one not in _LOADED or one in components]


class Platforms:
    """Asks Core each time: it is seldom wanted, and integrations come and go."""

    def __init__(self, core: Core) -> None:
        """Take the wire."""
        self._core = core

    async def described(self, sort: str) -> dict[str, Body]:
        """Return the fields and the target of every trigger or condition, by its key."""
        answer: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()

        def receive(event: bytes) -> None:
            if not answer.done():
                answer.set_result(event)

        stop = await self._core.subscribe(_COMMANDS[sort], receive)
        lost: asyncio.Future[Any] = asyncio.ensure_future(self._core.down())
        try:
            await asyncio.wait([answer, lost], return_when=asyncio.FIRST_COMPLETED)
        finally:
            lost.cancel()
            with contextlib.suppress(Unreachable):  # then it has ended already
                await stop()
        if not answer.done():
            raise Unreachable(f"The connection was lost while the {sort} were read")
        described: dict[str, Body] = orjson.loads(answer.result())
        return described

    async def texts(self, sort: str) -> dict[str, str]:
        """Return what each does in one English sentence, by its key."""
        answer = await self._core.command("frontend/get_translations", language="en", category=sort)
        found = {}
        for key, text in answer["resources"].items():
            parts = key.split(".")  # component.light.triggers.turned_on.description
            if len(parts) == 5 and parts[4] == "description":
                found[f"{parts[1]}.{parts[3]}"] = text
        return found

    async def similar(self, sort: str, key: str) -> tuple[str, ...]:
        """Return the keys most like one that does not exist."""
        known = [*PLAIN[sort], *await self.described(sort)]
        domain, dot, _ = key.partition(".")
        same = [one for one in known if dot and one.startswith(f"{domain}.")]
        return tuple(nearest(key, same, limit=3) or nearest(key, known, limit=3))

    async def fitting(self, sort: str, target: Body) -> set[str] | None:
        """Return the keys that something in a target can do; None where Core cannot tell."""
        try:
            return set(await self._core.command(_FITTING[sort], target=target))
        except (Forbidden, Unsupported):
            return None
