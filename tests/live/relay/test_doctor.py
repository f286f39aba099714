"""The doctor names the first thing that is wrong on the way from the cloud to the tools.

A world on the loopback: a name, a certificate, a front that speaks https; behind it a real Core
with the relay, or a server that does what somebody in front of Core does.
"""

import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from aiohttp import web

from ha_mcp.doctor import CoreFacts, Report, examine
from server.web.edges import running

from .fronts import HOST, Authority, Stage, front
from .homes import DOMAIN, RelayedHome, pairing
from .mirrors import mirror

pytestmark = pytest.mark.live
PATH = "/api/webhook/mcp_0123456789abcdef0123456789abcdef"
URL = f"https://{HOST}{PATH}"
LOADED = CoreFacts("RUNNING", frozenset({DOMAIN}))


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """Make an authority that the doctor trusts."""
    return Authority(tmp_path_factory.mktemp("certificates"))


@pytest.fixture
def stage(authority: Authority) -> Stage:
    """Make a world where the name is public and nobody listens."""
    return Stage(trusted=authority.trusted)


@pytest.fixture
async def serving(home: RelayedHome) -> AsyncIterator[RelayedHome]:
    """Lead the relay to a server that serves."""
    async with running(pairing=pairing()) as edge:
        await home.lead_to(f"{edge.base}/relay")
        yield home


def webhook(home: RelayedHome) -> str:
    """Return the address of the home as the cloud knows it."""
    return f"https://{HOST}/api/webhook/{home.webhook_id}"


async def examined(
    stage: Stage, url: str, shown: ssl.SSLContext, behind: int, *, adds: str = ""
) -> Report:
    """Examine an address behind a front that shows a certificate."""
    async with front(shown, behind, adds=adds) as stage.port:
        return await examine(url, stage)


async def answered(
    stage: Stage, authority: Authority, answer: Callable[[web.Request], Awaitable[Any]]
) -> Report:
    """Examine what somebody in front of Home Assistant makes of a request."""
    async with mirror() as someone:
        someone.answer = answer
        return await examined(stage, URL, authority.signed(), someone.port)


def code(report: Report) -> str | None:
    """Return the one fault."""
    return report.fault.code if report.fault else None


async def test_a_way_that_works_is_followed_to_the_tools(
    serving: RelayedHome, stage: Stage, authority: Authority
) -> None:
    """Through TLS, a real Home Assistant and the relay; the secret is not in the report."""
    url = webhook(serving)
    report = await examined(stage, url, authority.signed(), serving.core.port)

    assert report.fault is None, report.fault
    assert [str(one.hop) for one in report.passed][-1] == "tools"
    assert serving.webhook_id not in report.as_text()
    assert serving.webhook_id not in str(report.as_json())


@pytest.mark.parametrize(
    ("addresses", "fault"),
    [
        (["192.168.1.20"], "address_private"),
        (["127.0.0.1"], "address_private"),
        (["100.101.1.2"], "address_cgnat"),
        (["2a00:1450:4001::1"], "only_ipv6"),
        ([], "name_unknown"),
    ],
    ids=["private", "this machine", "carrier", "IPv6 only", "nobody knows it"],
)
async def test_a_name_that_leads_nowhere(stage: Stage, addresses: list[str], fault: str) -> None:
    """Claude looks at the name before it sends anything, so no log at home would show it."""
    stage.addresses = addresses

    assert code(await examine(URL, stage)) == fault


@pytest.mark.parametrize(
    ("url", "fault"),
    [
        (f"https://{HOST}:8123{PATH}", "port"),
        (f"http://{HOST}{PATH}", "not_https"),
        (f"{HOST}{PATH}", "not_https"),
        (f"https://{HOST}:nowhere{PATH}", "port"),
    ],
)
async def test_an_address_that_claude_does_not_take(stage: Stage, url: str, fault: str) -> None:
    """Only https, only port 443."""
    assert code(await examine(url, stage)) == fault


async def test_a_port_that_leads_nowhere(stage: Stage) -> None:
    """The router does not let it through, or the machine is off."""
    assert code(await examine(URL, stage)) == "nobody_listens"


async def test_an_expired_certificate(stage: Stage, authority: Authority) -> None:
    """It stopped renewing itself."""
    report = await examined(stage, URL, authority.signed(days=-1), 9)

    assert code(report) == "certificate_expired"


async def test_a_self_signed_certificate(stage: Stage, authority: Authority) -> None:
    """A browser can be told to accept it, an assistant cannot."""
    assert code(await examined(stage, URL, authority.self_signed(), 9)) == "certificate_self_signed"


async def test_a_certificate_of_another_name(stage: Stage, authority: Authority) -> None:
    """The name was changed and the certificate was not."""
    report = await examined(stage, URL, authority.signed("old.example"), 9)

    assert code(report) == "certificate_name"


async def test_a_challenge_page(stage: Stage, authority: Authority) -> None:
    """Cloudflare wants to see a person."""

    async def challenge(_: web.Request) -> web.StreamResponse:
        headers = {"cf-mitigated": "challenge", "Server": "cloudflare"}
        text = "<title>Just a moment...</title>"
        return web.Response(status=403, text=text, content_type="text/html", headers=headers)

    assert code(await answered(stage, authority, challenge)) == "challenge"


