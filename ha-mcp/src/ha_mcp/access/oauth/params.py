"""Reading what was sent: each parameter once, as OAuth wants it."""

import base64
import binascii
from typing import Final
from urllib.parse import parse_qsl, unquote_plus

from starlette.requests import Request

from .serving import Refused, body_of

_MOST: Final = 60
_FORM: Final = "application/x-www-form-urlencoded"

type Params = dict[str, str]


def in_query(request: Request) -> Params:
    """Return the parameters of the address; raises Refused."""
    return _read(request.scope["query_string"])


async def in_form(request: Request) -> Params:
    """Return the fields of a form; raises Refused."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != _FORM:
        raise Refused("invalid_request", f"The Content-Type has to be {_FORM}")
    return _read(await body_of(request))


def needed(params: Params, name: str) -> str:
    """Return a parameter that has to be there; raises Refused."""
    value = params.get(name)
    if value is None:
        raise Refused("invalid_request", f"{name} is missing")
    return value


def basic(request: Request) -> tuple[str, str] | None:
    """Return the client's id and secret from its header, if it has one; raises Refused."""
    scheme, _, encoded = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        text = base64.b64decode(encoded.strip(), validate=True).decode()
    except (binascii.Error, ValueError) as err:
        raise Refused("invalid_request", "The Authorization header cannot be read") from err
    name, _, secret = text.partition(":")
    return unquote_plus(name), unquote_plus(secret)


def _read(raw: bytes) -> Params:
    try:
        pairs = parse_qsl(
            raw.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=_MOST
        )
    except ValueError as err:
        raise Refused("invalid_request", "The parameters cannot be read") from err
    given = [(name, value) for name, value in pairs if value]  # RFC 6749: empty is left out
    params = dict(given)
    if len(params) != len(given):
        raise Refused("invalid_request", "A parameter was given more than once")
    return params
