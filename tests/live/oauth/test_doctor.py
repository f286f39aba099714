"""The doctor follows a login as far as nobody has to sit there, and says what keeps it away."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager

import pytest
from aiohttp import ClientSession, DummyCookieJar, web

from ha_mcp.doctor import Hop, Report, examine
from live.relay.fronts import HOST, Authority, Stage, front
from live.relay.homes import RelayedHome
from live.relay.mirrors import mirror
from server.web.edges import running

from .servers import BY_URL, LOGIN, Served

pytestmark = pytest.mark.live
OURS = "/api/ha_mcp_proxy/oauth"


@pytest.fixture(scope="module")
async def served(
    home: RelayedHome, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Served]:
    """Run the server that is examined."""
    served = Served(home, tmp_path_factory.mktemp("access"))
    async with served.serving():
        yield served


type Meddling = Callable[[web.Request], Awaitable[web.StreamResponse | None]]


@asynccontextmanager
async def meddled(behind: str, meddle: Meddling, name: str) -> AsyncIterator[int]:
    """Run a proxy in front of a home that answers some things by itself."""

    async def passed_on(request: web.Request) -> web.StreamResponse:
        answer = await meddle(request)
        if answer is not None:
            return answer
        headers = {name: value for name, value in request.headers.items() if name != "Host"}
        async with session.request(
            request.method,
            f"{behind}{request.raw_path}",
            data=await request.read(),
            headers={**headers, "Host": name or request.host, "X-Forwarded-Proto": "https"},
            allow_redirects=False,
        ) as came:
            kept = ("Content-Type", "WWW-Authenticate", "Location")
            known = {name: came.headers[name] for name in kept if name in came.headers}
            return web.Response(status=came.status, body=await came.read(), headers=known)

    async with ClientSession(cookie_jar=DummyCookieJar()) as session, mirror() as proxy:
        proxy.answer = passed_on
        yield proxy.port


async def examined(
    home: RelayedHome, authority: Authority, meddle: Meddling | None = None, name: str = ""
) -> Report:
    """Examine the home, with somebody in between who meddles or not."""

    async def nothing(_: web.Request) -> web.StreamResponse | None:
        return None

    stage = Stage(trusted=authority.trusted)
    async with (
        meddled(home.core.url, meddle or nothing, name) as between,
        front(authority.signed(), between) as stage.port,
    ):
        return await examine(f"https://{HOST}/api/webhook/{home.webhook_id}", stage)


def said(report: Report) -> Mapping[Hop, str]:
    """Return what was in order."""
    return {one.hop: one.said for one in report.passed}


def hiding(path: str, status: int = 404) -> Meddling:
    """Keep what begins so from getting through."""

    async def meddle(request: web.Request) -> web.StreamResponse | None:
        return web.Response(status=status) if request.path.startswith(path) else None

    return meddle


async def test_a_login_that_can_be_had(served: Served, authority: Authority) -> None:
    """Documents, pages, and Home Assistant's own login page."""
    report = await examined(served.home, authority)

    assert report.fault is None, report.as_text()
    assert "everything about it is found" in said(report)[Hop.LOGIN]


@pytest.mark.parametrize(
    ("path", "named"),
    [
        ("/.well-known/oauth-protected-resource", "oauth-protected-resource"),
        ("/.well-known/oauth-authorization-server", "oauth-authorization-server"),
        ("/.well-known/openid-configuration", "openid-configuration"),
        (f"{OURS}/.well-known/openid-configuration", "openid-configuration"),
        (f"{OURS}/token", "endpoint for tokens"),
        (f"{OURS}/authorize", "page of the login"),
        ("/auth/", "Home Assistant's own login page"),
    ],
)
@pytest.mark.parametrize("status", [403, 404])
async def test_what_does_not_get_through_is_named(
    served: Served, authority: Authority, path: str, named: str, status: int
) -> None:
    """A proxy lets the webhook through and nothing else."""
    report = await examined(served.home, authority, hiding(path, status))

    assert report.fault is not None
    assert report.fault.code == "document_missing"
    assert named in report.fault.sentence
    assert "/.well-known/, /auth/" in report.fault.advice


async def test_a_proxy_that_changes_the_name(served: Served, authority: Authority) -> None:
    """Every document speaks of another home than the one that was asked for."""
    report = await examined(served.home, authority, name="inside.example")

    assert report.fault is not None
    assert report.fault.code == "resource_differs"
    assert report.fault.evidence == "https://inside.example"


async def test_where_the_address_admits_the_documents_are_looked_at_too(
    served: Served, authority: Authority
) -> None:
    """Some assistants look for a login first."""
    async with served.serving(BY_URL):
        whole = await examined(served.home, authority)
        lost = await examined(served.home, authority, hiding("/.well-known/openid"))

    assert whole.fault is None, whole.as_text()
    assert "let in without a question" in said(whole)[Hop.LOGIN]
    assert lost.fault is not None
    assert lost.fault.code == "document_missing"


async def test_a_server_elsewhere_has_no_documents(served: Served, authority: Authority) -> None:
    """It works, and a person may have to choose."""
    async with running() as edge:
        await served.home.lead_to(edge.url, contracts="", token="")
        report = await examined(served.home, authority)

    assert report.fault is None, report.as_text()
    assert "choose no login" in said(report)[Hop.LOGIN]
    await served.home.lead_to("http://127.0.0.1:9/relay", **LOGIN)
