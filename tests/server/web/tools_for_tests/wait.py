"""A tool that takes its time."""

from asyncio import CancelledError

from ha_mcp.toolkit import Risk, tool

from ._bell import Bell


@tool(title="Wait", risk=Risk.ACT)
async def ha_wait(bell: Bell) -> str:
    """Wait until told to go on. For tests."""
    bell.begun.set()
    try:
        await bell.go.wait()
    except CancelledError:
        bell.stopped.set()
        raise
    return "done"
