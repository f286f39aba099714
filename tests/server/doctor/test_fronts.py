"""What stands in front of a home is told apart, whatever it answers, and soon.

The way there is real (a name, TCP, TLS with certificates of these tests, HTTP); only where it leads
is up to the test.
"""

import asyncio
import ssl
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import web

from ha_mcp.doctor import CoreFacts, Report, examine
from lab.process import free_port
from live.relay.fronts import HOST, Authority, Stage, front
from live.relay.mirrors import mirror

PATIENCE = 0.5
UNRECOGNIZED_NAME = bytes((21, 3, 3, 0, 2, 2, 112))  # an alert of TLS 1.2: fatal, 112
SECRET = "mcp_0123456789abcdef0123456789abcdef"
URL = f"https://{HOST}/api/webhook/{SECRET}"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """Make an authority that the doctor trusts."""
    return Authority(tmp_path_factory.mktemp("certificates"))


@pytest.fixture
def stage(authority: Authority) -> Stage:
    """Make a world where the name is public and nobody listens."""
    return Stage(trusted=authority.trusted)


@asynccontextmanager
async def listening(
    arrived: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]],
    context: ssl.SSLContext | None = None,
) -> AsyncIterator[int]:
    """Listen with something that is no web server."""
    server = await asyncio.start_server(arrived, "127.0.0.1", 0, ssl=context)
    async with server:
        yield server.sockets[0].getsockname()[1]


@asynccontextmanager
async def site(context: ssl.SSLContext, **answer: Any) -> AsyncIterator[int]:
    """Run a web server that answers everything in one way."""

    async def same(_: web.Request) -> web.Response:
        return web.Response(**answer)

    application = web.Application()
    application.router.add_route("*", "/{path:.*}", same)
    runner = web.AppRunner(application, shutdown_timeout=0.2)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context).start()
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()


async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Take what comes and say nothing, until the other side goes."""
    await reader.read()
    writer.close()


async def rude(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Hang up at once."""
    writer.transport.abort()


