"""Each of the faults that keep assistants away gets its name, and the advice says what to do."""

import json
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import web

from ha_mcp._shared.relay import PROOF_REFUSED, SERVER_AWAY
from ha_mcp.doctor import CoreFacts, examine
from ha_mcp.web.origins import Origins
from ha_mcp.web.refusals import refusal
from live.relay.fronts import HOST, PUBLIC, Authority, Stage, front
from live.relay.mirrors import mirror
from server.web.edges import PATH, running

URL = f"https://{HOST}/api/webhook/mcp_0123456789abcdef0123456789abcdef"
LOADED = CoreFacts("RUNNING", frozenset({"ha_mcp_proxy"}), ("loaded",))
WITHOUT_RELAY = CoreFacts("RUNNING", frozenset(), ())
STARTING = CoreFacts("STARTING")
CHALLENGE = {"cf-mitigated": "challenge", "Server": "cloudflare"}


def good(authority: Authority) -> ssl.SSLContext:
    """Show a certificate that is in order."""
    return authority.signed()


def expired(authority: Authority) -> ssl.SSLContext:
    """Show one that is not good any more."""
    return authority.signed(days=-1)


def self_signed(authority: Authority) -> ssl.SSLContext:
    """Show one that nobody vouches for."""
    return authority.self_signed()


def refused(status: int, reason: str) -> dict[str, Any]:
    """Return the answer of the server or the relay that says why."""
    body = bytes(refusal(status, "No", reason=reason).body)
    return {"status": status, "body": body, "content_type": "application/json"}


@dataclass(frozen=True, kw_only=True)
class Broken:
    """A world with one fault in it."""

    code: str
    advice: str
    url: str = URL
    addresses: tuple[str, ...] = (PUBLIC,)
    shows: Callable[[Authority], ssl.SSLContext] = good
    answer: dict[str, Any] = field(default_factory=dict)
    facts: CoreFacts | None = None


TWELVE = {
    "private address": Broken(
        code="address_private", advice="Nabu Casa or a tunnel", addresses=("192.168.1.20",)
    ),
    "port not 443": Broken(code="port", advice="443", url=URL.replace(HOST, f"{HOST}:8123")),
    "expired certificate": Broken(code="certificate_expired", advice="Renew", shows=expired),
    "self-signed certificate": Broken(
        code="certificate_self_signed", advice="Let's Encrypt", shows=self_signed
    ),
    "challenge page": Broken(
        code="challenge", advice="Block AI bots", answer={"status": 403, "headers": CHALLENGE}
    ),
    "redirect to http": Broken(
        code="redirect_to_http",
        advice="proxy",
        answer={"status": 301, "headers": {"Location": URL.replace("https", "http")}},
    ),
    "unknown webhook id": Broken(
        code="webhook_unknown", advice="Copy the address again", facts=LOADED
    ),
    "integration not loaded": Broken(
        code="relay_not_loaded", advice="restart Home Assistant once", facts=WITHOUT_RELAY
    ),
    "server down": Broken(
        code="server_away", advice="Start the app MCP Server", answer=refused(502, SERVER_AWAY)
    ),
    "wrong relay token": Broken(
        code="proof_refused",
        advice="Restart the app Webhook Proxy",
        answer=refused(403, PROOF_REFUSED),
    ),
    "Core starting": Broken(code="core_starting", advice="Wait", facts=STARTING),
    "missing discovery document": Broken(
        code="document_missing", advice="/.well-known/", answer={"status": 401}
    ),
}


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """Make an authority that the doctor trusts."""
    return Authority(tmp_path_factory.mktemp("certificates"))


def port_of(base: str) -> int:
    """Return the port of an address."""
    return int(base.rpartition(":")[2])


@asynccontextmanager
async def world_with(broken: Broken, authority: Authority) -> AsyncIterator[Stage]:
    """Lead the public name to a front that shows the certificate and answers as wanted."""

    async def answer(_: web.Request) -> web.StreamResponse:
        return web.Response(**broken.answer)

    async with mirror() as someone:
        someone.answer = answer
        async with front(broken.shows(authority), someone.port) as port:
            yield Stage(
                trusted=authority.trusted,
                port=port,
                addresses=list(broken.addresses),
                facts=broken.facts,
            )


@pytest.mark.parametrize("broken", TWELVE.values(), ids=TWELVE.keys())
async def test_the_first_fault_is_named_with_what_to_do(
    broken: Broken, authority: Authority
) -> None:
    """Twelve of twelve."""
    async with world_with(broken, authority) as stage:
        report = await examine(broken.url, stage)

    assert report.fault is not None
    assert report.fault.code == broken.code
    assert broken.advice in report.fault.advice


@pytest.mark.parametrize(
    ("facts", "code"),
    [(STARTING, "core_starting"), (LOADED, "core_away"), (None, "core_away")],
    ids=["starting", "running", "not known"],
)
async def test_a_proxy_with_nobody_behind_it(
    authority: Authority, facts: CoreFacts | None, code: str
) -> None:
    """While Home Assistant starts it looks like a proxy that leads elsewhere."""
    broken = Broken(code=code, advice="", answer={"status": 502}, facts=facts)
    async with world_with(broken, authority) as stage:
        report = await examine(URL, stage)

    assert report.fault is not None
    assert report.fault.code == code


async def test_of_two_faults_the_first_on_the_way_is_named(authority: Authority) -> None:
    """The second can only be seen when the first is gone."""
    broken = Broken(code="", advice="", shows=expired, answer=refused(502, SERVER_AWAY))
    async with world_with(broken, authority) as stage:
        report = await examine(URL, stage)

    assert report.fault is not None
    assert report.fault.code == "certificate_expired"


async def test_a_server_that_works_is_in_order(authority: Authority) -> None:
    """From the name to the tools; neither report has the private path in it."""
    async with (
        running(origins=Origins(on_loopback=False, secret=True)) as edge,
        front(authority.signed(), port_of(edge.base)) as port,
    ):
        stage = Stage(trusted=authority.trusted, port=port)
        report = await examine(f"https://{HOST}{PATH}", stage)

    said = report.as_json()
    assert report.fault is None, report.fault
    assert said["ok"] is True
    assert said["fault"] is None
    assert said["passed"][-1]["hop"] == "tools"
    assert PATH not in report.as_text()
    assert PATH not in json.dumps(said)


async def test_a_server_that_answers_to_localhost_only(authority: Authority) -> None:
    """No firewall is to blame: the server says no, and what helps is an option of its."""
    async with running() as edge, front(authority.signed(), port_of(edge.base)) as port:
        report = await examine(f"https://{HOST}{PATH}", Stage(trusted=authority.trusted, port=port))

    assert report.fault is not None
    assert report.fault.code == "server_refuses"
    assert "MCP_HOST" in report.fault.advice
