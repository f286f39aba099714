"""The WebSocket to Core: one authenticated connection, many commands at once.

Results keep their JSON until their type is known, so that megabytes of registry never become
dicts.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

from aiohttp import ClientSession

from ..problems import Forbidden, Problem, Unreachable
from .handshake import User, Welcome, connect
from .link import Link, Listener
from .messages import decode_as
from .reading import command_reads, may_leave
from .reconnect import Backoff

_LOG = logging.getLogger(__name__)

_ANSWER_WITHIN: Final = 20.0
_HEARTBEAT: Final = 12.0  # a socket that died without a close is found within one and a half


class CoreSocket:
    """The connection to Core; ``run`` keeps it up, everything else uses it while it is."""

    def __init__(
        self,
        session: ClientSession,
        url: str,
        token: Callable[[], str],
        *,
        answer_within: float = _ANSWER_WITHIN,
        heartbeat: float = _HEARTBEAT,
        backoff: Backoff | None = None,
        refused: Backoff | None = None,
        reads_only: str = "",
    ) -> None:
        """Take the URL of the WebSocket and where the token is to be had.

        ``refused`` is the pace after a token that was not accepted: Core logs each such attempt,
        and may ban who makes too many. ``reads_only`` says why nothing may be written, if so.
        """
        self._session = session
        self._url = url
        self._token = token
        self._answer_within = answer_within
        self._heartbeat = heartbeat
        self._backoff = backoff or Backoff()
        self._refused = refused or Backoff(first=10, most=300)
        self._reads_only = reads_only
        self._link: Link | None = None
        self._up = asyncio.Event()
        self._tried = asyncio.Event()
        self._why: Problem = Unreachable("Home Assistant is not connected yet")
        self._since = time.monotonic()  # when the connection was lost
        self.version = ""
        self.user = User(id="")

    @property
    def connected(self) -> bool:
        """Whether commands can be sent now."""
        return self._link is not None

    @property
    def refused(self) -> bool:
        """Whether there is no connection because the token is not accepted."""
        return self._link is None and isinstance(self._why, Forbidden)

    async def settled(self) -> None:
        """Wait until the connection serves, or was tried in vain once."""
        await self._tried.wait()

    async def up(self) -> None:
        """Wait until the connection serves."""
        await self._up.wait()

    async def down(self) -> None:
        """Wait until the present connection is lost; at once when there is none."""
        if self._link is not None:
            await self._link.lost.wait()

    async def command(self, kind: str, /, **fields: Any) -> Any:
        """Send one command and return its result.

        Raises Unreachable (``sent`` tells whether Core may have it), TimedOut, and what Core's
        error means: NotFound, Forbidden, Unsupported, Invalid, Conflict or Rejected. Forbidden
        also when it could write and only reading is allowed.
        """
        return decode_as(Any, kind, await self._permitted(kind, fields).request(kind, fields))

    async def fetch[T](self, kind: str, into: type[T], /, **fields: Any) -> T:
        """Send one command and decode its result straight into a type.

        Raises what ``command`` raises, and Unsupported when the result does not fit the type.
        """
        return decode_as(into, kind, await self._permitted(kind, fields).request(kind, fields))

    async def subscribe(
        self, kind: str, listener: Listener, /, **fields: Any
    ) -> Callable[[], Awaitable[None]]:
        """Send a subscribing command; the listener gets the JSON of every event.

        It ends with the connection (see ``down``), or when what is returned is called.
        """
        return await self._permitted(kind, fields).subscribe(kind, listener, fields)

    async def run(self) -> None:
        """Connect, serve and connect again, for ever."""
        while True:
            pause = await self._once()
            await asyncio.sleep(pause)

    async def _once(self) -> float:
        """Connect and serve until that ends; return the seconds to wait before the next time."""
        try:
            welcome = await connect(
                self._session, self._url, self._token(), heartbeat=self._heartbeat
            )
        except Problem as problem:
            self._say(problem)
            pace = self._refused if isinstance(problem, Forbidden) else self._backoff
            return pace.after(0)
        began = time.monotonic()
        try:
            await self._serve(welcome)
        except Unreachable as problem:
            self._say(problem)
        finally:
            await welcome.socket.close()
        return self._backoff.after(time.monotonic() - began)

    async def _serve(self, welcome: Welcome) -> None:
        link = Link(welcome.socket, answer_within=self._answer_within)
        self.version, self.user = welcome.version, welcome.user
        self._link = link
        self._why = Unreachable("Home Assistant is not connected")
        self._up.set()
        self._tried.set()
        _LOG.info("Connected to Home Assistant %s", self.version)
        try:
            await link.serve()
        finally:
            self._link = None
            self._since = time.monotonic()
            self._up.clear()

    def _say(self, problem: Problem) -> None:
        """Log why there is no connection, once for as long as it stays the same."""
        if problem.message != self._why.message:
            _LOG.warning("%s; trying again", problem.message)
        self._why = problem
        self._tried.set()

    def _permitted(self, kind: str, fields: Mapping[str, Any]) -> Link:
        """Return the connection for a command that may leave."""
        may_leave(kind, self._reads_only, reads=command_reads(kind, fields))
        return self._present()

    def _present(self) -> Link:
        """Return the connection; raises, anew each time, why there is none and for how long."""
        if self._link is None:
            why, away = self._why, time.monotonic() - self._since
            said = f"{why.message}; not connected for {away:.0f} s"
            raise type(why)(said, hint=why.hint, **why.details)
        return self._link