async def test_a_firewall(stage: Stage, authority: Authority) -> None:
    """It knows robots by their name."""

    async def blocks(request: web.Request) -> web.StreamResponse:
        return web.Response(status=403 if "Claude" in request.headers["User-Agent"] else 200)

    assert code(await answered(stage, authority, blocks)) == "blocked"


async def test_a_redirect_to_http(stage: Stage, authority: Authority) -> None:
    """A proxy that thinks it is asked for its own page."""

    async def elsewhere(_: web.Request) -> web.StreamResponse:
        return web.Response(status=301, headers={"Location": f"http://{HOST}{PATH}"})

    assert code(await answered(stage, authority, elsewhere)) == "redirect_to_http"


async def test_a_login_page_in_front(stage: Stage, authority: Authority) -> None:
    """It says 200 to everything."""

    async def page(_: web.Request) -> web.StreamResponse:
        return web.Response(text="<h1>Sign in</h1>", content_type="text/html")

    assert code(await answered(stage, authority, page)) == "page_in_front"


async def test_home_assistant_is_stopped(stage: Stage, authority: Authority) -> None:
    """The proxy in front of it says so."""

    async def nothing(_: web.Request) -> web.StreamResponse:
        return web.Response(status=502, text="Bad Gateway")

    assert code(await answered(stage, authority, nothing)) == "core_away"


async def test_a_document_of_the_login_is_missing(stage: Stage, authority: Authority) -> None:
    """The endpoint wants a login, and the way to it ends."""

    async def login(request: web.Request) -> web.StreamResponse:
        wanted = f'Bearer resource_metadata="https://{HOST}/.well-known/oauth-protected-resource"'
        if request.method == "POST":
            return web.Response(status=401, headers={"WWW-Authenticate": wanted})
        return web.Response(status=404)

    report = await answered(stage, authority, login)

    assert code(report) == "document_missing"
    assert "oauth-protected-resource" in str(report.fault)


async def test_a_login_whose_documents_are_there_is_in_order(
    stage: Stage, authority: Authority
) -> None:
    """What comes after it needs a person."""
    documents: dict[str, dict[str, Any]] = {
        f"/.well-known/oauth-protected-resource{PATH}": {
            "resource": URL,
            "authorization_servers": [f"https://{HOST}/issuer"],
        },
        "/.well-known/oauth-authorization-server/issuer": {
            "issuer": f"https://{HOST}/issuer",
            "authorization_endpoint": f"https://{HOST}/authorize",
        },
    }

    async def login(request: web.Request) -> web.StreamResponse:
        if request.method == "POST":
            return web.Response(status=401)
        return web.json_response(documents[request.path])

    assert code(await answered(stage, authority, login)) is None


async def test_something_else_than_a_server(stage: Stage, authority: Authority) -> None:
    """Another program answers JSON."""

    async def other(_: web.Request) -> web.StreamResponse:
        return web.json_response({"hello": "world"})

    assert code(await answered(stage, authority, other)) == "not_mcp"


async def test_a_server_without_tools(stage: Stage, authority: Authority) -> None:
    """It introduces itself, and that is all."""

    async def empty(_: web.Request) -> web.StreamResponse:
        return web.json_response({"jsonrpc": "2.0", "id": 1, "result": {"serverInfo": {}}})

    assert code(await answered(stage, authority, empty)) == "no_tools"


async def test_a_proxy_that_home_assistant_does_not_trust(
    serving: RelayedHome, stage: Stage, authority: Authority
) -> None:
    """Core answers 400 to X-Forwarded-For of a stranger."""
    adds = "X-Forwarded-For: 160.79.104.10"
    url = webhook(serving)
    report = await examined(stage, url, authority.signed(), serving.core.port, adds=adds)

    assert code(report) == "forwarded_for"


@pytest.mark.parametrize(
    ("facts", "fault"),
    [
        (LOADED, "webhook_unknown"),
        (None, "webhook_unknown"),
        (CoreFacts("RUNNING", frozenset({"webhook"})), "relay_not_loaded"),
        (CoreFacts("STARTING", frozenset({"webhook"})), "core_starting"),
    ],
    ids=["unknown id", "no look inside", "integration not loaded", "starting"],
)
async def test_an_empty_200_is_told_apart(
    home: RelayedHome, stage: Stage, authority: Authority, facts: CoreFacts | None, fault: str
) -> None:
    """Home Assistant answers it to every id that it does not know."""
    stage.facts = facts

    assert code(await examined(stage, URL, authority.signed(), home.core.port)) == fault


async def test_the_server_is_down(home: RelayedHome, stage: Stage, authority: Authority) -> None:
    """The relay says it."""
    await home.lead_to("http://127.0.0.1:9/relay")
    report = await examined(stage, webhook(home), authority.signed(), home.core.port)

    assert code(report) == "server_away"


async def test_the_relay_has_a_wrong_token(
    home: RelayedHome, stage: Stage, authority: Authority
) -> None:
    """The server was set up anew and the relay was not."""
    async with running(pairing=pairing()) as edge:
        await home.lead_to(f"{edge.base}/relay", token="of the server that was here before")
        report = await examined(stage, webhook(home), authority.signed(), home.core.port)

    assert code(report) == "proof_refused"


async def test_versions_that_do_not_fit(
    home: RelayedHome, stage: Stage, authority: Authority
) -> None:
    """One of the apps was not updated for long."""
    await home.lead_to("http://127.0.0.1:9/relay", contracts="7-9")
    report = await examined(stage, webhook(home), authority.signed(), home.core.port)

    assert code(report) == "versions_differ"
