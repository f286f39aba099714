"""A tool that cannot do what it is asked."""

from ha_mcp.problems import NotFound
from ha_mcp.toolkit import Risk, tool


@tool(title="Refuse", risk=Risk.ACT)
async def ha_refuse() -> str:
    """Find nothing. For tests."""
    raise NotFound.naming("area", "kichen", ["kitchen", "cellar"])
