"""The protocol's own tests pass through Home Assistant as they do without it, in both eras.

Through the webhook, with a proxy that buffers in front of it, and through the stand-in request that
Nabu Casa's cloud hooks hand over.
"""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import web

from lab.node import node_environment
from lab.process import free_port
from lab.system import require

from .homes import RelayedHome, until

pytestmark = pytest.mark.live
SCENARIOS = Path(__file__).parents[1] / "conformance"
REVISIONS = pytest.mark.parametrize("revision", ["2025-11-25", "2026-07-28"])


@pytest.fixture(scope="module")
async def home_of_tools(home: RelayedHome) -> AsyncIterator[RelayedHome]:
    """Lead the relay to the server that the scenarios know the tools of."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, SCENARIOS / "server.py", stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    async with asyncio.timeout(20):
        url = (await process.stdout.readline()).decode().strip()
    await home.lead_to(url, token="", contracts="")
    yield home
    process.terminate()
    await process.wait()


@asynccontextmanager
async def cloud_hook(home: RelayedHome) -> AsyncIterator[str]:
    """Do as Nabu Casa's relayer: turn a request into one message, and its text into the answer."""
    busy = asyncio.Lock()  # one socket, one question at a time

    async def relay(request: web.Request) -> web.StreamResponse:
        async with busy:
            answer = await home.client.command(
                "webhook/handle",
                webhook_id=home.webhook_id,
                method=request.method,
                headers=dict(request.headers),
                query=request.query_string,
                body=await request.text(),
            )
        kind = answer["headers"]["Content-Type"]
        return web.Response(text=answer["body"] or "", status=answer["status"], content_type=kind)

    application = web.Application()
    application.router.add_get("/hook", relay)
    application.router.add_post("/hook", relay)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    await runner.cleanup()


BUFFERING = """\
daemon off;
error_log stderr;
pid {folder}/nginx.pid;
events {{ }}
http {{
  access_log off;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/answer;
  fastcgi_temp_path {folder}/1;
  uwsgi_temp_path {folder}/2;
  scgi_temp_path {folder}/3;
  server {{
    listen 127.0.0.1:{port};
    location / {{
      proxy_pass http://127.0.0.1:{behind};
      proxy_buffering on;
      proxy_request_buffering on;
      proxy_ignore_headers X-Accel-Buffering;
      proxy_set_header Host $http_host;
    }}
  }}
}}
"""


@asynccontextmanager
async def buffering(behind: int, folder: Path) -> AsyncIterator[int]:
    """Run nginx as people have it in front of Home Assistant, with everything buffered."""
    require("nginx")
    port = free_port()
    settings = folder / "nginx.conf"
    settings.write_text(BUFFERING.format(folder=folder, port=port, behind=behind))
    process = await asyncio.create_subprocess_exec(
        *("nginx", "-e", "stderr", "-p", str(folder), "-c", str(settings))
    )

    async def listens() -> bool:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            return False
        writer.close()
        return True

    await until(listens)
    yield port
    process.terminate()
    await process.wait()


async def conformance(url: str, revision: str, out: Path) -> tuple[int, str]:
    """Run the scenarios of a revision; return how it ended and what was said."""
    process = await asyncio.create_subprocess_exec(
        *("conformance", "server", "--url", url, "--requirements", revision, "-o", str(out)),
        *("--expected-failures", str(SCENARIOS / f"{revision}.yml")),
        env=node_environment(),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    async with asyncio.timeout(240):
        said, _ = await process.communicate()
    return process.returncode or 0, said.decode()


@REVISIONS
async def test_through_the_webhook(
    home_of_tools: RelayedHome, revision: str, tmp_path: Path
) -> None:
    """Nothing of the protocol is lost on the way."""
    code, said = await conformance(home_of_tools.url, revision, tmp_path)

    assert code == 0, said


@REVISIONS
async def test_through_a_proxy_that_buffers(
    home_of_tools: RelayedHome, revision: str, tmp_path: Path
) -> None:
    """No answer depends on a stream that is open."""
    async with buffering(home_of_tools.core.port, tmp_path) as port:
        url = home_of_tools.url.replace(str(home_of_tools.core.port), str(port))
        code, said = await conformance(url, revision, tmp_path)

    assert code == 0, said


@REVISIONS
async def test_through_a_cloud_hook(
    home_of_tools: RelayedHome, revision: str, tmp_path: Path
) -> None:
    """Text in, text out, and no headers back."""
    async with cloud_hook(home_of_tools) as url:
        code, said = await conformance(url, revision, tmp_path)

    assert code == 0, said
