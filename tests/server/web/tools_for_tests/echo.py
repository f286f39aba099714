"""A tool that answers with text."""

from typing import Annotated

from ha_mcp.toolkit import Field, Risk, tool


@tool(title="Echo", risk=Risk.READ)
async def ha_echo(words: Annotated[str, Field(about="what to say")], times: int = 1) -> str:
    """Say something back. For tests."""
    return " ".join([words] * times)
