"""The panel is for administrators who come through Home Assistant's pages, and for nobody else."""

from collections.abc import Collection, Mapping
from typing import Any

import httpx2
import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from ha_mcp.problems import Unreachable
from ha_mcp.web.ingress import VISITOR, Ingress, Visitor

SUPERVISOR = "172.30.32.2"
BASE = "/api/hassio_ingress/Zm9vYmFy-_0"
ANNA = {
    "X-Ingress-Path": BASE,
    "X-Remote-User-Id": "anna",
    "X-Remote-User-Name": "anna.a",
    "X-Remote-User-Display-Name": "Anna",
}


async def edge(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer as what everybody else gets."""
    await PlainTextResponse("the edge", 404)(scope, receive, send)


async def panel(scope: Scope, receive: Receive, send: Send) -> None:
    """Tell who came."""
    visitor: Visitor = scope[VISITOR]
    said = f"{Request(scope).url.path} {visitor.id} {visitor.name} {visitor.base}"
    await PlainTextResponse(said)(scope, receive, send)


async def is_admin(user_id: str) -> bool:
    """Know one person, and nothing while Home Assistant is away."""
    if user_id == "core is away":
        raise Unreachable("The connection to Home Assistant is down")
    return user_id == "anna"


async def gateway() -> Collection[str]:
    """Know where the Supervisor is."""
    return {SUPERVISOR}


async def nowhere() -> Collection[str]:
    """Not know yet where it is."""
    return ()


async def asked(
    headers: Mapping[str, str] = ANNA,
    *,
    path: str = "/",
    comes_from: str = SUPERVISOR,
    knows: Any = gateway,
) -> httpx2.Response:
    """Send a request that comes from an address."""
    app: ASGIApp = Ingress(edge, panel, gateway=knows, is_admin=is_admin)
    transport = httpx2.ASGITransport(app, client=(comes_from, 40000))
    async with httpx2.AsyncClient(transport=transport, base_url="http://home") as http:
        return await http.get(
            path, headers=[(name.encode(), said.encode()) for name, said in headers.items()]
        )


async def test_an_administrator_sees_the_panel() -> None:
    """Below the path of Home Assistant's that the links have to begin with."""
    answer = await asked(path="/clients")

    assert answer.text == f"/clients anna Anna {BASE}"


async def test_a_slash_at_the_end_of_the_path_is_not_doubled() -> None:
    """Links begin with one."""
    answer = await asked({**ANNA, "X-Ingress-Path": f"{BASE}/"})

    assert answer.text.endswith(f" {BASE}")


@pytest.mark.parametrize("comes_from", ["192.168.1.77", "172.30.32.1", "172.30.33.9", "::1"])
async def test_the_header_is_believed_from_nobody_else(comes_from: str) -> None:
    """In the home's network, in Core's place, in another app: they get what everybody gets."""
    answer = await asked(comes_from=comes_from)

    assert (answer.status_code, answer.text) == (404, "the edge")


async def test_nobody_is_believed_while_the_supervisor_is_not_found() -> None:
    """Its name does not resolve for a moment after a start."""
    answer = await asked(knows=nowhere)

    assert answer.text == "the edge"


async def test_the_supervisors_other_requests_go_to_the_edge() -> None:
    """It looks after the app, too."""
    answer = await asked({})

    assert answer.text == "the edge"


@pytest.mark.parametrize("user_id", ["bob", "Anna", "anna,bob", "anna/"])
async def test_who_is_no_administrator_sees_nothing(user_id: str) -> None:
    """The sentence says why."""
    answer = await asked({**ANNA, "X-Remote-User-Id": user_id})

    assert answer.status_code == 403
    assert "Only administrators" in answer.text


@pytest.mark.parametrize("given", [{}, {"X-Remote-User-Id": ""}], ids=["none", "empty"])
async def test_a_home_assistant_that_does_not_say_who_is_there_is_too_old(
    given: dict[str, str],
) -> None:
    """Nobody is let in by guessing."""
    answer = await asked({"X-Ingress-Path": BASE, **given})

    assert answer.status_code == 403
    assert "update it" in answer.text


@pytest.mark.parametrize(
    "base",
    [
        "",
        "/",
        "/api/hassio_ingress/",
        "//evil.example",
        "https://evil.example",
        f"{BASE}/../../x",
        f"{BASE}%2f..",
        f'{BASE}" onmouseover="x',
        f"{BASE}?x",
        f"{BASE}#x",
        f"/x{BASE}",
        "/api/hassio_ingress/ä",
    ],
)
async def test_a_path_that_would_lead_elsewhere_is_refused(base: str) -> None:
    """Every link and form on the page begins with it."""
    answer = await asked({**ANNA, "X-Ingress-Path": base})

    assert answer.status_code == 403


async def test_while_home_assistant_is_away_nobody_is_let_in() -> None:
    """Who is an administrator is not known; it passes, and the answer says so."""
    answer = await asked({**ANNA, "X-Remote-User-Id": "core is away"})

    assert answer.status_code == 503
    assert "Try again in a moment" in answer.text


async def test_a_refusal_is_plain_and_not_kept() -> None:
    """It holds words from outside at most."""
    answer = await asked({**ANNA, "X-Remote-User-Id": "bob"})

    assert answer.headers["content-type"].startswith("text/plain")
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_a_name_keeps_its_own_letters() -> None:
    """Home Assistant sends them as they are, in bytes that are not Latin-1."""
    headers = {**ANNA, "X-Remote-User-Display-Name": "Zoë Šťastná"}
    answer = await asked(headers)

    assert " Zoë Šťastná " in answer.text


async def test_without_a_display_name_the_account_is_named() -> None:
    """Not everybody has one."""
    answer = await asked({**ANNA, "X-Remote-User-Display-Name": ""})

    assert " anna.a " in answer.text
