"""Core's own login page says who somebody is, and Core keeps nothing of it."""

import base64
import hashlib
from collections.abc import Mapping
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from ha_mcp.ha.logins import Logins
from ha_mcp.problems import Forbidden
from lab.client import core_client, log_in
from lab.homes import OWNER, RESIDENT

from .worlds import ORIGIN, World

pytestmark = pytest.mark.live
CLIENT = f"{ORIGIN}/"
BACK = f"{ORIGIN}/api/ha_mcp_proxy/oauth/signin"
VERIFIER = "a-verifier-of-these-tests-that-is-long-enough-0123"


async def signed_in(outside: World, user: Mapping[str, str]) -> str:
    """Sign in on Core's login page, and return the code it hands over."""
    outside.person.username, outside.person.password = user["username"], user["password"]
    digest = hashlib.sha256(VERIFIER.encode()).digest()
    asked = {
        "response_type": "code",
        "client_id": CLIENT,
        "redirect_uri": BACK,
        "state": "s",
        "code_challenge": base64.urlsafe_b64encode(digest).decode().rstrip("="),
        "code_challenge_method": "S256",
    }
    # Nothing is served at the address it comes back to: only where it leads is of interest.
    url = await outside.person.sign_in(f"{ORIGIN}/auth/authorize?{urlencode(asked)}")
    outside.person.username, outside.person.password = OWNER["username"], OWNER["password"]
    return parse_qs(urlsplit(url).query)["code"][0]


def logins(outside: World) -> Logins:
    """Return what asks this Core."""

    async def address() -> str:
        return outside.home.core.url

    return Logins(address, at_home=True)


@pytest.mark.parametrize(("user", "is_admin"), [(OWNER, True), (RESIDENT, False)])
async def test_core_says_who_it_was(
    outside: World, user: Mapping[str, str], *, is_admin: bool
) -> None:
    """With the rights of the account."""
    code = await signed_in(outside, user)

    person = await logins(outside).person(code, CLIENT, VERIFIER)

    assert person.name == user["name"]
    assert person.is_admin is is_admin


async def test_no_token_is_left_in_core(outside: World) -> None:
    """The list on the person's security page is as long as before."""
    core = outside.home.core
    token = await log_in(outside.home.http, core.url, RESIDENT["username"], RESIDENT["password"])
    async with core_client(core.url, token) as client:
        before = [one["id"] for one in await client.command("auth/refresh_tokens")]
        code = await signed_in(outside, RESIDENT)
        await logins(outside).person(code, CLIENT, VERIFIER)
        after = [one["id"] for one in await client.command("auth/refresh_tokens")]

    assert after == before


async def test_a_code_is_good_once(outside: World) -> None:
    """Whoever saw it in an address gains nothing."""
    code = await signed_in(outside, OWNER)
    await logins(outside).person(code, CLIENT, VERIFIER)

    with pytest.raises(Forbidden):
        await logins(outside).person(code, CLIENT, VERIFIER)


async def test_a_code_of_another_request_is_refused(outside: World) -> None:
    """Core compares what it was told at the beginning."""
    code = await signed_in(outside, OWNER)

    with pytest.raises(Forbidden):
        await logins(outside).person(code, CLIENT, f"another-{VERIFIER}")
