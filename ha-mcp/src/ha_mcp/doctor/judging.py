"""What an answer says about who gave it: who stands in front, Home Assistant, relay or server."""

from collections.abc import Callable
from typing import Final
from urllib.parse import urlsplit

from .._shared.relay import PROOF_REFUSED, RELAY_FAILED, SERVER_AWAY, VERSIONS_DIFFER
from .asking import Answer
from .report import Fault, Hop

_CHALLENGES: Final = ("just a moment", "cf-chl", "captcha")
_LOOKED_AT: Final = 65_536  # characters of a page
_BEHIND_NOTHING: Final = {502, 503, 504, *range(520, 531)}
# From on the way back: the relay and the server say why themselves.
_REASONS: Final[dict[str, tuple[Hop, str, str]]] = {
    SERVER_AWAY: (
        Hop.SERVER,
        "The relay in Home Assistant works, and the MCP server does not answer it",
        "Start the app MCP Server for Home Assistant, or look into its log",
    ),
    PROOF_REFUSED: (
        Hop.SERVER,
        "The MCP server does not accept the token of the relay",
        "Restart the app Webhook Proxy, which pairs them again",
    ),
    VERSIONS_DIFFER: (
        Hop.SERVER,
        "The relay and the MCP server are too far apart in version",
        "Update both apps, then restart Home Assistant",
    ),
    RELAY_FAILED: (
        Hop.RELAY,
        "The relay failed by a mistake of its own",
        "Look for ha_mcp_proxy in the log of Home Assistant",
    ),
}


def judge(answer: Answer) -> None:
    """Raise the fault that an answer to ``initialize`` shows; an empty 200 is told apart later."""
    reason = answer_reason(answer)
    if reason in _REASONS:
        hop, sentence, advice = _REASONS[reason]
        raise Fault(hop, reason, sentence, advice)
    for look in _LOOKS:
        fault = look(answer)
        if fault is not None:
            fault.evidence = _seen(answer)
            raise fault


def asks_for_a_password(answer: Answer) -> bool:
    """Whether a proxy wants a name and a password, which assistants do not have."""
    wanted = answer.headers.get("WWW-Authenticate", "").lower()
    return answer.status == 401 and wanted.startswith(("basic", "digest"))


def _seen(answer: Answer) -> str:
    by = "".join(one for one in answer.headers.get("Server", "")[:60] if one.isprintable())
    return f"HTTP {answer.status} by {by}" if by else f"HTTP {answer.status}"


def answer_reason(answer: Answer) -> str:
    """Return why the relay or the server said no, in a word, or nothing."""
    error = answer.message.get("error")
    data = error.get("data") if isinstance(error, dict) else None
    return str(data.get("reason", "")) if isinstance(data, dict) else ""


def _redirect(answer: Answer) -> Fault | None:
    if answer.status not in {301, 302, 303, 307, 308}:
        return None
    if urlsplit(answer.headers.get("Location", "")).scheme == "http":
        return Fault(
            Hop.WEB,
            "redirect_to_http",
            "You are sent on to http, where assistants do not follow",
            "Let your proxy pass requests on to Home Assistant instead of redirecting them",
        )
    return Fault(
        Hop.WEB,
        "redirect",
        "You are sent on to another address, for example to log in",
        "Except /api/webhook/ from it, or use the address it leads to",
    )


def _challenge(answer: Answer) -> Fault | None:
    if answer.headers.get("cf-mitigated") == "challenge":
        return Fault(
            Hop.WEB,
            "challenge",
            "Cloudflare asks whether you are a person, which no assistant can answer",
            "In Cloudflare: Security, Settings: turn off Bot Fight Mode and Block AI bots, or add a"
            " rule that skips them for /api/webhook/",
        )
    if _wants_a_person(answer):
        return Fault(
            Hop.WEB,
            "challenge",
            "A page asks whether you are a person, which no assistant can answer",
            "Except /api/webhook/ from the protection against robots in front of Home Assistant",
        )
    return None


def _wants_a_person(answer: Answer) -> bool:
    if "text/html" not in answer.headers.get("Content-Type", ""):
        return False
    page = answer.text[:_LOOKED_AT].lower()
    return any(mark in page for mark in _CHALLENGES)


def _password(answer: Answer) -> Fault | None:
    if not asks_for_a_password(answer):
        return None
    return Fault(
        Hop.WEB,
        "password_in_front",
        "Something in front of Home Assistant asks for a name and a password",
        "Except /api/webhook/ from the login of your proxy",
    )


def _refused(answer: Answer) -> Fault | None:
    if answer.status != 403 or "jsonrpc" not in answer.message:
        return None
    return Fault(
        Hop.SERVER,
        "server_refuses",
        "The MCP server itself refuses to answer under this name",
        "It listens for its own machine only: set MCP_HOST=0.0.0.0 and a long MCP_SECRET_PATH, or"
        " let the proxy ask it as localhost",
    )


def _blocked(answer: Answer) -> Fault | None:
    if answer.status not in {403, 406, 429, 451}:
        return None
    cloudflare = answer.headers.get("Server", "").lower() == "cloudflare"
    who = "Cloudflare" if cloudflare else "Something in front of Home Assistant"
    return Fault(
        Hop.WEB,
        "blocked",
        f"{who} turns assistants away (HTTP {answer.status})",
        "Allow the addresses 160.79.104.0/21 and the path /api/webhook/ in its firewall, bot and"
        " country rules",
    )


def _forwarded(answer: Answer) -> Fault | None:
    if answer.status != 400 or answer.message:
        return None
    return Fault(
        Hop.HOME_ASSISTANT,
        "forwarded_for",
        "Home Assistant refuses what comes through your proxy (HTTP 400)",
        "Under Settings, System, Network, HTTP server: trust the proxy's address and use"
        " X-Forwarded-For",
    )


def _away(answer: Answer) -> Fault | None:
    if answer.status not in _BEHIND_NOTHING:
        return None
    return Fault(
        Hop.HOME_ASSISTANT,
        "core_away",
        f"Home Assistant does not answer the proxy in front of it (HTTP {answer.status})",
        "It is starting or stopped; else check where the proxy leads to",
    )


def _page(answer: Answer) -> Fault | None:
    if "text/html" not in answer.headers.get("Content-Type", ""):
        return None
    return Fault(
        Hop.WEB,
        "page_in_front",
        "A web page answers instead of Home Assistant, for example to log in",
        "Except /api/webhook/ from the login or waiting page in front of Home Assistant",
    )


def _wrong_path(answer: Answer) -> Fault | None:
    if answer.status not in {404, 405}:
        return None
    return Fault(
        Hop.HOME_ASSISTANT,
        "wrong_path",
        f"Something answers, and has nothing at this path (HTTP {answer.status})",
        "Copy the whole address again; it has /api/webhook/ in it and nothing behind its id",
    )


_LOOKS: Final[tuple[Callable[[Answer], Fault | None], ...]] = (
    _redirect,
    _challenge,
    _password,
    _refused,
    _blocked,
    _page,
    _forwarded,
    _away,
    _wrong_path,
)
