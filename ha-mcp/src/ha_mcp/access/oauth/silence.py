"""Authorization without a question, for homes whose address alone lets in.

Some clients insist on authorization as soon as they see that the origin offers any. They get what
they want, but it is worth nothing: these tokens carry no scope and belong to no grant. So nothing
is kept for them either, and anybody may ask for as many as they like.
"""

from typing import Any, Final

import msgspec

from ..tokens import Claims, NotOurs, write_access
from .asking import Asked
from .issuing import CODE_LIVES
from .origin import Issuer
from .params import Params
from .pkce import proven
from .server import AuthorizationServer
from .serving import Refused

_PREFIX: Final = "hamcp_s_"
_CODE: Final = "silent code"
_REFRESH: Final = "silent refresh"
_NO_GRANT: Final = "silent"


class _Code(msgspec.Struct, frozen=True, array_like=True):
    client: str
    redirect: str
    challenge: str
    issuer: str
    resource: str
    expires: float


class _Refresh(msgspec.Struct, frozen=True, array_like=True):
    client: str
    issuer: str
    resource: str


def is_silent(text: str | None) -> bool:
    """Tell whether a code or refresh token is one of these."""
    return text is not None and text.startswith(_PREFIX)


def silent_code(server: AuthorizationServer, asked: Asked) -> str:
    """Return a code at once."""
    code = _Code(
        client=asked.client_id,
        redirect=asked.redirect,
        challenge=asked.challenge,
        issuer=asked.issuer,
        resource=asked.resource,
        expires=server.now() + CODE_LIVES,
    )
    return _PREFIX + server.seal.close(_CODE, msgspec.msgpack.encode(code))


def silent_exchange(
    server: AuthorizationServer, issuer: Issuer, client_id: str, form: Params
) -> dict[str, Any]:
    """Return tokens for such a code; raises Refused."""
    code = _opened(server, _CODE, form["code"], _Code)
    if code.client != client_id or code.issuer != issuer.issuer or server.now() >= code.expires:
        raise _invalid()
    if form.get("redirect_uri", code.redirect) != code.redirect:
        raise _invalid()
    if form.get("resource", code.resource) != code.resource:
        raise Refused("invalid_target", "The code is for another resource")
    if not proven(form, code.challenge):
        raise _invalid()
    return _tokens(server, _Refresh(code.client, code.issuer, code.resource))


def silent_renew(
    server: AuthorizationServer, issuer: Issuer, client_id: str, form: Params
) -> dict[str, Any]:
    """Return tokens for such a refresh token; raises Refused."""
    refresh = _opened(server, _REFRESH, form["refresh_token"], _Refresh)
    if refresh.client != client_id or refresh.issuer != issuer.issuer:
        raise _invalid()
    return _tokens(server, refresh)


def _tokens(server: AuthorizationServer, refresh: _Refresh) -> dict[str, Any]:
    now = server.now()
    claims = Claims(
        grant=_NO_GRANT,
        client=refresh.client,
        scopes="",
        issuer=refresh.issuer,
        resource=refresh.resource,
        issued=now,
        expires=now + server.access_seconds,
    )
    return {
        "access_token": write_access(server.seal, claims),
        "token_type": "Bearer",
        "expires_in": int(server.access_seconds),
        "refresh_token": _PREFIX + server.seal.close(_REFRESH, msgspec.msgpack.encode(refresh)),
    }


def _opened[T](server: AuthorizationServer, purpose: str, text: str, kind: type[T]) -> T:
    if not server.silent:
        raise _invalid()
    try:
        data = server.seal.open(purpose, text.removeprefix(_PREFIX))
        return msgspec.msgpack.decode(data, type=kind)
    except (NotOurs, msgspec.DecodeError) as err:
        raise _invalid() from err


def _invalid() -> Refused:
    return Refused("invalid_grant", "The code or token is not good here")
