"""An address that the owner made leads in with its rights, for as long as it is known."""

from typing import Any

import httpx2
import orjson
import pytest

from ha_mcp.access.grants import Grant, everything
from ha_mcp.access.records import StoreAway
from ha_mcp.access.scopes import Scope, up_to
from ha_mcp.web.origins import Origins

from .edges import PATH, Edge, calling, running
from .test_legacy_sse import HELLO

WORD = "private_ABCDEFGHIJ-_klmnopqrst"
UNKNOWN = "private_ABCDEFGHIJ-_klmnopqrsx"
LIST = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
READERS = Grant(client_id="", client_name="Tablet", scopes=up_to(Scope.READ), id="tablet")


class Known:
    """What is known, and what was asked."""

    def __init__(self) -> None:
        """Know one address."""
        self.grants = {WORD: READERS}
        self.asked: list[str] = []
        self.away = False

    async def find(self, word: str) -> Grant | None:
        """Find it."""
        self.asked.append(word)
        if self.away:
            raise StoreAway("The disk is gone")
        return self.grants.get(word)


async def at(edge: Edge, path: str, body: dict[str, Any] = LIST, **headers: str) -> httpx2.Response:
    """Ask at a path."""
    return await edge.http.post(f"{edge.base}/{path}", json=body, headers=headers)


def text_of(answer: httpx2.Response) -> str:
    """Return what a tool said."""
    return str(answer.json()["result"]["content"][0]["text"])


async def test_it_leads_in_with_its_rights() -> None:
    """Tools that it does not allow are neither offered nor done."""
    known = Known()
    async with running(further=known.find) as edge:
        offered = (await at(edge, WORD)).json()["result"]["tools"]
        echoed = await at(edge, f"{WORD}/", calling("ha_echo", words="hello"))
        refused = await at(edge, WORD, calling("ha_refuse"))
        known.grants[WORD] = everything("Tablet")
        more = (await at(edge, WORD)).json()["result"]["tools"]

    assert "ha_echo" in {tool["name"] for tool in offered}
    assert text_of(echoed) == "hello"
    assert text_of(refused).startswith("forbidden: ")
    assert "home:" in text_of(refused)
    assert len(more) > len(offered)


async def test_what_is_not_known_is_not_found_like_anything_else() -> None:
    """Byte for byte, so nothing tells that there are such addresses."""
    async with running(further=Known().find) as edge:
        nothing = await at(edge, "nothing")
        answers = [
            await at(edge, path)
            for path in (UNKNOWN, f"{WORD}x", f"{WORD}/x", f"x/{WORD}", f"{UNKNOWN}/sse", WORD[:-1])
        ]
        got = await edge.http.get(f"{edge.base}/{UNKNOWN}")

    assert {(one.status_code, one.content) for one in [*answers, got]} == {
        (404, nothing.content),
    }


async def test_it_ends_at_once() -> None:
    """While the server runs."""
    known = Known()
    async with running(further=known.find) as edge:
        before = await at(edge, WORD)
        known.grants.clear()
        after = await at(edge, WORD)

    assert (before.status_code, after.status_code) == (200, 404)


async def test_only_what_looks_like_one_is_looked_up() -> None:
    """The address of the server costs no look-up, nor does what scanners try."""
    known = Known()
    async with running(further=known.find) as edge:
        await edge.call("ha_echo", words="x")
        await at(edge, "wp-login.php")
        await edge.http.get(f"{edge.base}/healthz")
        assert known.asked == []
        await at(edge, UNKNOWN)

    assert known.asked == [UNKNOWN]


async def test_a_profile_narrows_it() -> None:
    """Whoever has all rights may ask for less."""
    known = Known()
    known.grants[WORD] = everything("Tablet")
    async with running(further=known.find) as edge:
        answer = await at(edge, f"{WORD}?profile=readonly", calling("ha_refuse"))
        unknown = await at(edge, f"{WORD}?profile=some", calling("ha_refuse"))

    assert "profile=readonly" in text_of(answer)
    assert "error" in unknown.json()


async def test_the_address_of_the_server_needs_no_store() -> None:
    """Who comes by another is told to come again, and not that it is gone."""
    known = Known()
    known.away = True
    async with running(further=known.find) as edge:
        owner = await edge.call("ha_echo", words="hello")
        other = await at(edge, WORD)

    assert owner.status_code == 200
    assert (other.status_code, other.headers["Retry-After"]) == (503, "10")


@pytest.mark.parametrize(
    ("origin", "code"), [("https://a.example", 200), ("https://b.example", 403)]
)
async def test_web_pages_come_in_as_at_the_server(origin: str, code: int) -> None:
    """Those that the owner listed."""
    origins = Origins(on_loopback=False, secret=False, listed={"https://a.example"})
    async with running(origins=origins, further=Known().find) as edge:
        answer = await at(edge, WORD, Origin=origin)

    assert answer.status_code == code


async def test_the_older_transport_has_the_same_rights() -> None:
    """On its stream; and nobody posts to the stream of another address, nor after the end."""
    known = Known()
    async with (
        running(further=known.find) as edge,
        edge.http.stream(
            "GET", f"{edge.base}/{WORD}/sse", headers={"Accept": "text/event-stream"}
        ) as answer,
    ):
        lines = answer.aiter_lines()
        endpoint = [await anext(lines) for _ in range(3)][1].removeprefix("data: ")
        session = endpoint.partition("?")[2]
        elsewhere = await edge.http.post(f"{edge.url}/sse?{session}", json=LIST)
        await edge.http.post(edge.base + endpoint, json=HELLO)
        posted = await edge.http.post(edge.base + endpoint, json=calling("ha_refuse"))
        said = ""
        while '"id":7' not in said:
            said = await anext(lines)
        known.grants.clear()
        after = await edge.http.post(edge.base + endpoint, json=calling("ha_refuse"))

    assert endpoint.startswith(f"/{WORD}/sse?")
    assert (elsewhere.status_code, posted.status_code, after.status_code) == (404, 202, 404)
    result = orjson.loads(said.removeprefix("data: "))["result"]
    assert result["content"][0]["text"].startswith("forbidden: ")


def test_the_path_of_these_tests_is_of_the_same_form() -> None:
    """Else the look-up that is not made would prove nothing."""
    assert len(PATH) == len(f"/{WORD}")
