"""The composition root: looks at everything that has to be true, again and again."""

import asyncio
from typing import Final

from aiohttp import ClientSession, DummyCookieJar

from ._shared.relay import AUTH_LOGIN, SERVICE, WITH_LOGIN, Contracts
from .address import Address, remote_address
from .checking import RestartNotice, check_answering
from .core import connected
from .examining import examined
from .finding import Server, paired_server
from .installing import install
from .options import AppOptions, Places
from .remote_auth import remote_auth
from .saying import Saying
from .supervisor import Supervisor
from .trouble import Trouble
from .webhook_id import webhook_id

_SOON: Final = 5.0  # seconds until the next look while something is wrong


class App:
    """Keeps the way from outside to the server open."""

    def __init__(
        self, session: ClientSession, options: AppOptions, places: Places, token: str
    ) -> None:
        """Take what the owner chose and the token; raises Trouble when an option is wrong."""
        self._session = session
        self._options = options
        self._places = places
        self._token = token
        self._supervisor = Supervisor(session, places.supervisor, token)
        kept = places.data / "webhook_id"
        used_before = options.webhook_id is not None or kept.exists()
        self._auth = remote_auth(places.data / "remote_auth", options, used_before=used_before)
        self._id = webhook_id(kept, options.webhook_id)
        self._saying = Saying(self._id, login=self._login)
        self._notice = RestartNotice()
        self._announced: dict[str, str] = {}
        self._known: Server | None = None
        self._examined: tuple[str, Address] | None = None

    @property
    def _login(self) -> bool:
        return self._auth == AUTH_LOGIN

    async def run(self, stop: asyncio.Event) -> None:
        """Look, say what changed, and wait, until told to stop."""
        if not (self._login or self._options.remote_auth or self._options.mcp_server_url):
            self._saying.everybody_is_let_in()
        while not stop.is_set():
            trouble = await self._looked()
            self._saying.trouble(trouble)
            self._places.heartbeat.touch()
            pause = self._places.every if trouble is None else min(_SOON, self._places.every)
            try:
                async with asyncio.timeout(pause):
                    await stop.wait()
            except TimeoutError:
                continue

    async def _looked(self) -> str | None:
        """Return the first thing that is wrong, or nothing."""
        try:
            await self._look()
        except Trouble as trouble:
            return str(trouble)
        return None

    async def _look(self) -> None:
        installed = await asyncio.to_thread(
            install, self._places.integration, self._places.homeassistant
        )
        server: Server | None = None
        missing: Trouble | None = None
        try:
            server = await self._server()
            await self._announce(server, installed)
            self._check_login(server)
        except Trouble as trouble:
            # What is wrong between Home Assistant and the relay is looked at all the same.
            missing = trouble
        async with connected(self._session, self._places.supervisor, self._token) as core:
            address = await remote_address(core, self._options.remote_url)
            self._saying.address(address)
            await self._notice.check(core, installed)
            if missing is not None:
                raise missing
            await check_answering(core, self._id, login=self._login)
        if server is not None and address is not None:
            await self._examine(server, address)

    async def _examine(self, server: Server, address: Address) -> None:
        """Have the doctor look at an address, once it could work; a new server is told anew."""
        if (server.run, address) == self._examined:
            return
        self._examined = server.run, address
        report = await examined(self._session, server, self._saying.url(address), self._auth)
        if report is not None:
            self._saying.report(report)

    async def _server(self) -> Server:
        if self._options.mcp_server_url is not None:
            return Server(url=self._options.mcp_server_url)
        self._known = await paired_server(self._session, self._supervisor, self._known)
        return self._known

    def _check_login(self, server: Server) -> None:
        """Say when the server is too old to ask for a login; the relay then asks it nothing."""
        spoken = Contracts.parse(server.contracts)
        if self._login and (spoken is None or WITH_LOGIN.common(spoken) is None):
            raise Trouble(
                "The MCP server is too old to ask for a login: update the app MCP Server for Home"
                " Assistant"
            )

    async def _announce(self, server: Server, installed: str) -> None:
        """Tell Core where the server is; the Supervisor repeats it whenever Core starts."""
        told = {
            "url": server.url,
            "token": server.token,
            "contracts": server.contracts,
            "webhook_id": self._id,
            "integration": installed,
            "auth": self._auth,
            "remote": self._options.remote_url or "",
        }
        if told != self._announced:
            await self._supervisor.post("/discovery", {"service": SERVICE, "config": told})
            self._announced = told


async def run(options: AppOptions, places: Places, token: str, stop: asyncio.Event) -> None:
    """Run the app until ``stop`` is set."""
    async with ClientSession(cookie_jar=DummyCookieJar()) as session:
        await App(session, options, places, token).run(stop)
