"""An MCP server for Home Assistant."""

from typing import Final

__version__: Final = "0.1.0"
