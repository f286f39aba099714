"""Which app is the MCP server, and what it says when it is paired.

A server is recognised by its answer, not by its name: any repository may bring one, and other
programs use the same port.
"""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from aiohttp import ClientError, ClientSession, ClientTimeout

from ._shared.relay import HEALTH_PATH, PAIR_PATH, SERVER_NAME
from .supervisor import Supervisor
from .trouble import Trouble

_PATIENCE: Final = ClientTimeout(total=5, sock_connect=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """Where requests go, as the relay is told."""

    url: str = field(repr=False)
    token: str = field(default="", repr=False)
    contracts: str = ""
    base: str = ""  # where a paired server has its other paths
    run: str = ""  # another one after each of its restarts; older servers do not tell


async def paired_server(
    session: ClientSession, supervisor: Supervisor, known: Server | None = None
) -> Server:
    """Find the server among the apps that run and pair with it; raises Trouble with what to do.

    Where it was ``known`` to be is looked at first: asking about every app is work.
    """
    me = await supervisor.get("/addons/self/info")
    if known is not None and await _serves(session, known.base):
        return await _paired(session, known.base, me["slug"])
    async for base in _bases(supervisor, me):
        if await _serves(session, base):
            return await _paired(session, base, me["slug"])
    raise Trouble(
        "No MCP server is running. Start the app MCP Server for Home Assistant; for one on another"
        " machine set the option mcp_server_url"
    )


async def _serves(session: ClientSession, base: str) -> bool:
    return (await _json(session, f"{base}{HEALTH_PATH}")).get("name") == SERVER_NAME


async def _bases(supervisor: Supervisor, me: Mapping[str, Any]) -> AsyncIterator[str]:
    """Yield where apps that talk to Home Assistant listen, those of our own repository first."""
    apps = (await supervisor.get("/addons"))["addons"]
    started = [app for app in apps if app["state"] == "started" and app["slug"] != me["slug"]]
    started.sort(key=lambda app: (app["repository"] != me["repository"], app["slug"]))
    for app in started:
        info = await supervisor.get(f"/addons/{app['slug']}/info")
        if info["homeassistant_api"] and not info["host_network"]:
            for port in info["network"] or {}:
                number, _, protocol = port.partition("/")
                if protocol == "tcp":
                    yield f"http://{info['ip_address']}:{number}"


async def _paired(session: ClientSession, base: str, slug: str) -> Server:
    said = await _json(session, f"{base}{PAIR_PATH}", app=slug)
    if not {"path", "token", "contracts"} <= said.keys():
        raise Trouble("The MCP server does not know this app: update both apps and restart them")
    return Server(
        url=base + said["path"],
        token=said["token"],
        contracts=said["contracts"],
        base=base,
        run=str(said.get("run", "")),
    )


async def _json(session: ClientSession, url: str, **query: str) -> Mapping[str, Any]:
    """Return the object at an address, or an empty one when there is none."""
    try:
        async with session.get(url, params=query, timeout=_PATIENCE) as answer:
            said = await answer.json(content_type=None) if answer.ok else {}
    except (ClientError, TimeoutError, ValueError):
        return {}
    return said if isinstance(said, dict) else {}
