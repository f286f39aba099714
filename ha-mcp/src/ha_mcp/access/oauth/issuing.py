"""Codes, access tokens and refresh tokens: how one leads to the next.

A refresh token is exchanged for the next one, and the old one is spent. If an old one comes back,
either an answer was lost or somebody stole it. Within the grace time it is answered with what the
first exchange gave, because that is always the same word; later, the whole grant is revoked.
"""

from dataclasses import dataclass
from typing import Any, Final

import msgspec

from ..admission import SKEW
from ..scopes import OFFLINE_ACCESS, Scope, parse, widened, written
from ..store import Code, KeptGrant, Refresh
from ..tokens import (
    Claims,
    NotOurs,
    Word,
    new_word,
    read_code,
    read_refresh,
    write_access,
)
from .asking import Asked
from .origin import Issuer
from .params import Params, needed
from .pkce import proven
from .server import AuthorizationServer
from .serving import Refused

CODE_LIVES: Final = 60.0  # seconds
_TO_EXCHANGE: Final = CODE_LIVES + SKEW
# A refresh that is repeated within this time is one whose answer was lost; clocks may differ.
_GRACE: Final = 60.0 + SKEW
_MOST_STEPS: Final = 20  # that one old token may lag behind within the grace time
_PURPOSE: Final = "carried"


@dataclass(frozen=True, slots=True)
class _Good:
    """A grant that still holds, and what its tokens carry."""

    kept: KeptGrant
    carried: bytes | None


async def code_for(
    server: AuthorizationServer, asked: Asked, kept: KeptGrant, carried: bytes | None
) -> str:
    """Return a code for what the person has granted."""
    now = server.now()
    word = new_word(_close(server, kept.id, carried))
    code = Code(
        grant=kept.id,
        client=asked.client_id,
        redirect=asked.redirect,
        challenge=asked.challenge,
        issuer=asked.issuer,
        resource=asked.resource,
        offline=asked.offline,
        expires=now + CODE_LIVES,
    )
    # The grant comes last: when one of these fails, nothing was granted.
    await server.store.add_code(word.kept, code)
    await server.store.client_used(asked.client_id)
    await server.store.add_grant(kept, now + _TO_EXCHANGE)
    return word.as_code()


async def exchange(
    server: AuthorizationServer, issuer: Issuer, client_id: str, form: Params
) -> dict[str, Any]:
    """Return the tokens for a code; raises Refused."""
    word = read_code(needed(form, "code"))
    code = None if word is None else await server.store.code(word.kept)
    if word is None or code is None or code.client != client_id:
        raise _invalid("The code is not known")
    if code.spent:
        await server.store.revoke(code.grant)
        raise _invalid("The code was used before, so what it gave is revoked")
    if server.now() >= code.expires:
        raise _invalid("The code has expired")
    _check_code(issuer, code, form)
    good = await _good(server, code.grant, word)
    first = Word(server.seal.follow(word.secret), word.sealed)
    refresh = Refresh(
        grant=code.grant,
        client=code.client,
        issuer=code.issuer,
        resource=code.resource,
        offline=code.offline,
        expires=server.now() + server.refresh_seconds,
    )
    await _keep(server, first, refresh)
    if not await server.store.spend_code(word.kept, code):
        await server.store.revoke(code.grant)
        raise _invalid("The code was used before, so what it gave is revoked")
    return _tokens(server, good, first, refresh, good.kept.scopes)


async def renew(
    server: AuthorizationServer, issuer: Issuer, client_id: str, form: Params
) -> dict[str, Any]:
    """Return the tokens for a refresh token; raises Refused."""
    word = read_refresh(needed(form, "refresh_token"))
    refresh = None if word is None else await server.store.refresh(word.kept)
    if word is None or refresh is None or refresh.client != client_id:
        raise _invalid("The refresh token is not known")
    if refresh.issuer != issuer.issuer:
        raise _invalid("The refresh token was given under another address")
    if form.get("resource", refresh.resource) != refresh.resource:
        raise Refused("invalid_target", "The refresh token is for another resource")
    good = await _good(server, refresh.grant, word)
    scopes = _narrowed(good.kept, form.get("scope"))
    word, refresh = await _followed(server, word, refresh)
    return _tokens(server, good, word, refresh, scopes)


