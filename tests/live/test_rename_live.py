"""Renames on a real Core: the registry and everything that names the entity, in one change."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from fakes.calling import ToolCall, caller
from lab.client import CoreClient, core_client
from lab.core import RunningCore, running_core
from lab.homes.demo import flow
from live.documents import Cut, documents
from live.homes import eventually

pytestmark = pytest.mark.live

PROBE = "sensor.kitchen_temperature"
MOVED = "sensor.galley_warmth"
FILM = "script.movie_time"
NEIGHBOUR = "sensor.kitchen_temperature_2"
FOLLOWERS: dict[str, dict[str, Any]] = {
    "derivative": {"name": "Climb", "source": PROBE, "round": 1, "time_window": {"minutes": 5},
                   "unit_time": "min"},
    "threshold": {"name": "Too warm", "entity_id": PROBE, "hysteresis": 0, "upper": 30},
}  # fmt: skip
CARDS = [
    {"type": "custom:button-card", "entity": PROBE, "label": f"[[[ states['{PROBE}'].state ]]]"},
    {"type": "entities", "entities": [PROBE, {"entity": NEIGHBOUR}]},
    {"type": "markdown", "content": f"{{{{ states.{PROBE}.state }}}} not {NEIGHBOUR}"},
    {"type": "custom:map-of", "by_entity": {PROBE: {"icon": "mdi:stove"}}},
    {"type": "button", "tap_action": {"action": "perform-action", "perform_action": FILM}},
]
BOARD = {
    "views": [
        {"title": "One", "badges": [PROBE, {"type": "entity", "entity": PROBE}], "cards": CARDS}
    ]
}
AUTOMATION = {
    "alias": "Probe alarm",
    "triggers": [{"trigger": "numeric_state", "entity_id": [PROBE, NEIGHBOUR], "above": 30}],
    "conditions": [
        {"condition": "template", "value_template": f"{{{{ is_state('{PROBE}', '1') }}}}"}
    ],
    "actions": [{"action": "homeassistant.update_entity", "target": {"entity_id": PROBE}}],
    "mode": "single",
}  # fmt: skip
SCRIPT = {
    "alias": "Probe look",
    "sequence": [{"variables": {"where": f"{PROBE},{NEIGHBOUR}"}}],
}
SCENE = {"name": "Probe scene", "entities": {PROBE: {"state": "21"}, NEIGHBOUR: {"state": "3"}}}
TRACKER = "device_tracker.berts_phone"
PHONE = {
    "app_id": "lab",
    "app_name": "Lab",
    "app_version": "1",
    "device_id": "bert",
    "device_name": "Berts phone",
    "manufacturer": "Lab",
    "model": "Phone",
    "os_name": "Lab",
    "os_version": "1",
    "supports_encryption": False,
}
METER = "sensor.total_energy_kwh"  # the energy dashboard of the demo home shows it
IN_PACKAGE = "climate.heatpump"


@asynccontextmanager
async def named_everywhere() -> AsyncIterator[RunningCore]:
    """Run the small home with things that name one sensor wherever a sensor can be named."""
    async with running_core(home="demo") as running:
        async with core_client(running.url, running.token) as client:
            await _furnish(client)
        yield running


async def _furnish(client: CoreClient) -> None:
    for handler, answers in FOLLOWERS.items():
        await flow(client, handler, answers)
    await flow(
        client,
        "template",
        {"next_step_id": "sensor"},
        {"name": "Twice", "state": f"{{{{ states('{PROBE}') | float(0) * 2 }}}}"},
    )
    await client.command("lovelace/config/save", url_path="home-view", config=BOARD)
    await client.post("/api/config/automation/config/probe_alarm", AUTOMATION)
    await client.post("/api/config/script/config/probe_look", SCRIPT)
    await client.post("/api/config/scene/config/probe_scene", SCENE)
    await client.command(
        "config/area_registry/update", area_id="kitchen", temperature_entity_id=PROBE
    )
    await client.command("energy/save_prefs", device_consumption=[{"stat_consumption": PROBE}])


@pytest.fixture(scope="module")
def journal(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return where the journal is kept."""
    return tmp_path_factory.mktemp("journal")


@pytest_asyncio.fixture(scope="module")
async def core() -> AsyncIterator[RunningCore]:
    """Run that home, with a first dashboard that names the sensor too."""
    async with named_everywhere() as running:
        async with core_client(running.url, running.token) as client:
            await client.command("lovelace/config/save", url_path=None, config=BOARD)
        await running.stop()
        await running.start()  # puts the first dashboard among the others
        yield running


async def told[T](
    core: RunningCore,
    folder: Path,
    ask: Callable[[ToolCall], Awaitable[T]],
    cut: Cut | None = None,
) -> T:
    """Ask with a connection of its own."""
    async with documents(core, folder, cut) as (store, home):
        return await ask(caller(home, store))


