"""A real home tells its assistant no secret, and loses none by it."""

import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from fakes.calling import ToolCall, caller
from ha_mcp.home import Home
from lab.core import running_core
from live.documents import documents

pytestmark = pytest.mark.live

HOOK = "front-door-rang-0af1e2d3"
PICTURE = "{{ state_attr('camera.demo_camera', 'entity_picture') }}"
MASK = r"\[hidden:[0-9a-f]{4}\]"
CONFIG = {
    "alias": "Bell",
    "triggers": [{"trigger": "webhook", "webhook_id": HOOK, "local_only": True}],
    "actions": [{"action": "light.turn_on", "target": {"entity_id": "light.bed_light"}}],
}


@pytest_asyncio.fixture(scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[tuple[ToolCall, Home]]:
    """Call tools in a home with a webhook."""
    async with (
        running_core(home="demo") as core,
        documents(core, tmp_path_factory.mktemp("state")) as (store, home),
    ):
        call = caller(home, store)
        made = await call("ha_config_set", kind="automation", config=CONFIG)
        assert not made.failed, made.text
        yield call, home


async def stored(home: Home) -> str:
    """Return the id of the webhook as Core has it."""
    answer = await home.core.command("automation/config", entity_id="automation.bell")
    return str(answer["config"]["triggers"][0]["webhook_id"])


async def test_the_id_of_a_webhook_is_masked_and_survives_a_change_beside_it(
    house: tuple[ToolCall, Home],
) -> None:
    """A patch names only what it changes."""
    call, home = house
    read = await call("ha_config_get", kind="automation", id="Bell")
    etag = re.search(r'"etag":"([^"]+)"', read.text)
    assert etag
    patch = [{"op": "replace", "path": "/alias", "value": "Bell"}, {"op": "add",
             "path": "/description", "value": "Rings"}]  # fmt: skip
    done = await call(
        "ha_config_set", kind="automation", id="automation.bell", patch=patch, etag=etag[1]
    )

    assert HOOK not in read.text + done.text
    assert re.search(rf'"webhook_id":"{MASK}"', read.text)
    assert not done.failed, done.text
    assert await stored(home) == HOOK


async def test_a_body_that_carries_a_mask_is_not_written(house: tuple[ToolCall, Home]) -> None:
    """A model copies what it was shown."""
    call, home = house
    masked = {**CONFIG, "triggers": [{"trigger": "webhook", "webhook_id": "[hidden:3f9a]"}]}

    for answer in (
        await call("ha_config_set", kind="automation", config=masked),
        await call("ha_config_set", kind="automation", items=[{"config": masked}]),
        await call("ha_config_set", kind="automation", config=masked, preview=True),
    ):
        assert answer.failed
        assert answer.text.startswith("invalid: A value is a mask ([hidden:…])")
    assert await stored(home) == HOOK


async def test_neither_a_search_nor_a_template_nor_the_journal_tells_it(
    house: tuple[ToolCall, Home],
) -> None:
    """Every answer passes the same place."""
    call, _ = house
    answers = [
        await call("ha_search", query=HOOK),
        await call("ha_get_changes", id="c1"),
        await call("ha_config_list", kind="automation"),
        await call("ha_eval_template", template=f"/api/webhook/{HOOK}"),
        await call("ha_get_state", entity_ids=["automation.bell"]),
        await call("ha_get_references", id="automation.bell"),
        await call("ha_eval_template", template=PICTURE),
    ]

    assert [answer.text for answer in answers if HOOK in answer.text] == []
    assert re.search(rf"token={MASK}", answers[-1].text)
