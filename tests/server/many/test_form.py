"""The form asks where the home is, and lets nobody on whom that home has not confirmed."""

from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Message

from ha_mcp.access.oauth.origin import Issuer
from ha_mcp.access.oauth.serving import Refused
from ha_mcp.access.oauth.sign_in import Person, SignIn
from ha_mcp.access.tokens import Seal
from ha_mcp.ha import User
from ha_mcp.many.form import FormSignIn
from ha_mcp.many.way import Way, way_in
from ha_mcp.problems import Forbidden, Invalid, Unreachable

BASE = "https://mcp.example"
ISSUER = Issuer(BASE, f"{BASE}/mcp")
PENDING = "what-has-to-come-back"
HOME = "http://home.example:8123"


@dataclass
class FakeHomes:
    """Homes with their users by token, and by the code of their login page."""

    users: dict[str, User] = field(
        default_factory=lambda: {"good": User("ann", "Ann", is_admin=True)}
    )
    codes: dict[tuple[str, str], str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    away: bool = False

    async def user(self, url: str, token: str) -> User:
        """Return whose token it is."""
        self.asked.append(url)
        if self.away:
            raise Unreachable("Nothing answers at home.example:8123", hint="Look at the <address>")
        if token not in self.users:
            raise Forbidden("no")
        return self.users[token]

    async def signed_in(self, url: str, code: str, client_id: str, verifier: str) -> Way:
        """Return the way in of who came back with a code."""
        assert (client_id, len(verifier) >= 43) == (f"{BASE}/", True)
        if (url, code) not in self.codes:
            raise Forbidden("Home Assistant did not confirm the sign-in")
        return Way(url, "ann", self.codes[url, code])


@pytest.fixture
def homes() -> FakeHomes:
    """Return homes of which one user is known."""
    return FakeHomes()


@pytest.fixture
def sign_in(homes: FakeHomes) -> SignIn:
    """Return what is tested, as the authorization server sees it."""
    return FormSignIn(homes, Seal("a key of the tests that is long enough"), suggested=HOME)


def posted(**form: str) -> Request:
    """Return what a browser sends for a filled-in form."""
    body = urlencode(
        {"request": PENDING, **{"with" if k == "by" else k: v for k, v in form.items()}}
    )

    async def receive() -> Message:
        return {"type": "http.request", "body": body.encode(), "more_body": False}

    headers = [(b"content-type", b"application/x-www-form-urlencoded")]
    scope = {"type": "http", "method": "POST", "headers": headers, "query_string": b""}
    return Request(scope, receive)


def back(**query: str) -> Request:
    """Return the request of a browser that comes back from a home's login page."""
    raw = urlencode(query).encode()
    return Request({"type": "http", "method": "GET", "headers": [], "query_string": raw})


async def shown(answer: tuple[str, Person] | Response) -> str:
    """Return the form that is shown again."""
    assert isinstance(answer, Response)
    assert answer.status_code == 400
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    return bytes(answer.body).decode()


async def test_the_form_carries_what_has_to_come_back(sign_in: SignIn) -> None:
    """And suggests the address that the owner of the server set."""
    answer = await sign_in.begin(back(), f'{PENDING}"><b>', ISSUER)
    page = bytes(answer.body).decode()

    assert answer.status_code == 200
    assert f'value="{PENDING}&quot;&gt;&lt;b&gt;"' in page
    assert f'value="{HOME}"' in page
    assert "<script" not in page


async def test_a_token_is_shown_to_its_home_before_anything_else(
    sign_in: SignIn, homes: FakeHomes
) -> None:
    """What that home says of its user decides, and the way there is sealed."""
    finished = await sign_in.finish(posted(url=f"{HOME}/", token=" good "), ISSUER)

    assert not isinstance(finished, Response)
    pending_id, person = finished
    assert pending_id == PENDING
    assert (person.user_id, person.user_name, person.is_admin) == ("ann", "Ann", True)
    assert way_in(person.sealed) == Way(HOME, "ann", "good")
    assert homes.asked == [HOME]


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"url": HOME, "token": "bad"}, "does not accept this token"),
        ({"url": HOME, "token": "x" * 5000}, "not a long-lived access token"),
        ({"url": HOME, "token": "schlüssel"}, "not a long-lived access token"),
        ({"url": HOME, "by": "token"}, "not a long-lived access token"),
        ({"url": "ftp://home", "token": "good"}, "not the address of a Home Assistant"),
        ({"token": "good"}, "not the address of a Home Assistant"),
    ],
)
async def test_what_is_wrong_is_said_on_the_form(
    sign_in: SignIn, form: dict[str, str], words: str
) -> None:
    """With what was typed still in it, but never the token."""
    page = await shown(await sign_in.finish(posted(**form), ISSUER))

    assert words in page
    assert f'value="{PENDING}"' in page
    assert form.get("token", "no-such-word") not in page


