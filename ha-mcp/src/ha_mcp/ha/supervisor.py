"""The Supervisor's own interface: what an app may ask about itself and the machine.

Answers come in an envelope ``{"result": "ok", "data": ...}``; refusals as text from the
middleware or as JSON with ``message`` from the handlers.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

import aiohttp
import msgspec
from aiohttp import ClientResponse, ClientSession, ClientTimeout
from msgspec import Raw, Struct

from ..problems import (
    Forbidden,
    Invalid,
    NotFound,
    Problem,
    Rejected,
    TimedOut,
    Unreachable,
    Unsupported,
)
from .errors import plain
from .reading import may_leave, supervisor_reads
from .rest import beginning

_PATIENCE: Final = ClientTimeout(total=15, sock_connect=5)
_MOST_WORDS = 2_000
_NOT_READY = "not ready with state"


class SelfInfo(Struct, frozen=True):
    """This app (``/addons/self/info``)."""

    slug: str = ""
    version: str = ""
    hostname: str = ""
    ip_address: str = ""
    network: dict[str, int | None] | None = None  # "9583/tcp" → the port on the host


class AppInfo(Struct, frozen=True):
    """Any installed app (``/addons/<slug>/info``)."""

    slug: str = ""
    state: str = ""
    ip_address: str = ""
    discovery: list[str] = []  # the services it may announce


class CoreInfo(Struct, frozen=True):
    """Where Core listens, seen from an app (``/core/info``)."""

    ip_address: str
    port: int
    ssl: bool = False

    @property
    def base(self) -> str:
        """Its address; the Supervisor's own proxy leads to a part of it only."""
        return f"http{'s' if self.ssl else ''}://{self.ip_address}:{self.port}"


class Addresses(Struct, frozen=True):
    """One family of addresses of an interface."""

    address: list[str] = []  # with the length of the prefix


class Interface(Struct, frozen=True):
    """A network interface of the machine."""

    interface: str = ""
    primary: bool = False
    connected: bool = False
    enabled: bool = True
    ipv4: Addresses | None = None
    ipv6: Addresses | None = None


class NetworkInfo(Struct, frozen=True):
    """The machine's network (``/network/info``)."""

    interfaces: list[Interface] = []


class Announced(Struct, frozen=True):
    """A discovery message (``/discovery``); the same service of the same app keeps its id."""

    uuid: str


class _Envelope(Struct):
    data: Raw = Raw(b"null")


class Supervisor:
    """Asks the Supervisor.

    Raises Forbidden, Unreachable, TimedOut, NotFound, Invalid, Rejected, or Unsupported for an
    answer that is not understood.
    """

    def __init__(
        self, session: ClientSession, base: str, token: Callable[[], str], *, reads_only: str = ""
    ) -> None:
        """Take the base (``http://supervisor`` in an app) and where the token is to be had.

        ``reads_only`` says why nothing may be written, if so.
        """
        self._session = session
        self._reads_only = reads_only
        self._token = token
        self._base = base.rstrip("/")

    async def self_info(self) -> SelfInfo:
        """Return what is known of this app."""
        return await self._get("/addons/self/info", SelfInfo)

    async def app_info(self, slug: str) -> AppInfo:
        """Return what is known of an app; raises NotFound when there is none of that slug."""
        return await self._get(f"/addons/{slug}/info", AppInfo)

    async def core_info(self) -> CoreInfo:
        """Return where Core listens."""
        return await self._get("/core/info", CoreInfo)

    async def network_info(self) -> NetworkInfo:
        """Return the machine's interfaces and addresses."""
        return await self._get("/network/info", NetworkInfo)

    async def announce(self, service: str, config: Mapping[str, Any]) -> Announced:
        """Have Home Assistant discover a service of this app; its description has to list it."""
        body = {"service": service, "config": config}
        return _opened(await self._ask("POST", "/discovery", body), "/discovery", Announced)

    async def withdraw(self, uuid: str) -> None:
        """Take an announcement back; raises NotFound when there is none of that id."""
        await self._ask("DELETE", f"/discovery/{uuid}")

    async def _get[T](self, path: str, into: type[T]) -> T:
        return _opened(await self._ask("GET", path), path, into)

    async def _ask(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> bytes:
        may_leave(f"{method} {path}", self._reads_only, reads=supervisor_reads(method, path))
        headers = {"Authorization": f"Bearer {self._token()}"}
        try:
            async with self._session.request(
                method,
                f"{self._base}{path}",
                json=body,
                headers=headers,
                timeout=_PATIENCE,
                allow_redirects=False,
            ) as response:
                if response.status != 200:
                    raise await _problem(response, path)
                return await response.read()
        except TimeoutError as err:
            raise TimedOut(f"The Supervisor did not answer {path} in time") from err
        except (aiohttp.ClientError, OSError) as err:
            raise Unreachable("The Supervisor does not answer") from err


def _opened[T](body: bytes, path: str, into: type[T]) -> T:
    """Take an answer out of its envelope."""
    try:
        envelope = msgspec.json.decode(body, type=_Envelope)
        return msgspec.json.decode(envelope.data, type=into)
    except (msgspec.DecodeError, UnicodeDecodeError) as err:
        raise Unsupported(f"What the Supervisor answers to {path} is not understood") from err


async def _problem(response: ClientResponse, path: str) -> Problem:
    said = _said((await beginning(response, _MOST_WORDS)).decode(errors="replace"))
    match response.status:
        case 400 if _NOT_READY in said:
            return Unreachable("The Supervisor is starting")
        case 400:
            return Invalid(said or f"The Supervisor does not understand {path}")
        case 401 | 403:
            return Forbidden(
                f"The Supervisor does not let this app use {path}",
                hint="The app's role in its description would have to allow it",
            )
        case 404:
            return NotFound(said or f"The Supervisor has nothing at {path}")
        case 502 | 503 | 504:
            return Unreachable(f"The Supervisor does not serve (HTTP {response.status})")
        case status:
            return Rejected(said or f"The Supervisor answered {path} with HTTP {status}")


def _said(body: str) -> str:
    """Return the sentence of an error body in either of its two shapes."""
    try:
        read = msgspec.json.decode(body.encode())
    except msgspec.DecodeError:
        return plain(body)
    return plain(read.get("message", "")) if isinstance(read, dict) else ""
