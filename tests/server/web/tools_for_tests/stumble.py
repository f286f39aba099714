"""A tool with a bug."""

from ha_mcp.toolkit import Risk, tool


@tool(title="Stumble", risk=Risk.READ, whole=True)
async def ha_stumble() -> str:
    """Fail by a mistake of our own. For tests."""
    house: dict[str, str] = {}
    return house["a secret of the house"]
