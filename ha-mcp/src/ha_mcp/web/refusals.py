"""How the edge says no: a status, and a JSON-RPC error that clients can show."""

from collections.abc import Mapping
from typing import Any, Final

import orjson
from starlette.responses import Response

PARSE_ERROR: Final = -32700
INVALID_REQUEST: Final = -32600


def refusal(
    status: int,
    sentence: str,
    *,
    code: int = INVALID_REQUEST,
    reason: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Return a response to a request that got no further than the gate, so it has no id.

    ``reason`` tells programs what the sentence tells people.
    """
    error: dict[str, Any] = {"code": code, "message": sentence}
    if reason is not None:
        error["data"] = {"reason": reason}
    body = {"jsonrpc": "2.0", "id": None, "error": error}
    return Response(orjson.dumps(body), status, headers, media_type="application/json")
