"""What well-known assistants say of themselves, for when their host does not let us read it.

Some hosts answer a machine with a page that asks whether it is one. What stands here was true when
it was written; what can be read goes before it.
"""

import re
from typing import Final

from .clients import RegisteredClient

_CLAUDE: Final = RegisteredClient(
    id="https://claude.ai/oauth/mcp-oauth-client-metadata",
    name="Claude",
    redirects=(
        "https://claude.ai/api/mcp/auth_callback",
        "https://claude.com/api/mcp/auth_callback",
    ),
)
_CLAUDE_CODE: Final = RegisteredClient(
    id="https://claude.ai/oauth/claude-code-client-metadata",
    name="Claude Code",
    redirects=("http://localhost/callback", "http://127.0.0.1/callback"),
)
_CHATGPT: Final = RegisteredClient(
    id="https://chatgpt.com/oauth/client.json",
    name="ChatGPT",
    redirects=("https://chatgpt.com/connector_platform_oauth_redirect",),
)
_KNOWN: Final = {client.id: client for client in (_CLAUDE, _CLAUDE_CODE, _CHATGPT)}
# Where the answer cannot name its issuer, each connector of ChatGPT is a client of its own.
_CONNECTOR: Final = re.compile(
    r"https://chatgpt\.com/oauth/(?!codex/)(?P<id>[A-Za-z0-9_-]{1,128})/client\.json"
)


def pinned(url: str) -> RegisteredClient | None:
    """Return the assistant that is known by this address."""
    if connector := _CONNECTOR.fullmatch(url):
        back = f"https://chatgpt.com/connector/oauth/{connector['id']}"
        return RegisteredClient(id=url, name=_CHATGPT.name, redirects=(back,))
    return _KNOWN.get(url)
