"""What devices tell and do by themselves, as the editor offers it: each is different."""

import asyncio
from collections.abc import Sequence
from itertools import batched
from typing import Any, Final

from ...home import Home
from ...home.rows import DeviceEntry
from ...problems import Forbidden, NotFound
from ..kind import Body, Described, FieldLine

_AT_ONCE: Final = 20  # devices
_LOOKED_AT: Final = 200  # devices, until one has any
_TRIED: Final = 10  # parts of it, until Core takes one
_ROOM: Final = 4_000  # bytes of a page
_OF_OLD: Final = "platform"  # what the editor calls ``trigger``
_UNSAID: Final = frozenset({_OF_OLD, "metadata", "device_id", "trigger", "condition"})


class DeviceParts:
    """The triggers, conditions or actions of devices."""

    def __init__(self, home: Home, sort: str) -> None:
        """Take the home, and which of them are meant."""
        self._home = home
        self._sort = sort
        self._word = sort.removesuffix("s")

    async def example(self) -> Body:
        """Return one that Core takes, of a device that has any; empty where there is none.

        What only a device itself can tell, such as a button, comes before what its entities can.
        """
        devices = list(self._home.registries.devices.values())[:_LOOKED_AT]
        found: list[Body] = []
        for some in batched(devices, _AT_ONCE, strict=False):
            listed = await asyncio.gather(*(self._of(one) for one in some))
            found += [part for parts in listed for part in parts]
        found.sort(key=lambda part: ("entity_id" in part, self._is_secondary(part)))
        for part in found[:_TRIED]:
            written = self._written(part)
            if await self._taken(written):
                return written
        return {}

    async def described(self, named: str) -> Described:
        """Tell all those of one device; raises NotFound with the nearest."""
        device = self._named(named)
        parts = await self._of(device)
        more = await asyncio.gather(*(self._capabilities(part) for part in parts))
        lines: list[FieldLine] = []
        room = _ROOM
        for part, said in zip(parts, more, strict=True):
            line = FieldLine(_shown(part), said)
            room -= len(line.name.encode()) + len(said.encode())
            if room < 0:
                break
            lines.append(line)
        if not parts:
            return Described((), {}, f"{device.shown_name} has no {self._sort} of its own.")
        same = "; ".join(f"{key}: {one}" for key, one in self._same(device.id).items())
        notes = f"Each together with {same}; the type column has what else it takes."
        if left := len(parts) - len(lines):
            notes += f" {left} more are left out."
        return Described(lines, {}, notes)

    def _named(self, text: str) -> DeviceEntry:
        devices = self._home.registries.devices
        if text in devices:
            return devices[text]
        found = [one for one in devices.values() if one.shown_name.casefold() == text.casefold()]
        if len(found) == 1:
            return found[0]
        if found:
            raise NotFound(
                f"{len(found)} devices are called {text!r}",
                hint=f"Name one by its id: {', '.join(one.id for one in found)}",
                what="device",
                which=text,
            )
        raise NotFound.naming("device", text, [one.shown_name for one in devices.values()])

    async def _of(self, device: DeviceEntry) -> Sequence[Body]:
        try:
            answer = await self._home.core.command(
                f"device_automation/{self._word}/list", device_id=device.id
            )
        except (Forbidden, NotFound):
            return ()
        return answer or ()

    async def _capabilities(self, part: Body) -> str:
        answer = await self._home.core.command(
            f"device_automation/{self._word}/capabilities", **{self._word: part}
        )
        return "; ".join(_said(field) for field in answer.get("extra_fields") or ())

    async def _taken(self, part: Body) -> bool:
        answer = await self._home.core.command("validate_config", **{self._sort: [part]})
        return bool(answer[self._sort]["valid"])

    def _written(self, part: Body) -> Body:
        plain = {key: one for key, one in part.items() if key not in _UNSAID}
        return {**self._same(part["device_id"]), **plain}

    def _same(self, device_id: str) -> Body:
        head = {} if self._word == "action" else {self._word: "device"}
        return {**head, "device_id": device_id}

    @staticmethod
    def _is_secondary(part: Body) -> bool:
        return bool((part.get("metadata") or {}).get("secondary"))


def _shown(part: Body) -> str:
    """Return what one has of its own, its type first."""
    own = {"type": part.get("type"), **part}
    return "; ".join(f"{key}: {one}" for key, one in own.items() if key not in _UNSAID)


def _said(field: Body) -> str:
    """Return what a form field takes, in a few words."""
    options: Any = field.get("options")
    words = ", ".join(str(one[0]) for one in options) if options else str(field.get("type", ""))
    star = "*" if field.get("required") else ""
    return f"{field['name']}{star}: {words.replace('positive_time_period_dict', 'as delay')}"
