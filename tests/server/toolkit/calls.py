"""Calling a tool of a test through stages of a test."""

from typing import Any

from ha_mcp.toolkit import Call, Client, Outcome, Stage, Tool, pipeline, present


async def through(
    tool: Tool, *stages: Stage, resources: dict[type, Any] | None = None, **arguments: Any
) -> Outcome:
    """Send one call through the stages to the tool."""
    call = Call(tool, arguments, resources or {}, Client("tester"))
    return await pipeline(stages, _run)(call)


async def _run(call: Call) -> Outcome:
    return present(await call.tool.run(call.resources, call.arguments), call.tool.ceiling)
