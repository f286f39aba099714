"""What is described is right about this very Core: every example is one it takes."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from fakes.calling import ToolCall, caller
from ha_mcp.documents import Edit, Store, Wish
from ha_mcp.documents.platforms import CONDITIONS, TRIGGERS, Platforms, plain_keys
from ha_mcp.home import Home
from ha_mcp.home.kinds import KINDS, STORED_HELPERS
from ha_mcp.problems import NotFound
from lab.core import running_core
from live.documents import ME, documents, undo

pytestmark = pytest.mark.live

LONGEST = 6_000
STEPS = (
    "action", "choose", "condition", "delay", "device", "event", "if", "parallel", "repeat",
    "scene",
    "sequence", "set_conversation_response", "stop", "variables", "wait_for_trigger",
    "wait_template",
)  # fmt: skip
PLAINLY_MADE = (
    "area", "assist_pipeline", "automation", "blueprint", "calendar_event", "dashboard",
    "dashboard_resource", "floor", "label", "note", "person", "scene", "script", "tag",
    "todo_item", "zone",
)  # fmt: skip
OF_A_SUPERVISOR = ("backup", "app", "app_repository", "hacs_repository")
DRIVEN = [one for one in KINDS if one not in OF_A_SUPERVISOR]
MADE = [
    *((kind, "") for kind in PLAINLY_MADE),
    *(("helper", one) for one in STORED_HELPERS),
    *(("category", one) for one in ("automation", "scene", "script", "helpers")),
]
CHANGED = [
    ("device", "Hvac"),
    ("energy", ""),
    ("entity", "light.bed_light"),
    ("exposure", "conversation"),
    ("integration", "Family"),
]
ONLY_READ = {"group", "user"}


@pytest_asyncio.fixture(scope="module")
async def opened_store(
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[tuple[Store, Home]]:
    """Open the documents of the small home."""
    async with (
        running_core(home="demo") as core,
        documents(core, tmp_path_factory.mktemp("journal")) as both,
    ):
        yield both


@pytest.fixture(scope="module")
def store(opened_store: tuple[Store, Home]) -> Store:
    """Return the store."""
    return opened_store[0]


@pytest.fixture(scope="module")
def home(opened_store: tuple[Store, Home]) -> Home:
    """Return the home."""
    return opened_store[1]


@pytest.fixture
def call(opened_store: tuple[Store, Home]) -> ToolCall:
    """Call tools as a client does."""
    return caller(opened_store[1], opened_store[0])


async def _refused(home: Home, sort: str, example: dict[str, Any]) -> str:
    answer = await home.core.command("validate_config", **{sort: [example]})
    return "" if answer[sort]["valid"] else f"{example}: {answer[sort]['error']}"


async def _keys(home: Home, sort: str) -> list[str]:
    return [*plain_keys(sort, home.config.components), *await Platforms(home.core).described(sort)]


@pytest.mark.parametrize("sort", [TRIGGERS, CONDITIONS])
async def test_core_takes_every_example_of_its_own_parts(
    store: Store, home: Home, sort: str
) -> None:
    """All that it knows are described: those it describes, and those it does not."""
    keys = await _keys(home, sort)

    pages = [await store.describe("automation", f"{sort}/{key}") for key in keys]
    refused = await asyncio.gather(*(_refused(home, sort, one.example) for one in pages))

    assert len(keys) > 100
    assert [one for one in refused if one] == []


@pytest.mark.parametrize("step", STEPS)
async def test_core_takes_every_example_of_a_step(store: Store, home: Home, step: str) -> None:
    """In a script as in an automation."""
    example = (await store.describe("script", f"actions/{step}")).example

    assert await _refused(home, "actions", example) == ""


@pytest.mark.parametrize("sort", [TRIGGERS, CONDITIONS, "actions"])
async def test_what_devices_tell_and_do_is_listed_for_each(
    home: Home, call: ToolCall, sort: str
) -> None:
    """By its name as by its id, and never longer than a page."""
    devices = [one.id for one in home.registries.devices.values()]
    pages = [
        await call("ha_config_describe", kind="automation", variant=f"{sort}/device/{one}")
        for one in devices
    ]
    named = await call("ha_config_describe", kind="automation", variant=f"{sort}/device/hvac")
    wrong = await call("ha_config_describe", kind="automation", variant=f"{sort}/device/havc")

    assert [one.text for one in pages if one.failed or len(one.text.encode()) > LONGEST] == []
    assert sum("type: " in one.text for one in pages) > 20
    assert "domain: climate" in named.text
    assert "Hvac" in wrong.text


async def test_what_a_device_tells_can_be_written_as_it_is_shown(
    store: Store, call: ToolCall
) -> None:
    """And nothing is found wrong with it."""
    parts = {
        sort: [(await store.describe("automation", f"{sort}/device")).example]
        for sort in (TRIGGERS, CONDITIONS, "actions")
    }

    seen = await call(
        "ha_config_set", kind="automation", config={"alias": "Case", **parts}, preview=True
    )

    assert parts["triggers"][0]["trigger"] == "device"
    assert "advice" not in seen.text
    assert "error" not in seen.text


async def test_an_action_is_described_as_this_core_has_it(store: Store, home: Home) -> None:
    """With what each field takes."""
    described = await store.describe("automation", "actions/light.turn_on")

    fields = {one.name: one for one in described.fields}
    assert fields["data/brightness_pct"].type == "number 0..100 %"
    assert "data/color_temp_kelvin" in fields
    assert described.notes.startswith("Turns on")
    assert await _refused(home, "actions", {"action": "light.turn_on"}) == ""


async def test_a_target_and_a_threshold_are_told(store: Store) -> None:
    """So that nobody has to know the newest way to say it."""
    described = await store.describe("automation", "triggers/temperature.crossed_threshold")

    fields = {one.name: one for one in described.fields}
    assert "temperature of sensor" in fields["target"].type
    assert "type: above or below" in fields["options/threshold"].type
    assert fields["options/behavior"].type == "each, first, all"
    assert described.example["options"]["threshold"]["value"]["unit_of_measurement"] == "°C"


@pytest.mark.parametrize("sort", [TRIGGERS, CONDITIONS, "actions"])
async def test_a_page_holds_all_of_a_sort(home: Home, call: ToolCall, sort: str) -> None:
    """In few words, and nothing is cut off."""
    answer = await call("ha_config_describe", kind="automation", variant=sort)

    keys = home.actions.ids if sort == "actions" else await _keys(home, sort)
    domains = {key.partition(".")[0] for key in keys}
    assert len(answer.text.encode()) <= LONGEST
    assert [one for one in domains if one not in answer.text] == []


@pytest.mark.parametrize("sort", [TRIGGERS, CONDITIONS, "actions"])
async def test_every_page_of_a_sort_is_short(home: Home, call: ToolCall, sort: str) -> None:
    """Of each domain, and of each one in it."""
    keys = list(home.actions.ids) if sort == "actions" else await _keys(home, sort)
    pages = {*keys, *(key.partition(".")[0] for key in keys if "." in key)}

    answers = {
        page: await call("ha_config_describe", kind="automation", variant=f"{sort}/{page}")
        for page in pages
    }

    assert [page for page, one in answers.items() if one.failed] == []
    assert [page for page, one in answers.items() if len(one.text.encode()) > LONGEST - 200] == []


@pytest.mark.parametrize("variant", ["triggers/light.turnd_on", "trigger", "actions/choos"])
async def test_what_is_not_there_names_the_nearest(
    store: Store, call: ToolCall, variant: str
) -> None:
    """One round trip, not a search."""
    with pytest.raises(NotFound) as caught:
        await store.describe("automation", variant)
    told = await call("ha_config_describe", kind="automation", variant=variant)

    assert caught.value.details["similar"]
    assert 'ha_config_describe(kind="automation", variant="' in told.text


@pytest.mark.parametrize("kind", DRIVEN)
async def test_the_page_of_a_kind_is_short(call: ToolCall, kind: str) -> None:
    """Whatever home it is."""
    answer = await call("ha_config_describe", kind=kind)

    assert not answer.failed
    assert len(answer.text.encode()) <= LONGEST


@pytest.mark.parametrize(("kind", "variant"), MADE)
async def test_what_is_described_can_be_written(store: Store, kind: str, variant: str) -> None:
    """The example is a complete body, and comes out as it was meant."""
    example = (await store.describe(kind, variant)).example

    plan = await store.plan_set(
        kind, [Wish(Edit(config=example), variant=variant)], may_shrink=False
    )
    receipt = await store.write(plan, ME, "tried")
    await undo(store, receipt.change)

    assert plan.errors == []
    assert receipt.written[0].unlike == ()


@pytest.mark.parametrize(("kind", "document"), CHANGED)
async def test_what_is_described_can_be_changed_to(store: Store, kind: str, document: str) -> None:
    """Of what is always there, the example is a change that Home Assistant takes."""
    found = await store.get(kind, document)
    example = (await store.describe(kind)).example

    wish = Wish(Edit(merge=example), id=found.id, etag=found.etag)
    plan = await store.plan_set(kind, [wish], may_shrink=True)
    receipt = await store.write(plan, ME, "tried")
    await undo(store, receipt.change)
    after = await store.get(kind, document)

    assert (plan.errors, plan.advice) == ([], [])
    assert receipt.written[0].unlike == ()
    assert after.etag == found.etag


def test_no_kind_is_forgotten(store: Store) -> None:
    """The examples of all that can be made are written; flow helpers have a file of their own."""
    making = {kind for kind in DRIVEN if store.facts(kind).creates}

    assert {kind for kind, _ in MADE} == making
    assert {kind for kind, _ in CHANGED} | ONLY_READ == {*DRIVEN} - making
