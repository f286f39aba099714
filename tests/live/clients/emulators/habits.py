"""What the makers of clients document about them, and what was seen of them: one table."""

from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import Final


class Match(Enum):
    """When a document about a resource is taken to be about the address that was typed."""

    EXACT = auto()  # else it is passed over, and the next one is looked for
    STRICT = auto()  # else the connection ends there
    BELOW = auto()  # its address may be the beginning of the one that was typed


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """How one client finds out about a login, and goes through it."""

    name: str
    agent: str
    redirect: str
    matches: Match
    asks_by_get: bool = False  # it looks with GET before it ever sends a message
    looks_first: bool = False  # for a login, although the server would answer without one
    races: bool = False  # it fetches all documents at once and takes whichever comes first
    guesses: bool = False  # endpoints at the root of the origin, where no document names them
    whole_oidc: bool = False  # an OpenID document that lacks something ends the connection

    document: str | None = None  # the address of its metadata document, which is its client id
    document_wants_none: bool = False  # it is used only where "none" is a way to authenticate
    document_wants_iss: bool = False  # it is used only where answers name the issuer
    registers: bool = True
    typed_client: bool = False  # a person types client id and secret

    proves: bool = True  # by a challenge that whoever began is whoever ends
    names_resource: bool = True
    checks_iss: bool = True
    adds_offline: bool = True  # asks for offline_access where it is known
    more: tuple[tuple[str, str], ...] = ()  # further parameters of the authorization request


CLAUDE: Final = Habits(
    name="claude.ai",
    agent="python-httpx/0.28.1",
    redirect="https://claude.ai/api/mcp/auth_callback",
    matches=Match.EXACT,
    looks_first=True,
    guesses=True,
    document="https://claude.ai/oauth/mcp-oauth-client-metadata",
    document_wants_none=True,
)
CLAUDE_REGISTERED: Final = replace(CLAUDE, name="claude.ai, registered", document=None)
CHATGPT: Final = Habits(
    name="ChatGPT",
    agent="openai-mcp/1.0.0",
    redirect="https://chatgpt.com/connector_platform_oauth_redirect",
    matches=Match.EXACT,
    looks_first=True,
    whole_oidc=True,
    document="https://chatgpt.com/oauth/client.json",
    document_wants_iss=True,
)
CHATGPT_WITHOUT_ISS: Final = replace(
    CHATGPT,
    name="ChatGPT, without iss",
    redirect="https://chatgpt.com/connector/oauth/a1B2c3D4",
    document="https://chatgpt.com/oauth/a1B2c3D4/client.json",
    document_wants_iss=False,
    checks_iss=False,
)
CHATGPT_REGISTERED: Final = replace(CHATGPT_WITHOUT_ISS, name="ChatGPT, registered", document=None)
CLAUDE_CODE: Final = Habits(
    name="Claude Code",
    agent="claude-code/2.1.232 (cli)",
    redirect="http://localhost:49152/callback",
    matches=Match.BELOW,
    document="https://claude.ai/oauth/claude-code-client-metadata",
)
GEMINI_CLI: Final = Habits(
    name="Gemini CLI",
    agent="gemini-cli/0.30.0",
    redirect="http://localhost:40123/oauth/callback",
    matches=Match.STRICT,
    checks_iss=False,
    adds_offline=False,
)
CURSOR: Final = Habits(
    name="Cursor",
    agent="cursor/2.2.0",
    redirect="http://localhost:8787/callback",
    matches=Match.BELOW,
    asks_by_get=True,
    document="https://cursor.com/oauth/mcp-client.json",
)
VS_CODE: Final = Habits(
    name="VS Code",
    agent="vscode/1.110.0",
    redirect="http://127.0.0.1:33418/",
    matches=Match.BELOW,
    document="https://vscode.dev/oauth/client-metadata.json",
)
HOME_ASSISTANT: Final = Habits(
    name="Home Assistant",
    agent="HomeAssistant/2026.11.0 httpx2/2.16.2 Python/3.14",
    redirect="https://my.home-assistant.io/redirect/oauth",
    matches=Match.STRICT,
    races=True,
    guesses=True,
    registers=False,
    typed_client=True,
    proves=False,
    names_resource=False,
    checks_iss=False,
    adds_offline=False,
    more=(("access_type", "offline"), ("prompt", "consent")),
)
ALL: Final = (
    CLAUDE,
    CLAUDE_REGISTERED,
    CHATGPT,
    CHATGPT_WITHOUT_ISS,
    CHATGPT_REGISTERED,
    CLAUDE_CODE,
    GEMINI_CLI,
    CURSOR,
    VS_CODE,
    HOME_ASSISTANT,
)
