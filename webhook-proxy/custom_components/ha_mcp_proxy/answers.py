"""What the relay answers by itself: a JSON-RPC error with a reason, or a page for a person."""

import json
from http import HTTPStatus
from string import Template
from typing import Any, Final

from aiohttp.web import Request, Response

from ._shared.relay import MOST_BODY

_INVALID_REQUEST: Final = -32600
_SERVER_ERROR: Final = -32000
_PRIVATE: Final = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
_SENTENCES: Final = {
    HTTPStatus.METHOD_NOT_ALLOWED: "Only POST and GET are answered here",
    HTTPStatus.REQUEST_TIMEOUT: "The request did not arrive in time",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: f"The request is larger than {MOST_BODY >> 20} MiB",
}
_PAGE: Final = Template("""\
<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>MCP endpoint</title>
<style>
  body { font: 1rem/1.5 system-ui, sans-serif; max-width: 36rem; margin: 12vh auto; padding: 1rem }
  @media (prefers-color-scheme: dark) { body { background: #111; color: #eee } }
</style>
<h1>This is an MCP endpoint</h1>
<p>It is made for assistants such as Claude or ChatGPT, not for a browser. Give the address of this
page to your assistant as a remote MCP server.</p>
<p><strong>$state</strong></p>
<p>$secret</p>
</html>
""")
_ADDRESS_ADMITS: Final = "The address is a password to your home: do not share it."
_LOGIN_ADMITS: Final = "Assistants ask you to sign in with your account of this Home Assistant."
_NOT_NOW: Final = Template("""\
<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Not now</title>
<style>
  body { font: 1rem/1.5 system-ui, sans-serif; max-width: 36rem; margin: 12vh auto; padding: 1rem }
  @media (prefers-color-scheme: dark) { body { background: #111; color: #eee } }
</style>
<h1>Signing in does not work now</h1>
<p>The MCP server cannot be reached: $reason.</p>
<p>Wait a minute and begin again in your assistant.</p>
</html>
""")
_PAGE_HEADERS: Final = _PRIVATE | {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
    "X-Robots-Tag": "noindex",
}


def failure(
    status: int, sentence: str, *, reason: str | None = None, code: int = _SERVER_ERROR
) -> Response:
    """Return an error that MCP clients show; which request it answers is not known here."""
    error: dict[str, Any] = {"code": code, "message": sentence}
    if reason is not None:
        error["data"] = {"reason": reason}
    body = {"jsonrpc": "2.0", "id": None, "error": error}
    return Response(
        body=json.dumps(body).encode(),
        status=status,
        content_type="application/json",
        headers=_PRIVATE,
    )


def refusal(status: int) -> Response:
    """Return the answer to a request that goes no further than this."""
    answer = failure(status, _SENTENCES[HTTPStatus(status)], code=_INVALID_REQUEST)
    if status == HTTPStatus.METHOD_NOT_ALLOWED:
        answer.headers["Allow"] = "GET, POST"
    return answer


def page(reason: str | None, *, login: bool) -> Response:
    """Tell a person what is here, and whether it works."""
    state = f"It does not work now: {reason}." if reason else "It works."
    text = _PAGE.substitute(state=state, secret=_LOGIN_ADMITS if login else _ADDRESS_ADMITS)
    return Response(text=text, content_type="text/html", headers=_PAGE_HEADERS)


def not_now(request: Request, reason: str) -> Response:
    """Return what who signs in is told while the server is away: try again."""
    headers = _PAGE_HEADERS | {"Retry-After": "5"}
    if "text/html" in request.headers.get("Accept", ""):
        text = _NOT_NOW.substitute(reason=reason)
        return Response(status=503, text=text, content_type="text/html", headers=headers)
    body = {
        "error": "temporarily_unavailable",
        "error_description": f"The MCP server cannot be reached: {reason}",
    }
    return Response(
        status=503,
        body=json.dumps(body).encode(),
        content_type="application/json",
        headers=headers,
    )
