"""Sending the browser back to the client, with a code or with the reason why there is none."""

from urllib.parse import quote, urlencode

from starlette.responses import Response

from .origin import Issuer


def back(issuer: Issuer, redirect: str, state: str | None, **said: str) -> Response:
    """Return the answer to a request; the issuer is named in each, so that none is mixed up."""
    words = {**said, **({} if state is None else {"state": state}), "iss": issuer.issuer}
    joint = "&" if "?" in redirect else "?"
    where = f"{redirect}{joint}{urlencode(words, quote_via=quote)}"
    headers = {"Location": where, "Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
    return Response(None, 303, headers)
