"""Browsers are told which pages may talk to the server, and no others are let through."""

import httpx2
import pytest

from ha_mcp.web.origins import Origins

from .edges import Edge, calling, running

PAGE = "https://inspector.example"
ASKED = {
    "Access-Control-Request-Method": "POST",
    "Access-Control-Request-Headers": "content-type,authorization,mcp-protocol-version",
}


def listing(*origins: str) -> Origins:
    """Return the rules of a server in a network that lists some origins."""
    return Origins(on_loopback=False, secret=True, listed=origins)


async def preflight(edge: Edge, origin: str, **more: str) -> httpx2.Response:
    """Ask as a browser does before it sends what a page wants sent."""
    headers = ASKED | {"Origin": origin} | more
    return await edge.http.options(edge.url, headers=headers)


async def test_a_listed_page_may_send_and_read() -> None:
    """First the browser asks, then the page."""
    async with running(origins=listing(PAGE)) as edge:
        before = await preflight(edge, PAGE)
        answer = await edge.http.post(
            edge.url, json=calling("ha_echo", words="hello"), headers={"Origin": PAGE}
        )

    assert before.status_code == 200
    assert before.headers["Access-Control-Allow-Origin"] == PAGE
    assert "POST" in before.headers["Access-Control-Allow-Methods"]
    assert "authorization" in before.headers["Access-Control-Allow-Headers"]
    assert answer.headers["Access-Control-Allow-Origin"] == PAGE
    assert "WWW-Authenticate" in answer.headers["Access-Control-Expose-Headers"]
    assert answer.json()["result"]["content"][0]["text"] == "hello"


async def test_a_page_reads_why_it_is_refused() -> None:
    """Without the header a script sees a network error and nothing else."""
    async with running(origins=listing(PAGE)) as edge:
        answer = await edge.http.get(edge.url, headers={"Origin": PAGE})

    assert answer.status_code == 405
    assert answer.headers["Access-Control-Allow-Origin"] == PAGE


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "https://inspector.example.net"]
)
async def test_any_other_page_is_refused(origin: str) -> None:
    """Before and while it sends."""
    async with running(origins=listing(PAGE)) as edge:
        before = await preflight(edge, origin)
        answer = await edge.http.post(
            edge.url, json=calling("ha_echo", words="hello"), headers={"Origin": origin}
        )

    assert (before.status_code, answer.status_code) == (400, 403)
    assert "Access-Control-Allow-Origin" not in before.headers | answer.headers


async def test_where_every_page_is_welcome_none_is_asked_for_cookies() -> None:
    """The path is what lets in."""
    async with running(origins=listing("*")) as edge:
        before = await preflight(edge, "https://any.example")
        answer = await edge.http.post(
            edge.url, json=calling("ha_echo", words="hi"), headers={"Origin": "https://any.example"}
        )

    assert before.headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in before.headers
    assert answer.status_code == 200


async def test_a_page_of_the_internet_may_ask_a_server_at_home() -> None:
    """Browsers ask for that in particular."""
    asked = {"Access-Control-Request-Private-Network": "true"}
    async with running(origins=listing(PAGE)) as edge:
        before = await preflight(edge, PAGE, **asked)

    assert before.headers["Access-Control-Allow-Private-Network"] == "true"


async def test_without_a_list_nothing_is_told(edge: Edge) -> None:
    """As if browsers were not known here."""
    answer = await preflight(edge, "http://localhost:6274")

    assert answer.status_code == 405
    assert "Access-Control-Allow-Origin" not in answer.headers
