"""A tool that answers with a picture."""

from ha_mcp.toolkit import Picture, Risk, tool

PIXEL = b"\x89PNG not really"


@tool(title="Show", risk=Risk.READ)
async def ha_show() -> Picture:
    """Show a picture. For tests."""
    return Picture(PIXEL, "image/png", "a pixel")
