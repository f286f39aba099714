"""The floor: one tool that does nothing, on the bare SDK, served as our server is."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import uvicorn
from mcp import types
from mcp.server.lowlevel import Server
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from starlette.applications import Starlette
from starlette.routing import Mount

TOOL = "nothing"


async def list_tools(_context: Any, _params: Any) -> types.ListToolsResult:
    """Offer the one tool."""
    schema = {"type": "object", "properties": {}}
    return types.ListToolsResult(tools=[types.Tool(name=TOOL, input_schema=schema)])


async def call_tool(_context: Any, _params: Any) -> types.CallToolResult:
    """Do nothing and say so."""
    return types.CallToolResult(content=[types.TextContent(text="ok")])


def main() -> None:
    """Serve on the port and path that our own server would be given."""
    server: Server[Any] = Server(
        "floor", version="1", on_list_tools=list_tools, on_call_tool=call_tool
    )
    sessions = StreamableHTTPSessionManager(server, stateless=True, json_response=True)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with sessions.run():
            yield

    mount = Mount(os.environ["MCP_SECRET_PATH"], sessions.handle_request)
    app = Starlette(routes=[mount], lifespan=lifespan)
    uvicorn.run(app, port=int(os.environ["MCP_PORT"]), log_level="warning", access_log=False)


if __name__ == "__main__":
    main()
