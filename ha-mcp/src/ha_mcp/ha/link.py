"""One connection to Core: numbered commands go out, answers and events find their way back.

Whatever waits belongs to its connection and ends with it; the next connection knows nothing of it.
"""

import asyncio
import contextlib
import itertools
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp
from aiohttp import WSMsgType
from msgspec import Raw

from ..problems import Problem, TimedOut, Unreachable
from .errors import from_code, unreachable
from .handshake import FIRST_ID
from .messages import Failure, Message, Socket, encode, receive

type Listener = Callable[[bytes], None]


@dataclass(frozen=True, slots=True)
class _Waiting:
    answer: asyncio.Future[Message]
    limit: asyncio.Timeout


class Link:
    """A socket that takes commands; ``serve`` reads it until it ends."""

    def __init__(self, socket: Socket, *, answer_within: float) -> None:
        """Take an authenticated socket, and the seconds Core has for an answer."""
        self._socket = socket
        self._answer_within = answer_within
        self._ids = itertools.count(FIRST_ID)
        self._waiting: dict[int, _Waiting] = {}
        self._listeners: dict[int, Listener] = {}
        self._deserted: set[int] = set()  # subscriptions nobody waits for, not yet answered
        self._useless: asyncio.Queue[int] = asyncio.Queue()  # subscriptions that have to end
        self.lost = asyncio.Event()

    async def serve(self) -> None:
        """Give every message to who waits for it; raises Unreachable when the socket ends."""
        tidying = asyncio.ensure_future(self._tidy())
        try:
            while True:
                for message in await receive(self._socket):
                    self._take(message)
        except (aiohttp.ClientError, OSError) as err:
            raise unreachable(err, sent=True) from err
        finally:
            tidying.cancel()
            self._lose()

    async def request(self, kind: str, fields: Mapping[str, Any]) -> Raw:
        """Send one command and return the JSON of its result."""
        return await self._result(next(self._ids), kind, fields)

    async def subscribe(
        self, kind: str, listener: Listener, fields: Mapping[str, Any]
    ) -> Callable[[], Awaitable[None]]:
        """Send a subscribing command and return what ends the subscription."""
        number = next(self._ids)
        self._listeners[number] = listener
        try:
            await self._result(number, kind, fields)
        except BaseException as err:
            self._listeners.pop(number, None)
            if isinstance(err, asyncio.CancelledError | TimedOut):
                self._deserted.add(number)  # Core may yet begin to send
            raise

        async def stop() -> None:
            if self._listeners.pop(number, None) is not None:
                await self.request("unsubscribe_events", {"subscription": number})

        return stop

    async def _result(self, number: int, kind: str, fields: Mapping[str, Any]) -> Raw:
        frame = encode(number, kind, fields)
        message = await self._answer(number, kind, frame)
        if not message.success:
            error = message.error or Failure()
            raise from_code(kind, error.code, error.message)
        return message.result

    async def _answer(self, number: int, kind: str, frame: bytes) -> Message:
        waiting = _Waiting(
            asyncio.get_running_loop().create_future(), asyncio.timeout(self._answer_within)
        )
        try:
            async with waiting.limit:
                self._waiting[number] = waiting
                await self._socket.send_frame(frame, WSMsgType.TEXT)
                return await waiting.answer
        except TimeoutError as err:
            if self.lost.is_set():
                said = f"The connection to Home Assistant was lost before it answered {kind}"
                raise Unreachable(said, sent=True) from err
            raise TimedOut(f"Home Assistant did not answer {kind} in time") from err
        except (aiohttp.ClientError, OSError) as err:
            raise unreachable(err, sent=True) from err
        finally:
            self._waiting.pop(number, None)

    def _take(self, message: Message) -> None:
        number = message.id or 0
        if message.type == "event":
            if (listener := self._listeners.get(number)) is not None:
                # By way of the loop: a listener that raises is logged there, and an event that is
                # not understood does not cost the connection that all others share.
                asyncio.get_running_loop().call_soon(listener, bytes(message.event))
        elif (waiting := self._waiting.get(number)) is not None:
            if not waiting.answer.done():
                waiting.answer.set_result(message)
        elif number in self._deserted:
            self._deserted.remove(number)
            if message.success:
                self._useless.put_nowait(number)

    async def _tidy(self) -> None:
        """End subscriptions whose caller went away before Core had answered."""
        while True:
            number = await self._useless.get()
            with contextlib.suppress(Problem):
                await self.request("unsubscribe_events", {"subscription": number})

    def _lose(self) -> None:
        """Fail everybody who waits, at once: also who still waits for the socket to take more."""
        self.lost.set()
        self._listeners.clear()
        for waiting in self._waiting.values():
            if not waiting.answer.done() and not waiting.limit.expired():
                waiting.limit.reschedule(0)