async def polite(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Take the first words, then say goodbye."""
    await reader.read(1)
    writer.close()


async def refusing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer a greeting with TLS's own word for a name that is not served."""
    await reader.read(65_536)
    writer.write(UNRECOGNIZED_NAME)
    writer.close()


def fault(report: Report) -> str:
    """Return the code of the one fault."""
    assert report.fault is not None
    return report.fault.code


async def answered(stage: Stage, authority: Authority, **answer: Any) -> Report:
    """Examine a site that answers like this."""
    async with site(authority.signed(), **answer) as stage.port:
        return await examine(URL, stage)


@pytest.mark.parametrize("encrypted", [False, True], ids=["before TLS", "after TLS"])
async def test_who_never_answers_is_not_waited_for_long(
    stage: Stage, authority: Authority, *, encrypted: bool
) -> None:
    """A dead proxy keeps the connection open; a person does not wait for it."""
    began = time.monotonic()
    async with listening(silent, authority.signed() if encrypted else None) as stage.port:
        report = await examine(URL, stage, PATIENCE)

    assert fault(report) == ("broken" if encrypted else "no_greeting")
    assert time.monotonic() - began < 4 * PATIENCE


@pytest.mark.parametrize("leaving", [rude, polite])
async def test_who_hangs_up_during_the_greeting_is_there(
    stage: Stage, leaving: Callable[..., Awaitable[None]]
) -> None:
    """Nabu Casa does so while the home is not connected: no router is to blame."""
    async with listening(leaving) as stage.port:
        report = await examine(URL, stage)

    assert fault(report) == "no_greeting"
    assert [str(one.hop) for one in report.passed][-1] == "connection"


async def test_nobody_listens(stage: Stage) -> None:
    """A router that does not lead its own address back inside looks the same: it is said."""
    stage.port = free_port()
    report = await examine(URL, stage)

    assert fault(report) == "nobody_listens"
    assert report.fault is not None
    assert "without Wi-Fi" in report.fault.advice


async def test_a_proxy_that_does_not_know_the_name(stage: Stage) -> None:
    """It speaks https, for other names."""
    async with listening(refusing) as stage.port:
        report = await examine(URL, stage)

    assert fault(report) == "tls_refused"


async def test_plain_http_on_the_port_of_https(stage: Stage) -> None:
    """The router leads port 443 straight to Home Assistant."""
    async with mirror() as someone:
        stage.port = someone.port
        report = await examine(URL, stage)

    assert fault(report) == "not_tls"


@pytest.mark.parametrize(
    "page", ["<title>Just a moment...</title>", "<div class='h-captcha'></div>"]
)
async def test_a_challenge_of_another_wall(stage: Stage, authority: Authority, page: str) -> None:
    """Not only Cloudflare asks whether somebody is human, and not always with a 403."""
    report = await answered(stage, authority, status=200, text=page, content_type="text/html")

    assert fault(report) == "challenge"
    assert report.fault is not None
    assert "/api/webhook/" in report.fault.advice


async def test_a_password_of_the_proxy_is_not_a_login(stage: Stage, authority: Authority) -> None:
    """No document is missing: a proxy asks, and assistants have nothing to say."""
    wanted = {"WWW-Authenticate": 'Basic realm="home"'}
    report = await answered(stage, authority, status=401, headers=wanted)

    assert fault(report) == "password_in_front"


async def test_a_login_document_with_nonsense_in_it(stage: Stage, authority: Authority) -> None:
    """A document of another program is as good as none."""

    async def login(request: web.Request) -> web.StreamResponse:
        if request.method == "POST":
            return web.Response(status=401)
        return web.json_response({"resource": URL, "authorization_servers": [{"at": "home"}]})

    async with mirror() as someone:
        someone.answer = login
        async with front(authority.signed(), someone.port) as stage.port:
            report = await examine(URL, stage)

    assert fault(report) == "document_missing"


@pytest.mark.parametrize("result", [None, [], {"tools": "many"}], ids=["no", "list", "words"])
async def test_an_answer_with_nonsense_in_it_offers_no_tools(
    stage: Stage, authority: Authority, result: object
) -> None:
    """Whatever comes back, the examination ends with a sentence."""

    async def odd(request: web.Request) -> web.StreamResponse:
        asked = (await request.json())["method"]
        said = {"serverInfo": {"name": "odd"}} if asked == "initialize" else result
        return web.json_response({"jsonrpc": "2.0", "id": 1, "result": said})

    async with mirror() as someone:
        someone.answer = odd
        async with front(authority.signed(), someone.port) as stage.port:
            report = await examine(URL, stage)

    assert fault(report) == "no_tools"


@pytest.mark.parametrize(
    ("entries", "advice"),
    [((), "restart Home Assistant"), (("disabled",), "Enable"), (("setup_retry",), "Reload")],
)
async def test_a_relay_that_is_not_loaded_is_not_a_wrong_address(
    stage: Stage, authority: Authority, entries: tuple[str, ...], advice: str
) -> None:
    """Its code stays in Home Assistant when its entry goes, so the entries decide."""
    stage.facts = CoreFacts("RUNNING", frozenset({"ha_mcp_proxy"}), entries)
    report = await answered(stage, authority, status=200)

    assert fault(report) == "relay_not_loaded"
    assert report.fault is not None
    assert advice in report.fault.advice


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("https://192.168.1.20/api/webhook/x", "address_private"),
        ("https://169.254.1.2/api/webhook/x", "address_private"),
        ("https://[fd00::1]/api/webhook/x", "only_ipv6"),
        ("https://homeassistant.local/api/webhook/x", "name_local"),
        ("https://homeassistant/api/webhook/x", "name_local"),
        ("https://[broken", "not_https"),
        ("", "not_https"),
    ],
)
async def test_an_address_that_cannot_be_right(stage: Stage, url: str, code: str) -> None:
    """Nobody outside has to be asked about it."""
    assert fault(await examine(url, stage)) == code


async def test_what_a_program_reads(stage: Stage, authority: Authority) -> None:
    """One fault with everything a page needs to show it."""
    moved = {"Location": f"http://{HOST}/api/webhook/{SECRET}", "Server": f"proxy {'x' * 500}"}
    said = (await answered(stage, authority, status=301, headers=moved)).as_json()

    assert set(said) == {"origin", "ok", "passed", "fault"}
    assert said["ok"] is False
    assert [one["hop"] for one in said["passed"]] == [
        "address",
        "name",
        "connection",
        "certificate",
    ]
    assert set(said["fault"]) == {"hop", "code", "sentence", "advice", "evidence"}
    assert said["fault"]["evidence"].startswith("HTTP 301 by proxy")
    assert len(said["fault"]["evidence"]) < 100


@pytest.mark.parametrize(
    "answer",
    [
        {"status": 301, "headers": {"Location": URL.replace("https", "http")}},
        {"status": 404, "text": f"404: {SECRET}"},
        {"status": 403, "text": f"{SECRET} is forbidden"},
        {"status": 502, "text": URL},
        {"status": 200},
        {"status": 401, "headers": {"WWW-Authenticate": f'Bearer resource_metadata="{URL}"'}},
        {"status": 500, "text": SECRET},
    ],
    ids=["redirect", "not found", "blocked", "away", "empty", "login", "error"],
)
async def test_the_secret_is_never_shown(
    stage: Stage, authority: Authority, answer: dict[str, Any]
) -> None:
    """A report is what people paste where they ask for help."""
    report = await answered(stage, authority, **answer)

    assert report.fault is not None
    assert SECRET not in report.as_text()
    assert SECRET not in str(report.as_json())
