"""The real edge with the tools that the conformance tests call by name; prints its address."""

import asyncio
import base64
import logging
import signal
import sys

from ha_mcp.problems import Invalid
from ha_mcp.toolkit import Call, Catalog, Outcome, Picture, Risk, pipeline, present, tool
from ha_mcp.toolkit.stages import contain, deadline, record, validate
from ha_mcp.web.asgi import asgi_app
from ha_mcp.web.origins import Origins
from ha_mcp.web.protocol import About, mcp_server
from ha_mcp.web.serving import listen, serve

PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=="
)


@tool(title="Simple text", risk=Risk.READ)
async def test_simple_text() -> str:
    """Answer with text."""
    return "This is a simple text response for testing."


@tool(title="Image", risk=Risk.READ)
async def test_image_content() -> Picture:
    """Answer with a picture."""
    return Picture(PIXEL, "image/png")


@tool(title="Error", risk=Risk.READ)
async def test_error_handling() -> str:
    """Fail."""
    raise Invalid("This tool intentionally returns an error for testing")


async def _run(call: Call) -> Outcome:
    return present(await call.tool.run(call.resources, call.arguments), call.tool.ceiling)


async def _main() -> None:
    log = logging.getLogger("conformance")
    stages = [contain(log, lambda _: None), record(log), deadline(25), validate]
    offered = (test_simple_text, test_image_content, test_error_handling)
    server = mcp_server(
        Catalog({one.name: one for one in offered}),
        pipeline(stages, _run),
        {},
        About(name="conformance", title="Conformance", version="1", instructions="For tests."),
    )
    origins = Origins(on_loopback=True, secret=False)
    app = asgi_app(server, path="/mcp", origins=origins, health=dict)
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    listening = listen("127.0.0.1", 0)
    sys.stdout.write(f"http://127.0.0.1:{listening.getsockname()[1]}/mcp\n")
    sys.stdout.flush()
    await serve(app, listening, stop)


if __name__ == "__main__":
    asyncio.run(_main())
