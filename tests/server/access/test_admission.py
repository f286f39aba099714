"""Who comes in, and what the others are told."""

from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from ha_mcp.access.admission import NotAdmitted, bearer
from ha_mcp.access.grants import Grant
from ha_mcp.access.scopes import Scope
from ha_mcp.access.store import KeptGrant
from ha_mcp.access.tokens import Claims, Seal, new_key, write_access

from .serving import HOME, KEY, RESOURCE, Running, running

START = 1_800_000_000.0
KEPT = KeptGrant(
    id="g1",
    client_id="c1",
    client_name="Claude",
    user_id="u1",
    user_name="Paula",
    scopes=(Scope.READ, Scope.CONTROL),
    created=START,
    expires=None,
    issuer=HOME,
    resource=RESOURCE,
)
CLAIMS = Claims(
    grant="g1",
    client="c1",
    scopes="home:read home:control",
    issuer=HOME,
    resource=RESOURCE,
    issued=START,
    expires=START + 3600,
    sealed=b"home",
)


async def admitted(ours: Running, claims: Claims, key: str = KEY) -> Grant:
    """Come with a token that says this."""
    token = write_access(Seal(key), claims)
    return await ours.server.admission.admit(f"Bearer {token}", RESOURCE)


async def refusal(ours: Running, claims: Claims, key: str = KEY) -> NotAdmitted:
    """Return what a token that says this is refused with."""
    with pytest.raises(NotAdmitted) as caught:
        await admitted(ours, claims, key)
    return caught.value


async def test_a_token_admits_to_what_was_granted(ours: Running) -> None:
    """With the person's name, and what the token carries for us."""
    await ours.server.store.add_grant(KEPT, START + 9999)

    grant = await admitted(ours, CLAIMS)

    assert grant == KEPT.grant([Scope.READ, Scope.CONTROL])
    assert grant.sealed == b"home"
    assert grant.user_name == "Paula"


async def test_a_token_admits_to_no_more_than_its_own_scopes(ours: Running) -> None:
    """Nor to more than the grant has by now."""
    await ours.server.store.add_grant(KEPT, START + 9999)
    wider = msgspec.structs.replace(CLAIMS, scopes="home:read home:admin")

    assert (await admitted(ours, wider)).scopes == {Scope.READ}


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer ", "Basic abc", "Negotiate"])
async def test_who_comes_without_a_token_is_told_where_to_get_one(
    ours: Running, header: str | None
) -> None:
    """Without a word of error, which would make clients throw away what they have."""
    with pytest.raises(NotAdmitted) as caught:
        await ours.server.admission.admit(header, RESOURCE)

    assert caught.value.status == 401
    assert caught.value.headers["WWW-Authenticate"] == (
        'Bearer resource_metadata="https://home.example/.well-known/oauth-protected-resource'
        '/private_0123456789abcdefghijkl",'
        ' scope="home:read home:control home:configure home:admin"'
    )


@pytest.mark.parametrize(
    "claims",
    [
        msgspec.structs.replace(CLAIMS, expires=START - 61),
        msgspec.structs.replace(CLAIMS, resource=f"{HOME}/private_another"),
        msgspec.structs.replace(CLAIMS, resource=f"https://other.example{RESOURCE[20:]}"),
        msgspec.structs.replace(CLAIMS, scopes=""),
        msgspec.structs.replace(CLAIMS, scopes="home:admin"),
        msgspec.structs.replace(CLAIMS, grant="g2"),
    ],
    ids=["expired", "another path", "another host", "no scopes", "scopes not granted", "revoked"],
)
async def test_a_token_that_is_not_good_is_an_invalid_token(ours: Running, claims: Claims) -> None:
    """With that word clients refresh at once."""
    await ours.server.store.add_grant(KEPT, START + 9999)

    no = await refusal(ours, claims)

    assert no.status == 401
    assert no.json["error"] == "invalid_token"
    assert no.www_authenticate is not None
    assert no.www_authenticate.startswith('Bearer error="invalid_token"')
    assert "resource_metadata=" in no.www_authenticate


async def test_a_forged_token_is_an_invalid_token(ours: Running) -> None:
    """Also after the key was changed."""
    await ours.server.store.add_grant(KEPT, START + 9999)

    assert (await refusal(ours, CLAIMS, new_key())).json["error"] == "invalid_token"