async def _followed(
    server: AuthorizationServer, word: Word, refresh: Refresh
) -> tuple[Word, Refresh]:
    """Spend a refresh token and return the next one that is not spent; raises Refused."""
    for _ in range(_MOST_STEPS):
        if refresh.spent is not None and server.now() - refresh.spent > _GRACE:
            await server.store.revoke(refresh.grant)
            raise _invalid("The refresh token was used before, so what it gave is revoked")
        following = Word(server.seal.follow(word.secret), word.sealed)
        fresh = msgspec.structs.replace(
            refresh, spent=None, expires=server.now() + server.refresh_seconds
        )
        known = await _keep(server, following, fresh)
        if refresh.spent is None:
            # When another one was quicker, it has spent it for this same successor.
            await server.store.spend_refresh(word.kept, refresh)
        if known.spent is None:
            return following, known
        word, refresh = following, known
    raise _invalid("The refresh token was used too often")


async def _keep(server: AuthorizationServer, word: Word, refresh: Refresh) -> Refresh:
    """Keep a refresh token with its grant; returns it as it is kept, for it may be there."""
    if not await server.store.extend_grant(refresh.grant, refresh.expires + SKEW):
        raise _invalid("The access was revoked")
    if await server.store.add_refresh(word.kept, refresh):
        return refresh
    return await server.store.refresh(word.kept) or refresh


async def _good(server: AuthorizationServer, grant_id: str, word: Word) -> _Good:
    """Return the grant as it is kept now; raises Refused when it does not hold any more."""
    kept = await server.store.fresh_grant(grant_id)
    if kept is None:
        raise _invalid("The access was revoked")
    if kept.expires is not None and server.now() >= kept.expires:
        raise _invalid("The access has ended")
    try:
        return _Good(kept, _open(server, grant_id, word.sealed))
    except (NotOurs, msgspec.DecodeError) as err:
        raise _invalid("The token is not one of this server") from err


def _tokens(
    server: AuthorizationServer,
    good: _Good,
    word: Word,
    refresh: Refresh,
    scopes: tuple[Scope, ...],
) -> dict[str, Any]:
    now, kept = server.now(), good.kept
    expires = min(now + server.access_seconds, kept.expires or now + server.access_seconds)
    claims = Claims(
        grant=kept.id,
        client=kept.client_id,
        scopes=written(scopes),
        issuer=refresh.issuer,
        resource=refresh.resource,
        issued=now,
        expires=expires,
        sealed=good.carried,
    )
    words = [written(scopes), *([OFFLINE_ACCESS] if refresh.offline else [])]
    return {
        "access_token": write_access(server.seal, claims),
        "token_type": "Bearer",
        "expires_in": int(expires - now),
        "refresh_token": word.as_refresh(),
        "scope": " ".join(words),
    }


def _check_code(issuer: Issuer, code: Code, form: Params) -> None:
    if code.issuer != issuer.issuer:
        raise _invalid("The code was given under another address")
    if form.get("redirect_uri", code.redirect) != code.redirect:
        raise _invalid("The redirect_uri is not the one of the request")
    if form.get("resource", code.resource) != code.resource:
        raise Refused("invalid_target", "The code is for another resource")
    if not proven(form, code.challenge):
        raise _invalid("The code_verifier does not fit")


def _narrowed(kept: KeptGrant, scope: str | None) -> tuple[Scope, ...]:
    """Return the scopes of a new access token: all, or fewer when fewer are asked for."""
    asked = widened(parse(scope or "")) & frozenset(kept.scopes)
    if scope is None or not parse(scope):
        return kept.scopes
    if not parse(scope) <= frozenset(kept.scopes):
        raise Refused("invalid_scope", "More was asked for than was granted")
    return tuple(one for one in kept.scopes if one in asked)


def _close(server: AuthorizationServer, grant_id: str, carried: bytes | None) -> str:
    if carried is None:
        return ""
    return server.seal.close(_PURPOSE, msgspec.msgpack.encode((grant_id, carried)))


def _open(server: AuthorizationServer, grant_id: str, sealed: str) -> bytes | None:
    if not sealed:
        return None
    found, carried = msgspec.msgpack.decode(
        server.seal.open(_PURPOSE, sealed), type=tuple[str, bytes]
    )
    if found != grant_id:
        raise NotOurs
    return carried


def _invalid(why: str) -> Refused:
    return Refused("invalid_grant", why)