def stored(core: RunningCore) -> dict[str, str]:
    """Return what Core keeps on disk, without the past: states it restores, traces.

    Core gives the file of the first dashboard the prefix of the others when it starts again.
    """
    files = [*core.config_dir.glob("*.yaml"), *(core.config_dir / ".storage").iterdir()]
    return {
        one.name.removeprefix("lovelace."): one.read_text(errors="replace")
        for one in files
        if one.is_file() and one.name not in ("core.restore_state", "trace.saved_traces")
    }


def naming(core: RunningCore, entity_id: str) -> dict[str, int]:
    """Return how often each file on disk names an entity."""
    whole = re.compile(rf"{re.escape(entity_id)}(?!\w)")
    counts = {name: len(whole.findall(text)) for name, text in stored(core).items()}
    return {name: count for name, count in counts.items() if count}


async def saved(core: RunningCore, entity_id: str) -> dict[str, int]:
    """Stop Core, so that it saves everything, count, and start it again."""
    await core.stop()
    counts = naming(core, entity_id)
    await core.start()
    return counts


async def rename(call: ToolCall) -> str:
    """Rename the sensor; return the answer."""
    return (await call("ha_rename", entity_id=PROBE, new_entity_id=MOVED, why="clearer")).text


async def preview(call: ToolCall) -> str:
    """Return what a rename of the sensor would do."""
    answer = await call("ha_rename", entity_id=PROBE, new_entity_id=MOVED, preview=True)
    return answer.text


async def undo(call: ToolCall) -> str:
    """Take the last change back; return the answer."""
    answer = await call("ha_undo", changes="last")
    assert not answer.failed, answer.text
    return answer.text


async def test_a_preview_lists_every_place_and_writes_nothing(
    core: RunningCore, journal: Path
) -> None:
    """With its path, and with where nobody looked."""
    text = await told(core, journal, preview)
    again = await told(core, journal, preview)

    assert text.startswith("NOT WRITTEN")
    assert "automation,probe_alarm,Probe alarm,/triggers/0/entity_id/0" in text
    assert "automation,probe_alarm,Probe alarm,/conditions/0/value_template" in text
    assert "script,probe_look,Probe look,/sequence/0/variables/where" in text
    assert f"scene,probe_scene,Probe scene,/entities/{PROBE}" in text
    assert "dashboard,home-view,Home view,/views/0/badges/1/entity" in text
    assert f"/views/0/cards/3/by_entity/{PROBE}" in text
    assert "area,kitchen,Kitchen,/temperature_entity_id" in text
    assert "energy,energy,Energy dashboard,/device_consumption/0/stat_consumption" in text
    assert "Mean temperature,/entity_ids/0" in text
    assert "automation 1700000000005 (its templates put entity ids together)" in text
    assert again == text


async def test_nothing_names_the_old_id_afterwards_and_undo_brings_it_back(
    core: RunningCore, journal: Path
) -> None:
    """Searched in what Core has on disk, after it has saved."""
    before = await saved(core, PROBE)
    neighbours = naming(core, NEIGHBOUR)

    done = await told(core, journal, rename)
    old, new = await saved(core, PROBE), naming(core, MOVED)
    listed = await told(core, journal, lambda call: call("ha_get_changes", client="me"))
    undone = await told(core, journal, undo)
    after, left = await saved(core, PROBE), naming(core, MOVED)

    assert '"verified":true' in done
    assert old == {}
    assert new == before
    assert naming(core, NEIGHBOUR) == neighbours
    assert listed.text.count("rename,") == 1
    assert '"unlike"' not in undone
    assert "there is no entity" not in undone
    assert (after, left) == (before, {})


async def test_what_was_recorded_goes_with_the_entity_and_back(
    core: RunningCore, journal: Path
) -> None:
    """Its statistics, which the energy dashboard counts with, and its history."""
    used = "sensor.meter_of_the_house"
    async with core_client(core.url, core.token) as client:
        await client.command("recorder/import_statistics", **_statistics(METER))

        async def kept(entity_id: str, change: float) -> bool:
            return await _recorded(client, entity_id) == (change, True)

        await eventually(lambda: kept(METER, 3.0))
        done = await told(core, journal, lambda call: _renamed(call, METER, used))
        await eventually(lambda: kept(used, 3.0))
        old = await _recorded(client, METER)
        await told(core, journal, undo)
        await eventually(lambda: kept(METER, 3.0))
        new = await _recorded(client, used)

    assert '"verified":true' in done
    assert old[0] == new[0] == 0.0


async def _renamed(call: ToolCall, entity_id: str, new: str) -> str:
    return (await call("ha_rename", entity_id=entity_id, new_entity_id=new)).text


def _statistics(statistic_id: str) -> dict[str, Any]:
    hours = [datetime(2026, 5, 1, hour, tzinfo=UTC).isoformat() for hour in range(4)]
    return {
        "metadata": {
            "statistic_id": statistic_id, "source": "recorder", "name": "Meter", "has_sum": True,
            "mean_type": 0, "unit_class": "energy", "unit_of_measurement": "kWh",
        },
        "stats": [{"start": at, "state": total, "sum": total} for total, at in enumerate(hours)],
    }  # fmt: skip


