"""A home may be in a private network; this server itself and a cloud's secrets are no home."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import pytest
from aiohttp import web

from ha_mcp.many.guard import Guard


@pytest.mark.parametrize(
    "address",
    [
        "192.168.1.20",
        "10.0.0.5",
        "172.16.3.4",
        "100.64.1.2",
        "8.8.8.8",
        "fd12:3456::20",
        "2606:4700::1111",
        "64:ff9b::c0a8:114",
    ],
)
def test_homes_are_in_private_and_public_networks(address: str) -> None:
    """Also in those of VPNs, and behind the translation of an IPv6-only network."""
    assert Guard().objection(address, 8123) is None


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.8.9.10",
        "0.0.0.0",
        "0.1.2.3",
        "::1",
        "::",
        "169.254.3.4",
        "fe80::1",
        "fe80::1%eth0",
        "::ffff:127.0.0.1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
    ],
)
def test_this_machine_and_its_own_wire_are_refused_in_every_spelling(address: str) -> None:
    """What listens there trusts whoever can reach it."""
    assert Guard().objection(address, 8123) is not None
    assert Guard(local=True).objection(address, 8123) is None


@pytest.mark.parametrize(
    "address",
    [
        "169.254.169.254",
        "fd00:ec2::254",
        "100.100.100.200",
        "168.63.129.16",
        "192.0.0.192",
        "::ffff:169.254.169.254",
        "64:ff9b::a9fe:a9fe",
        "224.0.0.1",
        "255.255.255.255",
        "ff02::1",
    ],
)
def test_where_clouds_keep_secrets_there_is_never_a_home(address: str) -> None:
    """Whatever is allowed otherwise."""
    assert Guard(local=True).objection(address, 80) is not None


def test_the_server_itself_is_refused_under_its_own_addresses() -> None:
    """It would ask itself, and so on."""
    guard = Guard(local=True, own_port=8086)

    assert guard.objection("127.0.0.1", 8086) is not None
    assert guard.objection("127.0.0.1", 8123) is None
    assert guard.objection("192.0.2.1", 8086) is None


@asynccontextmanager
async def served() -> AsyncIterator[int]:
    """Serve something on this machine; the way home leads elsewhere."""

    async def here(_: web.Request) -> web.Response:
        return web.Response(text="secrets of this machine")

    async def elsewhere(_: web.Request) -> web.Response:
        raise web.HTTPFound("/here")

    app = web.Application()
    app.router.add_get("/here", here)
    app.router.add_get("/elsewhere", elsewhere)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "127.1", "0x7f000001", "2130706433", "[::ffff:127.0.0.1]"]
)
async def test_no_spelling_and_no_name_connects_to_this_machine(host: str) -> None:
    """What counts is the address in the moment of connecting, so no name can change its mind."""
    async with served() as port, Guard().session() as session:
        with pytest.raises((aiohttp.ClientConnectorError, aiohttp.InvalidURL)):
            await session.get(f"http://{host}:{port}/here")


async def test_what_is_allowed_is_connected_to() -> None:
    """The same address, when the owner of the server says so."""
    async with (
        served() as port,
        Guard(local=True).session() as session,
        session.get(f"http://localhost:{port}/here") as answer,
    ):
        assert await answer.text() == "secrets of this machine"


async def test_nobody_is_followed_elsewhere() -> None:
    """Neither with a request nor with a socket: the token was given for one address."""
    async with served() as port, Guard(local=True).session() as session:
        with pytest.raises(aiohttp.WSServerHandshakeError) as asked:
            await session.get(f"http://127.0.0.1:{port}/elsewhere")
        with pytest.raises(aiohttp.WSServerHandshakeError) as socket:
            await session.ws_connect(f"http://127.0.0.1:{port}/elsewhere")

    assert (asked.value.status, socket.value.status) == (302, 302)