async def test_words_of_others_are_text_and_nothing_else(sign_in: SignIn, homes: FakeHomes) -> None:
    """Of an address, and of what answers there."""
    homes.away = True
    page = await shown(await sign_in.finish(posted(url="http://a\"'<b>", token="good"), ISSUER))

    assert "<b>" not in page
    assert "Look at the &lt;address&gt;" in page


async def test_the_login_page_of_the_home_leads_back(sign_in: SignIn, homes: FakeHomes) -> None:
    """With a code that only this sign-in can use."""
    homes.codes[HOME, "the-code"] = "good"
    sent = await sign_in.finish(posted(url=HOME, by="login"), ISSUER)
    assert isinstance(sent, Response)
    where = urlsplit(sent.headers["Location"])
    asked = dict(parse_qsl(where.query))

    finished = await sign_in.finish(back(code="the-code", state=asked["state"]), ISSUER)

    assert where._replace(query="").geturl() == f"{HOME}/auth/authorize"
    assert (asked["client_id"], asked["redirect_uri"]) == (f"{BASE}/", f"{BASE}/signin")
    assert asked["code_challenge_method"] == "S256"
    assert not isinstance(finished, Response)
    assert (finished[0], finished[1].user_id) == (PENDING, "ann")


@pytest.mark.parametrize(
    ("query", "words"),
    [({"code": "another"}, "did not confirm"), ({"error": "denied"}, "did not say who you are")],
)
async def test_who_was_not_let_in_at_home_begins_again(
    sign_in: SignIn, query: dict[str, str], words: str
) -> None:
    """On the same form, with the same address."""
    sent = await sign_in.finish(posted(url=HOME, by="login"), ISSUER)
    assert isinstance(sent, Response)
    state = dict(parse_qsl(urlsplit(sent.headers["Location"]).query))["state"]

    page = await shown(await sign_in.finish(back(state=state, **query), ISSUER))

    assert words in page
    assert f'value="{PENDING}"' in page
    assert f'value="{HOME}"' in page


@pytest.mark.parametrize("state", ["forged", "x" * 20_000, "gAAAAA"])
async def test_a_state_of_somebody_else_leads_nowhere(sign_in: SignIn, state: str) -> None:
    """It would send a code to a home of their choice."""
    with pytest.raises(Invalid, match="belongs to no sign-in"):
        await sign_in.finish(back(code="the-code", state=state), ISSUER)


async def test_without_what_has_to_come_back_nothing_goes_on(sign_in: SignIn) -> None:
    """Neither way."""
    with pytest.raises(Refused):
        await sign_in.finish(back(code="the-code"), ISSUER)
    with pytest.raises(Refused):
        await sign_in.finish(posted(url=HOME, token="good", request=""), ISSUER)


async def test_homes_are_not_knocked_at_without_end(sign_in: SignIn, homes: FakeHomes) -> None:
    """Who sends the server around the network is slowed down."""
    for port in range(8000, 8030):
        await sign_in.finish(posted(url=f"http://home.example:{port}", token="bad"), ISSUER)
    page = await shown(await sign_in.finish(posted(url=HOME, token="bad"), ISSUER))
    elsewhere = await sign_in.finish(posted(url="http://other.example", token="good"), ISSUER)

    assert "Too many people sign in there" in page
    assert len(homes.asked) == 31
    assert not isinstance(elsewhere, Response)


async def test_many_homes_are_not_knocked_at_either(sign_in: SignIn, homes: FakeHomes) -> None:
    """A network is not to be explored from here."""
    for number in range(60):
        await sign_in.finish(posted(url=f"http://10.0.0.{number}", token="bad"), ISSUER)
    page = await shown(await sign_in.finish(posted(url=HOME, token="good"), ISSUER))

    assert "Too many people sign in there" in page
    assert len(homes.asked) == 60
