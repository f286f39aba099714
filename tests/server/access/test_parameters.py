"""Each parameter of each endpoint, left out, given twice, without end, or beyond all reading."""

from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, urlencode

import httpx2
import pytest

from .assistants import BACK, VERIFIER, Assistant, word_of
from .serving import HOME, RESOURCE, Running

_ODD: Final = ["%00", "%ff%fe", "%", "%zz", "+", "%0d%0aSet-Cookie:%20a=b", "x" * 9000]
# Left out, these have a meaning.
_OPTIONAL: Final = {
    "/authorize": {"redirect_uri", "state", "resource", "scope"},
    "/token": {"redirect_uri", "resource", "scope"},
    "/consent": {"lasts", "home:control"},
}
_TYPES: Final = {"Content-Type": "application/x-www-form-urlencoded"}


@dataclass
class Complete:
    """A request that would be granted, as pairs."""

    path: str
    said: dict[str, str]

    async def send(self, ours: Running, encoded: str) -> httpx2.Response:
        """Send it with these parameters."""
        if self.path == "/authorize":
            return await ours.http.get(f"/authorize?{encoded}")
        return await ours.http.post(self.path, content=encoded.encode(), headers=_TYPES)


async def complete(ours: Running, name: str) -> Complete:
    """Return a request that would be granted."""
    claude = await Assistant.registered(ours)
    if name == "authorize":
        return Complete("/authorize", claude.asking())
    if name == "consent":
        word = word_of(await claude.page())
        said = {"request": word, "decision": "allow", "lasts": "day", "home:control": "on"}
        return Complete("/consent", said)
    if name == "code":
        said = {
            "grant_type": "authorization_code",
            "code": await claude.code(),
            "client_id": claude.id,
            "code_verifier": VERIFIER,
            "redirect_uri": claude.redirect,
            "resource": RESOURCE,
        }
        return Complete("/token", said)
    token = (await claude.connected())["refresh_token"]
    if name == "refresh":
        said = {
            "grant_type": "refresh_token",
            "refresh_token": token,
            "client_id": claude.id,
            "resource": RESOURCE,
            "scope": "home:read",
        }
        return Complete("/token", said)
    return Complete(f"/{name}", {"token": token, "client_id": claude.id})


ALL: Final = [
    *(
        ("authorize", name)
        for name in (
            *("response_type", "client_id", "redirect_uri", "state", "code_challenge"),
            *("code_challenge_method", "resource", "scope"),
        )
    ),
    *(("consent", name) for name in ("request", "decision", "lasts", "home:control")),
    *(
        ("code", name)
        for name in (
            *("grant_type", "code", "client_id", "code_verifier", "redirect_uri", "resource"),
        )
    ),
    *(
        ("refresh", name)
        for name in ("grant_type", "refresh_token", "client_id", "resource", "scope")
    ),
    *((path, name) for path in ("revoke", "introspect") for name in ("token", "client_id")),
]
EVERY_PARAMETER = pytest.mark.parametrize(("request_name", "name"), ALL)


def refused(answer: httpx2.Response) -> bool:
    """Tell whether an answer says no in its way, and gives nothing."""
    location = answer.headers.get("Location")
    no = 400 <= answer.status_code < 500 if location is None else BACK + "?error=" in location
    return no and "access_token" not in answer.text and "Traceback" not in answer.text


def granted(answer: httpx2.Response) -> bool:
    """Tell whether a request was understood."""
    return answer.status_code in {200, 302, 303} and "error=" not in answer.headers.get(
        "Location", ""
    )


@pytest.mark.parametrize(
    "request_name", ["authorize", "consent", "code", "refresh", "revoke", "introspect"]
)
async def test_the_complete_request_is_granted(ours: Running, request_name: str) -> None:
    """Else what follows would prove nothing."""
    whole = await complete(ours, request_name)

    assert granted(await whole.send(ours, urlencode(whole.said)))


@EVERY_PARAMETER
async def test_a_parameter_that_is_left_out(ours: Running, request_name: str, name: str) -> None:
    """Is missed, unless it may be."""
    whole = await complete(ours, request_name)
    said = {key: value for key, value in whole.said.items() if key != name}

    answer = await whole.send(ours, urlencode(said))

    assert granted(answer) is (name in _OPTIONAL.get(whole.path, set()))
    assert granted(answer) is not refused(answer)


@EVERY_PARAMETER
async def test_a_parameter_that_is_given_twice(ours: Running, request_name: str, name: str) -> None:
    """Is refused, also when both say the same."""
    whole = await complete(ours, request_name)
    twice = urlencode([*whole.said.items(), (name, whole.said[name])])

    answer = await whole.send(ours, twice)

    assert answer.status_code == 400
    assert refused(answer)


@EVERY_PARAMETER
@pytest.mark.parametrize("odd", _ODD, ids=["nul", "not utf-8", "%", "%zz", "space", "crlf", "long"])
async def test_a_parameter_that_is_nonsense(
    ours: Running, request_name: str, name: str, odd: str
) -> None:
    """Gives nothing, breaks nothing, and the answer has no line that was sent in."""
    whole = await complete(ours, request_name)
    others = {key: value for key, value in whole.said.items() if key != name}

    answer = await whole.send(ours, f"{urlencode(others)}&{quote(name)}={odd}")

    assert answer.status_code < 500
    assert "Set-Cookie" not in answer.headers
    assert "access_token" not in answer.text or name == "scope"


async def test_a_request_of_more_parameters_than_there_are_is_not_read(ours: Running) -> None:
    """Nobody needs so many."""
    answer = await ours.http.get("/authorize?" + "&".join(f"p{n}=1" for n in range(100)))

    assert (answer.status_code, "cannot be read" in answer.text) == (400, True)


@pytest.mark.parametrize("path", ["/token", "/revoke", "/introspect", "/consent"])
async def test_a_form_without_end_is_not_read(ours: Running, path: str) -> None:
    """Anybody may send one."""
    answer = await ours.http.post(path, content=b"x=" + b"y" * 70_000, headers=_TYPES)

    assert answer.status_code == 400
    assert "are not read" in answer.text


@pytest.mark.parametrize("length", [16, 4096])
async def test_a_request_on_its_way_fits_into_an_address(ours: Running, length: int) -> None:
    """Many servers on the way read 8,000 characters of one line."""
    claude = await Assistant.registered(ours, "https://claude.ai/" + "a" * 200)
    state = "".join(chr(33 + (n * n * 7 + n) % 90) for n in range(length))

    location = (await claude.ask(state=state)).headers["Location"]

    assert location.startswith(f"{HOME}/signin?state=")
    assert len(location) < 7000
