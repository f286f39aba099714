"""Many people on one server: each signs in to their own home, and nobody reaches another's."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import httpx2
import pytest
from mcp import types
from mcp.client.session import ClientSession
from mcp.client.sse import sse_client

from lab.client import core_client
from lab.core import RunningCore, running_core
from lab.homes import OWNER
from live.clients.emulators.person import Person
from live.many_people import Assistant, Many, assistant, many

pytestmark = pytest.mark.live

LIGHT = "light.kitchen_counter"


@pytest.fixture(scope="module")
async def core() -> AsyncIterator[RunningCore]:
    """One house in which several people live."""
    async with running_core() as running:
        yield running


@pytest.fixture(scope="module")
async def server(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Many]:
    """One server for all of them."""
    async with many(tmp_path_factory.mktemp("many")) as running:
        yield running


@pytest.fixture
async def ours(server: Many) -> AsyncIterator[Assistant]:
    """Return an assistant that nobody connected yet."""
    async with assistant(server.base) as made:
        yield made


async def test_a_stranger_is_told_where_to_sign_in(ours: Assistant) -> None:
    """Whatever the method."""
    posted = await ours.post("tools/list")
    got = await ours.http.get(f"{ours.base}/mcp", headers={"Accept": "text/event-stream"})

    for answer in (posted, got):
        assert answer.status_code == 401
        assert "resource_metadata=" in answer.headers["WWW-Authenticate"]
    about = await ours.http.get(f"{ours.base}/.well-known/oauth-protected-resource/mcp")
    assert about.json()["resource"] == f"{ours.base}/mcp"


async def test_with_a_long_lived_token_the_whole_way(core: RunningCore, ours: Assistant) -> None:
    """Form, question, code, tokens, an official client, and a light that is switched."""
    await ours.connect(core, core.token)
    async with ours.client() as client:
        tools = {tool.name for tool in (await client.list_tools()).tools}
        done = await client.call_tool(
            "ha_call_action", {"action": "light.toggle", "target": {"entity_id": LIGHT}}
        )

    assert "ha_config_set" in tools
    assert not done.is_error
    assert isinstance(done.content[0], types.TextContent)
    assert LIGHT in done.content[0].text


async def test_with_the_login_page_of_their_home(core: RunningCore, ours: Assistant) -> None:
    """No token is copied; the one that is made is listed in the profile of who signed in."""
    await ours.register()
    page = await ours.form()
    sent = await ours.say_where(page, url=core.url, **{"with": "login"})
    assert sent.headers["Location"].startswith(f"{core.url}/auth/authorize?")
    async with aiohttp.ClientSession() as browser:
        person = Person(browser, OWNER["username"], OWNER["password"])
        back = await person.sign_in(sent.headers["Location"])
    await ours.allow(await ours.http.get(back))
    answer = await ours.call("ha_get_state", entity_ids=[LIGHT])

    assert answer.json()["result"]["isError"] is False
    async with core_client(core.url, core.token) as client:
        named = [one["client_name"] for one in await client.command("auth/refresh_tokens")]
        sessions = [one["client_id"] for one in await client.command("auth/refresh_tokens")]
    assert any(name and name.startswith("MCP server 127.0.0.1") for name in named)
    assert f"{ours.base}/" not in sessions


async def test_two_people_of_one_house_have_their_own_rights(
    core: RunningCore, server: Many
) -> None:
    """What a person may not do, they cannot let an assistant do."""
    async with assistant(server.base) as boss, assistant(server.base) as guest:
        await boss.connect(core, core.token)
        await guest.connect(core, core.nonadmin_token)
        theirs = await guest.post("tools/list")
        all_of_them = await boss.post("tools/list")

    assert guest.tokens["scope"] == "home:read home:control offline_access"
    assert "home:admin" in boss.tokens["scope"].split()
    assert "ha_config_set" not in theirs.text
    assert "ha_config_set" in all_of_them.text


async def test_a_token_that_is_revoked_at_home_ends_the_access(
    core: RunningCore, tmp_path: Path
) -> None:
    """The assistant is told to let its person sign in again, in the words of OAuth."""
    async with (
        core_client(core.url, core.token) as client,
        many(tmp_path) as server,
        assistant(server.base) as ours,
    ):
        token = await client.command(
            "auth/long_lived_access_token", client_name="to be revoked", lifespan=1
        )
        await ours.connect(core, token)
        before = await ours.call("ha_get_state", entity_ids=[LIGHT])
        tokens = await client.command("auth/refresh_tokens")
        (revoked,) = [one["id"] for one in tokens if one["client_name"] == "to be revoked"]
        await client.command("auth/delete_refresh_token", refresh_token_id=revoked)
        after = await _refused(ours)
        form = {"grant_type": "refresh_token", "refresh_token": ours.tokens["refresh_token"]}
        refreshed = await ours.http.post(f"{ours.base}/token", data=form | {"client_id": ours.id})

    assert before.status_code == 200
    assert (refreshed.status_code, refreshed.json()["error"]) == (400, "invalid_grant")
    assert 'error="invalid_token"' in after.headers["WWW-Authenticate"]
    assert "Home Assistant does not accept the token" in after.json()["error_description"]


async def _refused(ours: Assistant) -> httpx2.Response:
    """Ask until the server has noticed."""
    async with asyncio.timeout(30):
        while (answer := await ours.post("tools/list")).status_code != 401:
            assert answer.status_code == 200
    return answer


@pytest.mark.parametrize(
    ("url", "token", "words"),
    [
        ("not an address", "x", "This is not the address of a Home Assistant"),
        ("{core}", "not-a-token", "does not accept this token"),
        ("{core}", "", "This is not a long-lived access token"),
        ("http://127.0.0.1:9", "x", "Nothing answers at 127.0.0.1:9"),
        ("http://169.254.169.254", "x", "not allowed"),
        ("{base}", "x", "not allowed"),
    ],
    ids=["no address", "wrong token", "no token", "nobody there", "metadata", "itself"],
)
async def test_what_is_wrong_is_said_on_the_form_and_nothing_is_issued(
    core: RunningCore, ours: Assistant, url: str, token: str, words: str
) -> None:
    """The person corrects it and goes on."""
    await ours.register()
    page = await ours.form()
    url = url.format(core=core.url, base=ours.base)
    wrong = await ours.say_where(page, url=url, token=token, **{"with": "token"})
    right = await ours.say_where(wrong, url=core.url, token=core.token, **{"with": "token"})

    assert wrong.status_code == 400
    assert words in wrong.text
    assert right.status_code == 303


async def test_this_machine_is_no_home_unless_the_owner_says_so(
    core: RunningCore, tmp_path: Path
) -> None:
    """What listens there trusts whoever can reach it."""
    closed = {"MCP_ALLOW_LOCAL_HOMES": ""}
    async with many(tmp_path, env=closed) as server, assistant(server.base) as ours:
        await ours.register()
        answer = await ours.say_where(
            await ours.form(), url=core.url, token=core.token, **{"with": "token"}
        )

    assert answer.status_code == 400
    assert "not allowed" in answer.text


async def test_a_restart_signs_nobody_out(core: RunningCore, tmp_path: Path) -> None:
    """The way home is in the token, and the key in the folder of the state."""
    own_key = {"OAUTH_ENCRYPTION_KEY": ""}
    async with many(tmp_path, env=own_key) as server, assistant(server.base) as ours:
        await ours.connect(core, core.token)
        port = server.server.port
        tokens = dict(ours.tokens)
    async with many(tmp_path, port=port, env=own_key) as server, assistant(server.base) as ours:
        ours.tokens, ours.id = tokens, "unknown"
        same = await ours.call("ha_get_state", entity_ids=[LIGHT])

    assert same.status_code == 200
    assert tokens["access_token"].startswith("hamcp_a_")
    assert core.token not in server.server.log()


async def test_access_lasts_an_hour_and_is_renewed(core: RunningCore, ours: Assistant) -> None:
    """For seven days after the last time."""
    await ours.connect(core, core.token)
    first = dict(ours.tokens)
    await ours.refresh()
    answer = await ours.call("ha_get_state", entity_ids=[LIGHT])

    assert first["expires_in"] == 3600
    assert ours.tokens["refresh_token"] != first["refresh_token"]
    assert answer.status_code == 200


async def test_a_call_beyond_what_was_granted_asks_for_more(
    core: RunningCore, ours: Assistant
) -> None:
    """In the words of OAuth, so that the assistant asks its person."""
    await ours.register()
    signed_in = await ours.say_where(await ours.form(), url=core.url, token=core.token)
    await ours.allow(signed_in, rights=())
    answer = await ours.call("ha_call_action", action="light.toggle")

    assert ours.tokens["scope"] == "home:read offline_access"
    assert answer.status_code == 403
    assert 'error="insufficient_scope"' in answer.headers["WWW-Authenticate"]
    assert "home:control" in answer.json()["scope"]


async def test_the_older_transport_is_behind_the_same_login(
    core: RunningCore, ours: Assistant
) -> None:
    """Clients from before 2025 show their token with the stream and with each message."""
    await ours.connect(core, core.token)
    stranger = await ours.http.get(f"{ours.base}/mcp/sse", headers={"Accept": "text/event-stream"})
    async with (
        sse_client(f"{ours.base}/mcp/sse", headers=ours.headers) as (reading, writing),
        ClientSession(reading, writing) as session,
    ):
        await session.initialize()
        seen = await session.call_tool("ha_get_state", {"entity_ids": [LIGHT]})

    assert stranger.status_code == 401
    assert not seen.is_error


async def test_people_of_two_houses_who_ask_at_once_see_their_own(
    core: RunningCore, server: Many
) -> None:
    """However their calls are mixed."""
    async with (
        running_core() as elsewhere,
        assistant(server.base) as ann,
        assistant(server.base) as bob,
        assistant(server.base) as eve,
    ):
        await _whose(core, "first house")
        await _whose(elsewhere, "second house")
        await ann.connect(core, core.token)
        await bob.connect(core, core.nonadmin_token)
        await eve.connect(elsewhere, elsewhere.token)
        seen = {"ann": ann, "bob": bob, "eve": eve}
        answers = await asyncio.gather(
            *(_seen(name, one) for _ in range(20) for name, one in seen.items())
        )

    assert set(answers) == {
        ("ann", "first house"),
        ("bob", "first house"),
        ("eve", "second house"),
    }


async def _whose(core: RunningCore, words: str) -> None:
    async with core_client(core.url, core.token) as client:
        await client.post("/api/states/sensor.whose", {"state": words})


async def _seen(name: str, ours: Assistant) -> tuple[str, str]:
    answer = await ours.call("ha_get_state", entity_ids=["sensor.whose"])
    (house,) = [one for one in ("first house", "second house") if one in answer.text]
    return name, house
