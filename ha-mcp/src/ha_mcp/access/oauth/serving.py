"""How the endpoints read requests and say no."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

import orjson
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from ...problems import Problem
from ..records import StoreAway
from .origin import Issuer
from .pages import message_page

type IssuerOf = Callable[[Request], Issuer]
type Endpoint = Callable[[Request, Issuer], Awaitable[Response]]

MOST_BODY: Final = 64 * 1024
_HEADERS: Final = {
    "Cache-Control": "no-store",
    "Pragma": "no-cache",
    "X-Content-Type-Options": "nosniff",
    "Access-Control-Allow-Origin": "*",  # for clients that are web pages; no cookie is looked at
    "Access-Control-Expose-Headers": "WWW-Authenticate",
}
_NOT_LET_IN: Final = "This did not work"
_PREFLIGHT: Final = {
    "Access-Control-Allow-Headers": "*, Authorization",
    "Access-Control-Max-Age": "3600",
}


class Refused(Exception):
    """An answer as RFC 6749 wants it: a word for programs, and a sentence for people."""

    def __init__(
        self, error: str, why: str, *, status: int = 400, headers: Mapping[str, str] | None = None
    ) -> None:
        """Take the word, the sentence, and the status."""
        super().__init__(why)
        self.error = error
        self.why = why
        self.status = status
        self.headers = dict(headers or {})


def said(body: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """Return an answer in JSON that nothing on the way keeps."""
    return Response(
        orjson.dumps(body),
        status,
        {**_HEADERS, **(headers or {})},
        media_type="application/json",
    )


def json_route(path: str, method: str, answer: Endpoint, issuer_of: IssuerOf) -> Route:
    """Return a route whose every answer is JSON, also when it is no."""

    async def endpoint(request: Request) -> Response:
        if request.method == "OPTIONS":
            allowed = {"Access-Control-Allow-Methods": f"{method}, OPTIONS", **_PREFLIGHT}
            return Response(None, 204, {**_HEADERS, **allowed})
        try:
            return await answer(request, issuer_of(request))
        except Refused as no:
            return said(_error(no.error, no.why), no.status, no.headers)
        except StoreAway as away:
            return said(_error("temporarily_unavailable", away.message), 503, {"Retry-After": "5"})
        except ClientDisconnect:
            return Response(None, 400)

    return Route(path, endpoint, methods=[method, "OPTIONS"])


def page_route(path: str, answers: Mapping[str, Endpoint], issuer_of: IssuerOf) -> Route:
    """Return a route for people: what goes wrong is a page, and leads nowhere else."""

    async def endpoint(request: Request) -> Response:
        method = "GET" if request.method == "HEAD" else request.method
        try:
            return await answers[method](request, issuer_of(request))
        except Refused as no:
            return message_page(_NOT_LET_IN, f"{no.why}.", status=no.status)
        except Problem as problem:
            status = 503 if problem.retryable else 400
            return message_page(
                _NOT_LET_IN, f"{problem.message}.", f"{problem.hint or ''}", status=status
            )
        except ClientDisconnect:
            return Response(None, 400)

    return Route(path, endpoint, methods=list(answers))


async def body_of(request: Request) -> bytes:
    """Return the body of a request; raises Refused when it is too large."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BODY:
            raise Refused("invalid_request", f"More than {MOST_BODY} bytes are not read")
    return bytes(body)


def _error(error: str, why: str) -> dict[str, str]:
    return {"error": error, "error_description": why}
