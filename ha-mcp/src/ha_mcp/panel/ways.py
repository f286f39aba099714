"""How each assistant is given an address: what to press, and what to copy as it stands."""

import json
import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Way:
    """The steps for one assistant."""

    name: str
    steps: str
    copied: str = ""


def in_the_cloud(address: str, *, signs_in: bool | None) -> Sequence[Way]:
    """Return the ways for assistants that live outside; what an address leads to, they ask for."""
    login = "no login (None)" if signs_in is False else "OAuth"
    after = "" if signs_in is False else " Then Connect, and sign in to your Home Assistant."
    return [
        Way(
            "Claude on the web and on the desktop",
            "Settings → Connectors (in newer versions Customize → Connectors) → Add custom"
            f" connector: any name, and this address.{after}",
            address,
        ),
        Way("Claude on the phone", "What was added on the web or on the desktop is there."),
        Way(
            "ChatGPT",
            "In the browser: Settings → Apps (formerly Connectors) → Advanced settings, switch on"
            " Developer mode. Back under Apps: Create app, any name, authentication"
            f" {login}, and this address.",
            address,
        ),
    ]


def on_a_computer(address: str) -> Sequence[Way]:
    """Return the ways for programs on a computer, which come in by the private address."""
    words, one = shlex.quote(address), {"home": {"url": address}}
    return [
        Way(
            "Claude Code",
            "In a terminal:",
            f"claude mcp add --transport http home {words}",
        ),
        Way(
            "Gemini CLI",
            "In a terminal:",
            f"gemini mcp add --transport http home {words}",
        ),
        Way("Cursor", "In the file ~/.cursor/mcp.json:", _json({"mcpServers": one})),
        Way(
            "VS Code",
            "In the file .vscode/mcp.json:",
            _json({"servers": {"home": {"type": "http", "url": address}}}),
        ),
        Way("LM Studio", "In its file mcp.json:", _json({"mcpServers": one})),
        Way(
            "Any other program",
            "As an MCP server of the type HTTP (Streamable HTTP); one that knows only SSE takes the"
            " address with /sse at its end:",
            address,
        ),
    ]


def _json(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)
