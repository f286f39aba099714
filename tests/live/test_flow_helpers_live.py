"""Every helper that is a config entry: made as described, reconfigured, removed, brought back.

Which there are is asked of Core itself, so that a new one cannot be forgotten here.
"""

from collections.abc import AsyncIterator
from itertools import chain
from typing import Any

import pytest
import pytest_asyncio

from fakes.calling import caller
from ha_mcp.documents import Store
from ha_mcp.home import Home
from lab.core import running_core
from live.documents import Case, documents, edit, make, remove, undo

pytestmark = pytest.mark.live

_AVAILABLE = {"additional_options": {"availability": "{{ true }}"}}
_TEMPLATES = (
    "alarm_control_panel", "binary_sensor", "button", "climate", "cover", "device_tracker", "event",
    "fan", "image", "light", "lock", "media_player", "number", "select", "sensor", "switch",
    "update", "vacuum", "water_heater", "weather",
)  # fmt: skip
_GROUPS = (
    "binary_sensor", "button", "calendar", "cover", "event", "fan", "light", "lock", "media_player",
    "notify", "sensor", "switch", "valve",
)  # fmt: skip
CHANGES: dict[str, dict[str, Any]] = {
    "derivative": {"round": 3},
    "filter": {"window_size": 3},
    "generic_hygrostat": {"dry_tolerance": 4},
    "generic_thermostat": {"cold_tolerance": 0.5},
    "history_stats": {"state": ["off"]},
    "integration": {"round": 1},
    "min_max": {"round_digits": 3},
    "mold_indicator": {"calibration_factor": 3},
    "otp": {"name": "Other"},  # it has no options
    "random/binary_sensor": {"name": "Other"},  # nor has this
    "random/sensor": {"maximum": 50},
    "statistics": {"precision": 3},
    "switch_as_x": {"invert": True},
    "threshold": {"upper": 30},
    "tod": {"after_time": "09:00:00"},
    "trend": {"invert": True},
    "utility_meter": {"periodically_resetting": False},
    **{f"group/{one}": {"hide_members": True} for one in _GROUPS},
    **{f"template/{one}": _AVAILABLE for one in _TEMPLATES},
}


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


async def test_there_is_a_case_for_every_helper_of_this_core(
    opened_store: tuple[Store, Home],
) -> None:
    """With every choice of its first menu."""
    store, home = opened_store

    types = await home.rest.get_json("config/config_entries/flow_handlers", type="helper")
    choices = [(await store.describe("helper", one)).notes for one in types]
    menus = [one.removeprefix("Choose: ").split(", ") for one in choices if "Choose" in one]
    plain = [one for one, said in zip(types, choices, strict=True) if "Choose" not in said]

    assert sorted([*plain, *chain.from_iterable(menus)]) == sorted(CHANGES)
    assert set(types) <= set(store.facts("helper").variants)


@pytest.mark.parametrize("variant", CHANGES)
async def test_a_helper_is_made_as_described_and_comes_back(store: Store, variant: str) -> None:
    """The example that is described is complete; Core asks nothing more."""
    example = (await store.describe("helper", variant)).example
    change = CHANGES[variant]

    made = await make(store, Case("helper", example, [], variant=variant))
    document = await store.get("helper", made.written[0].id)
    patch = [{"op": "add", "path": f"/{key}", "value": value} for key, value in change.items()]
    patched = await edit(store, document, patch)
    between = await store.get("helper", document.id)
    removed = await remove(store, between)
    back = await undo(store, removed.change)
    again = await store.get("helper", back.written[0].id)
    await undo(store, patched.change, made.change)

    assert made.written[0].unlike == ()
    assert {key: document.snapshot.body[key] for key in example} == example
    assert patched.written[0].unlike == ()
    assert {key: between.snapshot.body[key] for key in change} == change
    assert again.etag == between.etag
    assert again.id not in [row.id for row in await store.all("helper")]


@pytest.mark.parametrize("variant", CHANGES)
async def test_a_helper_is_described_in_few_words(
    opened_store: tuple[Store, Home], variant: str
) -> None:
    """A page, with what each field is for."""
    store, home = opened_store

    answer = await caller(home, store)("ha_config_describe", kind="helper", variant=variant)
    fields = (await store.describe("helper", variant)).fields

    assert not answer.failed
    assert len(answer.text.encode()) <= 6_000
    assert [one.name for one in fields if not (one.type or one.about)] == []
