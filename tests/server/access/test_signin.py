"""Home Assistant's login page says who the person is, and its answer belongs to one question."""

import base64
import hashlib
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from starlette.requests import Request
from starlette.responses import Response

from ha_mcp.access.oauth.origin import Issuer
from ha_mcp.access.oauth.sign_in import Person
from ha_mcp.access.signin import HomeSignIn
from ha_mcp.access.tokens import Seal
from ha_mcp.problems import Invalid

KEY = "a key that is long enough for everybody here"
OUTSIDE = Issuer(
    "https://home.example/api/ha_mcp_proxy/oauth", "https://home.example/api/webhook/x"
)
DIRECT = Issuer("http://192.168.1.5:9583", "http://192.168.1.5:9583/mcp")


@dataclass(frozen=True)
class Known:
    """Somebody's account."""

    id: str = "u1"
    name: str | None = "Ada"
    is_admin: bool = False


@dataclass
class Accounts:
    """Knows one account, and what it was asked."""

    account: Known = field(default_factory=Known)
    asked: list[tuple[str, str, str]] = field(default_factory=list)

    async def __call__(self, code: str, client_id: str, verifier: str) -> Known:
        """Write down and answer."""
        self.asked.append((code, client_id, verifier))
        return self.account


def came(query: str = "") -> Request:
    """Return a request of a browser."""
    return Request({"type": "http", "method": "GET", "headers": [], "query_string": query.encode()})


async def begun(sign_in: HomeSignIn, issuer: Issuer, pending: str = "pending-1") -> dict[str, str]:
    """Begin, and return where the person was sent, as ``page``, with what is asked there."""
    answer = await sign_in.begin(came(), pending, issuer)
    assert answer.status_code == 303
    parts = urlsplit(answer.headers["location"])
    asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
    return {"page": f"{parts.scheme}://{parts.netloc}{parts.path}", **asked}


async def finished(sign_in: HomeSignIn, back: Request) -> tuple[str, Person]:
    """Return for what and who it was."""
    found = await sign_in.finish(back, OUTSIDE)
    assert not isinstance(found, Response)
    return found


async def test_the_login_page_of_the_same_origin_is_asked() -> None:
    """Where the relay serves, Core's pages are beside it."""
    asked = await begun(HomeSignIn(Accounts(), Seal(KEY)), OUTSIDE)

    assert asked["page"] == "https://home.example/auth/authorize"
    assert asked["client_id"] == "https://home.example/"
    assert asked["redirect_uri"] == "https://home.example/api/ha_mcp_proxy/oauth/signin"
    assert asked["state"] == "pending-1"
    assert asked["response_type"] == "code"


async def test_a_server_of_its_own_sends_to_where_core_is() -> None:
    """Core lets an address of the house be a client."""

    async def core(_: Issuer) -> str:
        return "http://192.168.1.5:8123"

    asked = await begun(HomeSignIn(Accounts(), Seal(KEY), core), DIRECT)

    assert asked["page"] == "http://192.168.1.5:8123/auth/authorize"
    assert asked["client_id"] == "http://192.168.1.5:9583/"
    assert asked["redirect_uri"] == "http://192.168.1.5:9583/signin"


async def test_who_comes_back_is_who_core_says() -> None:
    """And is tied to the request they left for, also after a restart."""
    accounts = Accounts()
    asked = await begun(HomeSignIn(accounts, Seal(KEY)), OUTSIDE)
    back = came(urlencode({"code": "c1", "state": asked["state"]}))

    pending, person = await finished(HomeSignIn(accounts, Seal(KEY)), back)

    assert pending == "pending-1"
    assert (person.user_id, person.user_name, person.is_admin) == ("u1", "Ada", False)
    ((code, client_id, verifier),) = accounts.asked
    assert (code, client_id) == ("c1", "https://home.example/")
    digest = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest())
    assert asked["code_challenge"] == digest.decode().rstrip("=")
    assert asked["code_challenge_method"] == "S256"


async def test_another_request_has_another_verifier() -> None:
    """So a code that was made for one is worth nothing for another."""
    sign_in = HomeSignIn(Accounts(), Seal(KEY))

    one = await begun(sign_in, OUTSIDE, "pending-1")
    other = await begun(sign_in, OUTSIDE, "pending-2")

    assert one["code_challenge"] != other["code_challenge"]


async def test_another_server_has_another_verifier() -> None:
    """Whoever knows the request does not know its verifier."""
    mine = await begun(HomeSignIn(Accounts(), Seal(KEY)), OUTSIDE)
    theirs = await begun(HomeSignIn(Accounts(), Seal(f"other {KEY}")), OUTSIDE)

    assert mine["code_challenge"] != theirs["code_challenge"]


@pytest.mark.parametrize(
    "query",
    ["", "code=c", "state=s", "code=&state=s", f"code=c&state={'s' * 9000}", "error=access_denied"],
    ids=["nothing", "no state", "no code", "empty code", "endless state", "refused"],
)
async def test_who_comes_back_with_nothing_is_nobody(query: str) -> None:
    """Core is not even asked."""
    accounts = Accounts()

    with pytest.raises(Invalid):
        await HomeSignIn(accounts, Seal(KEY)).finish(came(query), OUTSIDE)

    assert accounts.asked == []


async def test_an_account_without_a_name_is_somebody() -> None:
    """Core allows it."""
    sign_in = HomeSignIn(Accounts(Known(name=None)), Seal(KEY))

    _, person = await finished(sign_in, came("code=c&state=s"))

    assert person.user_name == ""
