"""What a token is that somebody asks about, or wants to be rid of."""

from dataclasses import dataclass

from ..scopes import OFFLINE_ACCESS, parse, written
from ..store import KeptGrant
from ..tokens import NotOurs, read_access, read_refresh
from .server import AuthorizationServer


@dataclass(frozen=True, slots=True, kw_only=True)
class Presented:
    """A token that is one of ours, and the grant it belongs to if that still holds."""

    grant_id: str
    client_id: str
    scope: str
    issuer: str
    resource: str
    issued: float | None
    expires: float
    spent: bool
    kept: KeptGrant | None


async def presented(server: AuthorizationServer, text: str) -> Presented | None:
    """Return what a token is, or nothing when it is none of ours."""
    word = read_refresh(text)
    return await (_access(server, text) if word is None else _refresh(server, word.kept))


async def _access(server: AuthorizationServer, text: str) -> Presented | None:
    try:
        claims = read_access(server.seal, text)
    except NotOurs:
        return None
    kept = await server.store.fresh_grant(claims.grant)
    scopes = parse(claims.scopes) & frozenset(kept.scopes if kept else ())
    return Presented(
        grant_id=claims.grant,
        client_id=claims.client,
        scope=written(scopes),
        issuer=claims.issuer,
        resource=claims.resource,
        issued=claims.issued,
        expires=claims.expires,
        spent=False,
        kept=kept,
    )


async def _refresh(server: AuthorizationServer, hashed: str) -> Presented | None:
    refresh = await server.store.refresh(hashed)
    if refresh is None:
        return None
    kept = await server.store.fresh_grant(refresh.grant)
    words = [written(kept.scopes if kept else ()), *([OFFLINE_ACCESS] if refresh.offline else [])]
    return Presented(
        grant_id=refresh.grant,
        client_id=refresh.client,
        scope=" ".join(words),
        issuer=refresh.issuer,
        resource=refresh.resource,
        issued=None,
        expires=refresh.expires,
        spent=refresh.spent is not None,
        kept=kept,
    )
