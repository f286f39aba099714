"""Templates, rendered by Core itself (WebSocket ``render_template``; no admin rights needed)."""

import asyncio
import contextlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
from msgspec import Struct

from ..problems import Rejected, Unreachable
from .wire import Core

_PATIENCE = 3  # seconds Core may take to render


@dataclass(frozen=True, slots=True)
class Rendered:
    """What a template came to, and what makes it render anew."""

    result: Any  # any JSON: Core turns text that looks like a number, list or object into one
    entities: tuple[str, ...]
    domains: tuple[str, ...]
    everything: bool  # any change of any state
    time: bool  # each minute
    warnings: tuple[str, ...]


class _Listeners(Struct, frozen=True):
    all: bool = False
    entities: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    time: bool = False


class _Event(Struct, frozen=True):
    """Either a result with its listeners, or an error with its level."""

    result: Any = None
    listeners: _Listeners | None = None
    error: str | None = None
    level: str = ""


_EVENT = msgspec.json.Decoder(_Event)


class Templates:
    """Renders templates."""

    def __init__(self, core: Core) -> None:
        """Take the wire."""
        self._core = core

    async def render(self, template: str, variables: Mapping[str, Any] | None = None) -> Rendered:
        """Render once; raises Rejected with Core's words when the template is wrong or too slow."""
        warnings: dict[str, None] = {}
        answer: asyncio.Future[_Event] = asyncio.get_running_loop().create_future()

        def receive(data: bytes) -> None:
            event = _EVENT.decode(data)
            if event.error is not None and event.level != "ERROR":
                warnings[event.error] = None
            elif not answer.done():
                answer.set_result(event)

        stop = await self._core.subscribe(
            "render_template",
            receive,
            template=template,
            variables=dict(variables or {}),
            timeout=_PATIENCE,
            strict=False,
            report_errors=True,
        )
        try:
            event = await self._first(answer)
        finally:
            with contextlib.suppress(Unreachable):  # then it has ended already
                await stop()
        if event.error is not None:
            raise Rejected(f"The template is wrong: {' '.join(event.error.split())}")
        watched = event.listeners or _Listeners()
        return Rendered(
            event.result,
            tuple(sorted(watched.entities)),
            tuple(sorted(watched.domains)),
            everything=watched.all,
            time=watched.time,
            warnings=tuple(warnings),
        )

    async def _first(self, answer: asyncio.Future[_Event]) -> _Event:
        """Wait for the answer, or for the loss of the connection it would come by."""
        lost: asyncio.Future[Any] = asyncio.ensure_future(self._core.down())
        try:
            await asyncio.wait([answer, lost], return_when=asyncio.FIRST_COMPLETED)
        finally:
            lost.cancel()
        if not answer.done():
            raise Unreachable("The connection was lost while the template was rendered", sent=True)
        return answer.result()
