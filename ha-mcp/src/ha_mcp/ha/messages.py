"""The messages of Core's WebSocket, read without touching what is inside them."""

from collections.abc import Mapping
from typing import Any, Final

import aiohttp
import msgspec
from aiohttp import ClientWebSocketResponse, WSCloseCode, WSMsgType
from msgspec import Raw, Struct

from ..problems import Invalid, Unreachable, Unsupported

type Socket = ClientWebSocketResponse[Any]  # text arrives as bytes

MOST_TO_CORE: Final = 4 * 2**20  # Core and the Supervisor cut the connection from here on
MOST_FROM_CORE: Final = 64 * 2**20  # what the Supervisor lets through
NOT_CORE: Final = "What answers at this address is not Home Assistant"

_NULL = Raw(b"null")


class Failure(Struct):
    """Why Core said no; integrations put anything in here."""

    code: Any = None
    message: Any = None


class Message(Struct):
    """One message of Core; what it carries stays JSON until somebody wants it."""

    type: str
    id: int | None = None
    success: bool = True
    result: Raw = _NULL
    event: Raw = _NULL
    error: Failure | None = None
    ha_version: str = ""  # of the greeting
    message: Any = None  # of a refused greeting


_DECODER: Final = msgspec.json.Decoder(Message | list[Message])


async def receive(socket: Socket) -> list[Message]:
    """Return the messages of the next frame; raises Unreachable when there will be none."""
    frame = await socket.receive()
    if frame.type is WSMsgType.TEXT:
        return _messages(frame.data)
    raise Unreachable(_ended(frame.type, frame.data, socket.close_code), sent=True)


def decode_as[T](into: type[T], kind: str, result: Raw) -> T:
    """Read what a command resulted in; raises Unsupported when it is not of that type."""
    try:
        return msgspec.json.decode(result, type=into)
    except (msgspec.DecodeError, UnicodeDecodeError) as err:
        raise Unsupported(f"What Home Assistant answers to {kind} is not understood") from err


def _messages(frame: bytes) -> list[Message]:
    """Read a frame of one message or a list of them; raises Unreachable when it is neither."""
    try:
        read = _DECODER.decode(frame)
    except (msgspec.DecodeError, UnicodeDecodeError) as err:
        raise Unreachable(NOT_CORE, sent=True) from err
    return read if isinstance(read, list) else [read]


def encode(number: int, kind: str, fields: Mapping[str, Any]) -> bytes:
    """Write a command; raises Invalid when it cannot be JSON, or is more than Core takes."""
    try:
        frame = msgspec.json.encode({**fields, "id": number, "type": kind})
    except (OverflowError, RecursionError, UnicodeEncodeError) as err:
        raise Invalid(f"What {kind} is given cannot be written as JSON: {err}") from err
    if len(frame) >= MOST_TO_CORE:
        raise Invalid(
            f"{kind} would take {len(frame) / 2**20:.1f} MiB, Home Assistant accepts 4 MiB",
            hint="Send it in parts",
        )
    return frame


def _ended(sort: WSMsgType, data: Any, code: int | None) -> str:
    match sort, data:
        case WSMsgType.ERROR, aiohttp.ServerTimeoutError():
            return "Home Assistant stopped answering"
        case WSMsgType.ERROR, aiohttp.WebSocketError(code=WSCloseCode.MESSAGE_TOO_BIG):
            return f"Home Assistant sent more than {MOST_FROM_CORE // 2**20} MiB at once"
        case ((WSMsgType.CLOSE | WSMsgType.CLOSED | WSMsgType.CLOSING), _):
            is_plain = code in {None, WSCloseCode.OK, WSCloseCode.ABNORMAL_CLOSURE}
            return "Home Assistant closed the connection" + ("" if is_plain else f" ({code})")
        case _:
            return "The connection to Home Assistant broke"
