"""What somebody sees who opens the private address in a browser."""

from html import escape
from importlib.resources import files
from string import Template
from typing import Final

from starlette.requests import Request
from starlette.responses import HTMLResponse

# The address of this page is a secret: it goes into no cache and no Referer.
_HEADERS: Final = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}
_PAGE: Final = Template(
    files(__package__).joinpath("templates", "endpoint.html").read_text(encoding="utf-8")
)


def endpoint_page(request: Request, *, title: str, version: str) -> HTMLResponse | None:
    """Say to a person's browser what is here; a client that probes gets nothing."""
    if request.method != "GET" or "text/html" not in request.headers.get("accept", ""):
        return None
    url = f"{request.url.scheme}://{request.headers.get('host', '')}{request.url.path}"
    page = _PAGE.substitute(url=escape(url), title=escape(title), version=escape(version))
    return HTMLResponse(page, headers=_HEADERS)