async def test_a_clock_that_is_a_minute_off_signs_nobody_out(ours: Running) -> None:
    """Replicas and their hosts differ."""
    await ours.server.store.add_grant(KEPT, START + 9999)

    assert (await admitted(ours, msgspec.structs.replace(CLAIMS, expires=START - 59))).id == "g1"
    assert (await admitted(ours, msgspec.structs.replace(CLAIMS, issued=START + 60))).id == "g1"


@pytest.mark.parametrize("ending", ["/", "?profile=small"])
async def test_a_token_is_for_the_endpoint_however_it_was_typed(ours: Running, ending: str) -> None:
    """With a slash at the end, or asking for less."""
    await ours.server.store.add_grant(KEPT, START + 9999)

    assert (
        await admitted(ours, msgspec.structs.replace(CLAIMS, resource=RESOURCE + ending))
    ).id == "g1"


async def test_what_was_revoked_admits_at_once_to_nothing(ours: Running) -> None:
    """Although the token itself is good for an hour."""
    await ours.server.store.add_grant(KEPT, START + 9999)
    await admitted(ours, CLAIMS)

    await ours.server.store.revoke("g1")

    assert (await refusal(ours, CLAIMS)).json["error_description"] == "The access was revoked"


async def test_what_another_process_revoked_is_noticed_soon(tmp_path: Path) -> None:
    """Several may share one store."""
    async with running(tmp_path) as one, running(tmp_path, clock=one.clock) as other:
        await one.server.store.add_grant(KEPT, START + 9999)
        await admitted(other, CLAIMS)
        await one.server.store.revoke_all()
        one.clock.now += 15

        assert (await refusal(other, CLAIMS)).status == 401


async def test_a_grant_that_has_ended_admits_to_nothing(ours: Running) -> None:
    """The person chose until when."""
    await ours.server.store.add_grant(msgspec.structs.replace(KEPT, expires=START + 10), START + 99)
    assert (await admitted(ours, CLAIMS)).id == "g1"

    ours.clock.now += 10

    assert (await refusal(ours, CLAIMS)).status == 401


async def test_a_call_that_needs_more_is_told_every_scope_it_needs(ours: Running) -> None:
    """Clients ask the person for exactly these."""
    no = ours.server.admission.insufficient(RESOURCE, {Scope.CONFIGURE, Scope.READ})

    assert no.status == 403
    assert no.www_authenticate is not None
    assert 'error="insufficient_scope"' in no.www_authenticate
    assert 'scope="home:read home:configure"' in no.www_authenticate


async def test_an_address_cannot_break_out_of_the_header(ours: Running) -> None:
    """It is made from what the request says of itself."""
    no = ours.server.admission.insufficient('https://h/"\r\nSet-Cookie: a=b', [Scope.READ])

    assert no.www_authenticate is not None
    assert no.www_authenticate.count('"') == 8
    assert "\r" not in no.www_authenticate


async def test_when_a_grant_was_last_used_is_known(ours: Running) -> None:
    """Who looks at the list wants to know which are dead."""
    await ours.server.store.add_grant(KEPT, START + 9999)
    await admitted(ours, CLAIMS)

    (listed,) = await ours.server.store.grants()

    assert (listed.grant, listed.last_used) == (KEPT, START)


async def test_a_grant_can_be_narrowed_while_tokens_are_out(ours: Running) -> None:
    """On the panel."""
    await ours.server.store.add_grant(KEPT, START + 9999)
    await admitted(ours, CLAIMS)

    narrowed = msgspec.structs.replace(KEPT, scopes=(Scope.READ,))
    assert await ours.server.store.change_grant(narrowed)

    assert (await admitted(ours, CLAIMS)).scopes == {Scope.READ}
    assert not await ours.server.store.change_grant(msgspec.structs.replace(KEPT, id="g9"))


def test_a_grant_shows_nothing_of_what_its_token_carries() -> None:
    """It is logged and listed."""
    grant = replace(KEPT.grant([Scope.READ]), sealed=b"secret")

    assert "secret" not in repr(grant)


@pytest.mark.parametrize(
    ("header", "token"), [("bearer x", "x"), ("BEARER  x ", "x"), ("Bearerx", None)]
)
def test_the_word_bearer_is_written_in_many_ways(header: str, token: str | None) -> None:
    """HTTP does not mind."""
    assert bearer(header) == token
