"""The pages that a person sees: plain HTML that needs no script and runs none."""

import base64
import hashlib
from collections.abc import Iterable
from html import escape
from importlib.resources import files
from string import Template
from typing import Final

from starlette.responses import HTMLResponse

_FOLDER: Final = files(__package__).joinpath("templates")
_STYLE: Final = _FOLDER.joinpath("page.css").read_text(encoding="utf-8")
_STYLE_HASH: Final = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
_HEADERS: Final = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex",
}


def template(name: str) -> Template:
    """Return one of our pages' bodies."""
    return Template(_FOLDER.joinpath(name).read_text(encoding="utf-8"))


_PAGE: Final = template("page.html")
_MESSAGE: Final = template("message.html")


def page(title: str, body: str, status: int = 200, *, sends_to: Iterable[str] = ()) -> HTMLResponse:
    """Return a page; ``body`` is HTML in which everything from outside is escaped.

    ``sends_to``: where the answer to a form may send the browser on to, as sources of a content
    security policy; browsers look at the whole way.
    """
    policy = (
        f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; base-uri 'none';"
        f" frame-ancestors 'none'; form-action {' '.join(["'self'", *sends_to])}"
    )
    text = _PAGE.substitute(title=escape(title), style=_STYLE, body=body)
    return HTMLResponse(text, status, {**_HEADERS, "Content-Security-Policy": policy})


def message_page(title: str, message: str, hint: str = "", status: int = 400) -> HTMLResponse:
    """Return a page that says why it does not go on."""
    body = _MESSAGE.substitute(title=escape(title), message=escape(message), hint=escape(hint))
    return page(title, body, status)
