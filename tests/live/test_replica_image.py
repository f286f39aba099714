"""The image of the server for many people: built as its compose file says, and run by nobody."""

import asyncio
import secrets
from collections.abc import Iterator
from dataclasses import dataclass

import httpx2
import pytest

from lab.engine import Engine, engine
from lab.image import replica_image
from lab.process import free_port

pytestmark = pytest.mark.live


@dataclass(frozen=True)
class Running:
    """A container that serves."""

    engine: Engine
    name: str
    port: int


@pytest.fixture(scope="module")
def container() -> Iterator[Running]:
    """Build the image and start it, with one setting and a port of this machine."""
    with engine() as docker:
        image, port = replica_image(docker), free_port()
        name = f"ha-mcp-oauth-{secrets.token_hex(4)}"
        docker.ask(
            *("run", "--detach", "--network=host", f"--name={name}"),
            *("--env=MCP_BASE_URL=https://mcp.example", f"--env=MCP_PORT={port}"),
            image,
        )
        try:
            yield Running(docker, name, port)
        finally:
            docker.ask("rm", "--force", name)


async def test_it_serves_and_asks_who_comes(container: Running) -> None:
    """Under the name it was told, whatever it is reached by."""
    base = f"http://127.0.0.1:{container.port}"
    async with httpx2.AsyncClient(verify=False) as http:
        async with asyncio.timeout(60):
            while not await _listens(http, base):
                pass
        answer = await http.post(f"{base}/mcp", json={})

    assert answer.status_code == 401
    assert "https://mcp.example/.well-known/" in answer.headers["WWW-Authenticate"]


async def _listens(http: httpx2.AsyncClient, base: str) -> bool:
    try:
        return (await http.get(f"{base}/healthz")).status_code == 200
    except httpx2.TransportError:
        return False


def test_it_can_share_a_store_and_is_not_root(container: Running) -> None:
    """Both databases can be spoken to."""
    asked = "import asyncpg, os, redis; print(os.getuid() != 0, os.access('/state', os.W_OK))"
    said = container.engine.ask("exec", container.name, "python", "-c", asked)

    assert said.split() == ["True", "True"]
