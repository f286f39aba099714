"""The examination, from the address to the tools."""

from typing import Any, Final
from urllib.parse import SplitResult, urlsplit

from .asking import Answer, Asking, asking
from .certificates import check_certificate
from .connection import check_connection
from .judging import asks_for_a_password, judge
from .login import check_login, check_silence
from .names import public_address
from .report import Fault, Hop, Passed, Report
from .silence import nobody_there, or_starting
from .world import World

_HELLO: Final = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {
        "protocolVersion": "2025-06-18",
        "capabilities": {},
        "clientInfo": {"name": "ha-mcp-doctor", "version": "1"},
    },
}
# What a Home Assistant that is not up looks like through a proxy.
_NOBODY_BEHIND: Final = {"broken", "core_away"}
PATIENCE: Final = 8.0  # seconds for each hop
_LIST: Final = {"jsonrpc": "2.0", "id": 2, "method": "tools/list"}


async def examine(url: str, world: World, patience: float = PATIENCE) -> Report:
    """Go hop by hop until something is wrong; who does not answer is waited for that long."""
    passed: list[Passed] = []
    parts = _split(url)
    try:
        await _walk(url, parts, world, patience, passed)
    except Fault as fault:
        first = fault
        if fault.code in _NOBODY_BEHIND:
            first = or_starting(fault, await world.inside())
        return Report(_origin(parts), tuple(passed), first)
    return Report(_origin(parts), tuple(passed), None)


async def _walk(
    url: str, parts: SplitResult, world: World, patience: float, passed: list[Passed]
) -> None:
    host = _host(parts)
    passed.append(Passed(Hop.ADDRESS, "https on port 443"))
    address = await public_address(world, host)
    passed.append(Passed(Hop.NAME, f"{host} is {address}"))
    listens = await check_connection(world, address, 443, patience)
    passed.append(Passed(Hop.CONNECTION, listens))
    until = await check_certificate(world, host, address, 443, patience)
    passed.append(Passed(Hop.CERTIFICATE, until))
    async with asking(world, address, patience) as ask:
        await _talk(ask, url, world, passed)


async def _talk(ask: Asking, url: str, world: World, passed: list[Passed]) -> None:
    answer = await ask.post(url, _HELLO)
    if answer.status == 401 and not asks_for_a_password(answer):
        passed.append(Passed(Hop.WEB, "nothing stands in front"))
        passed.append(Passed(Hop.LOGIN, await check_login(ask, url, answer)))
        return
    judge(answer)
    passed.append(Passed(Hop.WEB, "nothing stands in front"))
    if answer.status == 200 and not answer.text.strip():
        raise nobody_there(await world.inside())
    server = _server(answer)
    passed.append(Passed(Hop.PROTOCOL, f"{server.get('name')} {server.get('version')}"))
    result = (await ask.post(url, _LIST)).message.get("result")
    tools = result.get("tools") if isinstance(result, dict) else None
    if not isinstance(tools, list) or not tools:
        raise Fault(
            Hop.TOOLS,
            "no_tools",
            "The MCP server introduces itself and offers no tools",
            "Look into the log of the app MCP Server for Home Assistant",
        )
    passed.append(Passed(Hop.LOGIN, await check_silence(ask, url)))
    passed.append(Passed(Hop.TOOLS, f"{len(tools)} tools"))


def _server(answer: Answer) -> dict[str, Any]:
    result = answer.message.get("result")
    found = result.get("serverInfo") if isinstance(result, dict) else None
    if not isinstance(found, dict):
        raise Fault(
            Hop.PROTOCOL,
            "not_mcp",
            f"Something answers (HTTP {answer.status}), and it is not an MCP server",
            "Copy the whole address again from the log of the app",
        )
    return found


def _split(url: str) -> SplitResult:
    """Read an address; what is none has no parts."""
    try:
        return urlsplit(url)
    except ValueError:
        return urlsplit("")


def _host(parts: SplitResult) -> str:
    try:
        port = parts.port or 443
    except ValueError:
        port = 0
    if parts.scheme != "https" or not parts.hostname:
        raise Fault(
            Hop.ADDRESS,
            "not_https",
            "The address does not begin with https://, which assistants insist on",
            "Use Nabu Casa, or a proxy or tunnel that speaks https",
        )
    if port != 443:
        raise Fault(
            Hop.ADDRESS,
            "port",
            f"The address has port {port}, and Claude reaches port 443 only",
            "Let port 443 lead to Home Assistant, and leave the port out of the address",
        )
    return parts.hostname


def _origin(parts: SplitResult) -> str:
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