async def _recorded(client: CoreClient, entity_id: str) -> tuple[float, bool]:
    """Return how much was counted in that night, and whether there are states of today."""
    found = await client.command(
        "recorder/statistics_during_period",
        start_time="2026-05-01T00:00:00+00:00",
        end_time="2026-05-02T00:00:00+00:00",
        statistic_ids=[entity_id],
        period="hour",
    )
    sums = [row["sum"] for row in found.get(entity_id, [])]
    today = (datetime.now(UTC) - timedelta(hours=6)).isoformat()
    states = await client.command(
        "history/history_during_period",
        start_time=today,
        entity_ids=[entity_id],
        minimal_response=True,
        no_attributes=True,
    )
    return (max(sums) - min(sums) if sums else 0.0), bool(states.get(entity_id))


async def test_several_are_renamed_in_one_change(core: RunningCore, journal: Path) -> None:
    """An automation and a script too: the action of the script keeps its name."""
    renames = {
        "light.kitchen_lights": "light.galley",
        FILM: "script.film",
        "automation.hallway_light_on_motion": "automation.hall",
    }

    async def several(call: ToolCall) -> str:
        return (await call("ha_rename", renames=renames)).text

    done = await told(core, journal, several)
    old = {one: await saved(core, one) for one in renames}
    undone = await told(core, journal, undo)
    new = {one: await saved(core, one) for one in renames.values()}

    assert '"change":"c' in done
    assert '"verified":true' in done
    assert old == {one: {} for one in renames} | {FILM: {"home_view": 1, "lovelace": 1}}
    assert '"change":"c' in undone
    assert new == {one: {} for one in renames.values()}


async def test_persons_and_voice_assistants_follow(core: RunningCore, journal: Path) -> None:
    """They are in lists of Core that announce nothing."""
    async with core_client(core.url, core.token) as client:
        await client.post("/api/mobile_app/registrations", PHONE)
        await client.command("person/create", name="Bert", device_trackers=[TRACKER])
        listed = await client.command("assist_pipeline/pipeline/list")
        like = {key: value for key, value in listed["pipelines"][0].items() if key != "id"}
        voice = {**like, "name": "Second", "wake_word_entity": PROBE, "wake_word_id": "okay"}
        await client.command("assist_pipeline/pipeline/create", **voice)

    async def both(call: ToolCall) -> str:
        renames = {TRACKER: "device_tracker.bert", PROBE: MOVED}
        return (await call("ha_rename", renames=renames)).text

    done = await told(core, journal, both)
    old = [await saved(core, one) for one in (TRACKER, PROBE)]
    await told(core, journal, undo)
    new = [await saved(core, one) for one in ("device_tracker.bert", MOVED)]

    assert '"verified":true' in done
    assert old == [{}, {}]
    assert new == [{}, {}]


async def test_what_stands_in_a_package_is_named_with_the_reason(
    core: RunningCore, journal: Path
) -> None:
    """It stays as it is, and the caller knows where."""

    async def seen(call: ToolCall) -> str:
        answer = await call(
            "ha_rename", entity_id=IN_PACKAGE, new_entity_id="climate.warm", preview=True
        )
        return answer.text

    text = await told(core, journal, seen)

    assert "are not changed here" in text
    assert "automation,heating_morning" in text
    assert "it stands in a package" in text


class CutAt(Cut):
    """A power cut at one of the writes of a rename."""

    def __init__(self, core: RunningCore, write: str, *, before: bool) -> None:
        """Take the command, or the path, that Core is killed at."""
        super().__init__(core, before=before)
        self._write = write

    async def command(self, kind: str, /, **fields: Any) -> Any:
        """Send a command."""
        writes = kind == self._write
        return await self._cutting(lambda: self._wire.command(kind, **fields), writes=writes)

    async def post_json(self, path: str, body: Any) -> Any:
        """Post."""
        writes = path.startswith(self._write)
        return await self._cutting(lambda: self._rest.post_json(path, body), writes=writes)


@pytest.mark.parametrize(
    ("write", "before"),
    [
        ("config/entity_registry/update", True),
        ("config/entity_registry/update", False),
        ("lovelace/config/save", False),
        ("config/automation/config/", True),
    ],
    ids=["before the registry", "after the registry", "after a dashboard", "before an automation"],
)
async def test_a_power_cut_in_between_is_told_and_undone(
    tmp_path: Path, write: str, *, before: bool
) -> None:
    """The journal knows what was meant, and undo looks at what came of it."""
    async with named_everywhere() as core:
        was = await saved(core, PROBE)

        done = await told(core, tmp_path, rename, CutAt(core, write, before=before))
        await core.start()
        changes = await told(core, tmp_path, lambda call: call("ha_get_changes", id="c1"))
        await told(core, tmp_path, undo)
        after, left = await saved(core, PROBE), naming(core, MOVED)

    assert "c1" in done
    assert f'→ "{MOVED}"' in changes.text
    assert (after, left) == (was, {})
