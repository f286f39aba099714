"""Home Assistant's own client, the real one, signs in through the relay on its own origin.

It is the only client here that looks for documents of its own Home Assistant on the same origin,
which is where it would find the wrong one.
"""

from typing import Any
from urllib.parse import urlsplit

import pytest

from live.clients.emulators.habits import HOME_ASSISTANT
from live.relay.homes import until

from .servers import BY_URL, Served
from .worlds import World

pytestmark = pytest.mark.live
FLOW = "/api/config/config_entries/flow"


@pytest.fixture
def served(outside: World, tmp_path_factory: pytest.TempPathFactory) -> Served:
    """Have a server that is not running yet."""
    return Served(outside.home, tmp_path_factory.mktemp("access"))


async def begun(outside: World) -> dict[str, Any]:
    """Add the address in the dialog of the integration, and return what it shows next."""
    client = outside.home.client
    flow = await client.post(FLOW, {"handler": "mcp"})
    shown: dict[str, Any] = await client.post(
        f"{FLOW}/{flow['flow_id']}", {"url": outside.home.url}
    )
    return shown


async def credentials(outside: World) -> None:
    """Type a client id and a secret, after the server has given them out."""
    core = outside.home.core.url
    body = {"client_name": "Home Assistant", "redirect_uris": [HOME_ASSISTANT.redirect]}
    async with outside.home.http.post(
        f"{core}/api/ha_mcp_proxy/oauth/register", json=body
    ) as answer:
        said = await answer.json()
    await outside.home.client.command(
        "application_credentials/create",
        domain="mcp",
        name="Ours",
        client_id=said["client_id"],
        client_secret=said["client_secret"],
    )


async def entries(outside: World) -> list[dict[str, Any]]:
    """Return the entries of the integration."""
    found: list[dict[str, Any]] = await outside.home.client.command(
        "config_entries/get", domain="mcp"
    )
    return found


async def test_it_finds_the_login_and_signs_in(outside: World, served: Served) -> None:
    """From the dialog over our pages to an entry that is loaded."""
    core, client = outside.home.core.url, outside.home.client
    async with served.serving():
        await credentials(outside)
        shown = await begun(outside)
        flow = f"{FLOW}/{shown['flow_id']}"
        leads = await client.post(flow, {"next_step_id": "pick_implementation"})
        ended = await outside.person.visit(leads["url"], core)
        back = f"{core}/auth/external/callback?{urlsplit(ended).query}"
        async with outside.home.http.get(back) as answer:
            assert answer.status == 200
        made = await client.post(flow, {})

        async def loaded() -> bool:
            return [one["state"] for one in await entries(outside)] == ["loaded"]

        await until(loaded)

    assert ended.startswith(HOME_ASSISTANT.redirect)
    assert made["type"] == "create_entry"
    assert made["title"] == "ha-mcp"


async def test_where_the_address_admits_it_asks_for_nothing(outside: World, served: Served) -> None:
    """It looks for no login, so it finds none."""
    for entry in await entries(outside):
        url = f"{outside.home.core.url}/api/config/config_entries/entry/{entry['entry_id']}"
        headers = {"Authorization": f"Bearer {outside.home.core.token}"}
        async with outside.home.http.delete(url, headers=headers) as answer:
            assert answer.status == 200

    async with served.serving(BY_URL):
        made = await begun(outside)

    assert made["type"] == "create_entry"
