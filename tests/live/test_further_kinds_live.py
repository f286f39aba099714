"""Kinds that are always there or only read, and what is special of some, on a real Core."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from ha_mcp.documents import Edit, Receipt, Store, Wish
from ha_mcp.documents.etags import normalised
from ha_mcp.home import Home
from ha_mcp.problems import Conflict, Invalid, Problem, Unsupported
from lab.core import RunningCore, running_core
from live.documents import CASES, ME, Case, documents, edit, make, remove, undo

pytestmark = pytest.mark.live


@dataclass(frozen=True)
class Kept:
    """A document that is always there, and a change to it."""

    kind: str
    id: str
    merge: dict[str, Any]
    expected: dict[str, Any]  # a part of the body afterwards

    def __str__(self) -> str:
        """Name the case in a report."""
        return f"{self.kind} {self.id}"


GRID = {
    "type": "grid",
    "stat_energy_from": "sensor.case_import",
    "number_energy_price": 0.31,
    "cost_adjustment_day": 0,
}
ALWAYS_THERE = pytest.mark.parametrize(
    "kept",
    [
        Kept("energy", "energy", {"energy_sources": [GRID]}, {"energy_sources": [GRID]}),
        Kept(
            "energy",
            "energy",
            {"device_consumption": [{"stat_consumption": "sensor.case_washer", "name": "Washer"}]},
            {"device_consumption": [{"stat_consumption": "sensor.case_washer", "name": "Washer"}]},
        ),
        Kept("exposure", "conversation", {"expose_new": False}, {"expose_new": False}),
        Kept(
            "exposure",
            "cloud.alexa",
            {"entities": {"light.bed_light": True, "lock.front_door": True}},
            {"entities": {"light.bed_light": True, "lock.front_door": True}},
        ),
    ],
    ids=str,
)


@pytest_asyncio.fixture(scope="module")
async def core() -> AsyncIterator[RunningCore]:
    """Run the small home."""
    async with running_core(home="demo") as running:
        yield running


@pytest_asyncio.fixture(scope="module")
async def opened_store(
    core: RunningCore, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[tuple[Store, Home]]:
    """Open the documents of the small home."""
    async with documents(core, tmp_path_factory.mktemp("journal")) as both:
        yield both


@pytest.fixture(scope="module")
def store(opened_store: tuple[Store, Home]) -> Store:
    """Return the store."""
    return opened_store[0]


@pytest.fixture(scope="module")
def home(opened_store: tuple[Store, Home]) -> Home:
    """Return the home."""
    return opened_store[1]


@ALWAYS_THERE
async def test_what_is_always_there_is_changed_and_changed_back(store: Store, kept: Kept) -> None:
    """Byte for byte, and a preview writes nothing."""
    document = await store.get(kept.kind, kept.id)
    wish = Wish(Edit(merge=kept.merge), id=kept.id, etag=document.etag)

    await store.preview(await store.plan_set(kept.kind, [wish], may_shrink=False), ME)
    seen = await store.get(kept.kind, kept.id)
    changed = await _set(store, kept.kind, wish)
    between = await store.get(kept.kind, kept.id)
    with pytest.raises(Conflict):
        await _set(store, kept.kind, wish)
    await undo(store, changed.change)
    after = await store.get(kept.kind, kept.id)

    assert seen.etag == document.etag != between.etag
    assert changed.written[0].unlike == ()
    assert {key: between.snapshot.body[key] for key in kept.expected} == kept.expected
    assert normalised(after.snapshot.body) == normalised(document.snapshot.body)


@ALWAYS_THERE
async def test_what_is_always_there_is_neither_made_nor_removed(store: Store, kept: Kept) -> None:
    """There is one, and no other."""
    with pytest.raises(Unsupported):
        await store.plan_set(kept.kind, [Wish(Edit(config={}), id="another")], may_shrink=False)
    with pytest.raises(Unsupported):
        await store.plan_remove(kept.kind, [kept.id], "")


async def test_what_an_assistant_was_let_use_is_taken_back_though_others_came_since(
    store: Store,
) -> None:
    """Core lets new entities in by itself, whenever an assistant first asks."""
    start = await store.get("exposure", "cloud.alexa")
    lamp, other = "light.bed_light", "light.ceiling_lights"
    let = [await _let(store, one, yes=True) for one in (lamp, other)]

    await undo(store, let[0].change)
    between = (await store.get("exposure", "cloud.alexa")).snapshot.body["entities"]
    await undo(store, let[1].change)
    after = await store.get("exposure", "cloud.alexa")

    assert lamp not in between
    assert other in between
    assert after.etag == start.etag


async def test_an_entity_that_was_shown_to_an_assistant_is_hidden_from_it_again(
    store: Store,
) -> None:
    """Two at once, too; what an assistant may use besides stays."""
    entity_id = "sensor.kitchen_temperature"
    start = (await store.get("entity", entity_id)).snapshot.body
    shown = []
    for assistant in ("cloud.alexa", "cloud.google_assistant"):
        document = await store.get("entity", entity_id)
        merge = {"exposed": {assistant: True}}
        shown.append(await _set(store, "entity", Wish(Edit(merge=merge), entity_id, document.etag)))

    between = (await store.get("entity", entity_id)).snapshot.body
    await undo(store, *(one.change for one in shown))
    after = (await store.get("entity", entity_id)).snapshot.body
    alexa = (await store.get("exposure", "cloud.alexa")).snapshot.body["entities"]

    hidden = {"cloud.alexa": False, "cloud.google_assistant": False}
    assert {"cloud.alexa": True, "cloud.google_assistant": True}.items() <= (
        between["exposed"].items()
    )
    assert after == {**start, "exposed": start.get("exposed", {}) | hidden}
    assert entity_id not in alexa


async def _let(store: Store, entity_id: str, *, yes: bool) -> Receipt:
    document = await store.get("exposure", "cloud.alexa")
    merge = {"entities": {entity_id: True if yes else None}}
    return await _set(store, "exposure", Wish(Edit(merge=merge), document.id, document.etag))


async def test_what_there_is_one_of_needs_no_id(store: Store) -> None:
    """Nobody has to guess what the energy preferences are called."""
    document = await store.get("energy", "")

    plan = await store.plan_set(
        "energy", [Wish(Edit(merge={}), etag=document.etag)], may_shrink=False
    )

    assert document.id == plan.drafts[0].id == "energy"


async def test_an_entity_that_does_not_exist_is_not_exposed(store: Store) -> None:
    """Home Assistant would remember it for ever."""
    document = await store.get("exposure", "cloud.alexa")
    wish = Wish(
        Edit(merge={"entities": {"light.bed_lihgt": True}}), id=document.id, etag=document.etag
    )

    plan = await store.plan_set("exposure", [wish], may_shrink=False)

    assert [one.path for one in plan.errors] == ["/entities/light.bed_lihgt"]
    assert "light.bed_light" in plan.errors[0].similar


async def test_a_group_of_yaml_is_read_and_says_why_it_is_not_edited(
    store: Store, home: Home
) -> None:
    """A group made by an action is forgotten at the next start, so nothing is written to it."""
    await home.core.command(
        "call_service",
        domain="group",
        service="set",
        service_data={"object_id": "case", "entities": ["light.bed_light"], "all": True},
    )
    await _seen(home, "group.case")

    group = await store.get("group", "group.case")
    wish = Wish(Edit(merge={"all": None}), id=group.id, etag=group.etag)
    with pytest.raises(Unsupported, match="helper"):
        await store.plan_set("group", [wish], may_shrink=False)

    assert group.snapshot.body["entities"] == ["light.bed_light"]


async def test_users_are_listed_without_how_they_log_in(store: Store) -> None:
    """Who may log in is not a secret; credentials are."""
    owner = next(row for row in await store.all("user") if "owner" in row.about)

    body = (await store.get("user", owner.id)).snapshot.body

    assert body["group_ids"] == ["system-admin"]
    assert "credentials" not in body


async def _set(store: Store, kind: str, wish: Wish) -> Receipt:
    return await store.write(await store.plan_set(kind, [wish], may_shrink=False), ME, "changed")


async def _seen(home: Home, entity_id: str) -> None:
    """Wait until the mirror has an entity."""
    news = asyncio.Event()
    stop = home.states.listen(lambda _old, _new: news.set())
    async with asyncio.timeout(5):
        while entity_id not in home.states:
            await news.wait()
            news.clear()
    stop()


async def test_the_home_is_a_zone_that_is_not_edited_here(store: Store) -> None:
    """Its place belongs to Home Assistant's own settings."""
    zone = await store.get("zone", "zone.home")

    assert zone.snapshot.fixed
    assert zone.snapshot.body["radius"] == 100


async def test_the_preferred_voice_assistant_is_given_back(store: Store) -> None:
    """Preferring one takes it from another, so the way back gives it to that one."""
    first = next(row for row in await store.all("assist_pipeline") if row.about == "preferred")
    made = await make(store, _case("assist_pipeline"))
    document = await store.get("assist_pipeline", made.written[0].id)

    patch = [{"op": "add", "path": "/preferred", "value": True}]
    preferred = await edit(store, document, patch)
    between = await store.get("assist_pipeline", document.id)
    with pytest.raises(Problem, match="preferred"):
        await remove(store, between)
    await undo(store, preferred.change)
    after = [row.id for row in await store.all("assist_pipeline") if row.about == "preferred"]
    await undo(store, made.change)

    assert between.snapshot.body["preferred"] is True
    assert after == [first.id]


async def test_what_was_in_a_category_is_in_it_again(store: Store, home: Home) -> None:
    """Under its new id, which is what Home Assistant gave it."""
    made = await make(store, _case("category"))
    category = await store.get("category", made.written[0].id)
    automation = (await store.all("automation"))[0]
    document = await store.get("automation", automation.id)
    await edit(store, document, [{"op": "add", "path": "/category", "value": "Case heating"}])
    category = await store.get("category", category.id)

    removed = await remove(store, category)
    back = await undo(store, removed.change)
    after = await store.get("automation", automation.id)
    again = home.registries.entities[automation.entity_id].categories
    await edit(store, after, [{"op": "remove", "path": "/category"}])
    await undo(store, back.change, removed.change, made.change)

    assert back.written[0].id == f"automation/{after.snapshot.body['category']}"
    assert again == {"automation": after.snapshot.body["category"]}


async def test_a_scene_is_taken_from_now_with_what_is_said_over_it(store: Store) -> None:
    """Percentages are those of people; what is unavailable is left out."""
    config = {
        "name": "Case now",
        "snapshot": {"entity_ids": ["light.kitchen_lights", "light.bed_light"]},
        "entities": {
            "light.bed_light": {"brightness_pct": "50 %"},
            "cover.hall_window": {"position": 30},
            "media_player.walkman": {"state": "on", "volume_pct": 40},
        },
    }

    made = await make(store, Case("scene", config, []))
    scene = await store.get("scene", made.written[0].id)
    await undo(store, made.change)

    states = scene.snapshot.body["entities"]
    assert states["light.kitchen_lights"]["state"] in ("on", "off")
    assert states["light.bed_light"] == {"state": "on", "brightness": 128}
    assert states["cover.hall_window"] == {"state": "open", "current_position": 30}
    assert states["media_player.walkman"] == {"state": "on", "volume_level": 0.4}


async def test_a_snapshot_of_an_area_does_not_take_the_rest_of_the_home(
    store: Store, home: Home
) -> None:
    """Nor sensors, which nobody can set."""
    wish = Wish(Edit(config={"name": "Case area", "snapshot": {"area": "Kitchen"}}))

    plan = await store.plan_set("scene", [wish], may_shrink=False)

    after = plan.drafts[0].after
    assert after is not None
    places = {home.registries.area_of(one) for one in after.body["entities"]}
    assert places == {"kitchen"}
    assert not [one for one in after.body["entities"] if one.startswith("sensor.")]


@pytest.mark.parametrize(
    "config",
    [
        {"name": "Case bad"},
        {"name": "Case bad", "entities": ["light.bed_light"]},
        {"name": "Case bad", "entities": {"light.bed_light": {"brightness_pct": 140}}},
        {"name": "Case bad", "entities": {"switch.ac": {"icon": "mdi:fan"}}},
        {"name": "Case bad", "snapshot": {"floor": "Attic"}},
    ],
)
async def test_a_scene_that_cannot_be_right_is_refused(
    store: Store, config: dict[str, Any]
) -> None:
    """Before anything is written."""
    with pytest.raises(Invalid):
        await store.plan_set("scene", [Wish(Edit(config=config))], may_shrink=False)


async def test_a_scene_of_another_place_is_read_by_its_members(store: Store, home: Home) -> None:
    """Home Assistant does not tell what it does to them, and nothing here can edit it."""
    await home.core.command(
        "call_service",
        domain="scene",
        service="create",
        service_data={"scene_id": "case_made", "snapshot_entities": ["light.bed_light"]},
    )
    await _seen(home, "scene.case_made")

    scene = await store.get("scene", "scene.case_made")
    with pytest.raises(Unsupported, match=r"scenes\.yaml"):
        await edit(store, scene, [{"op": "replace", "path": "/name", "value": "Other"}])

    assert scene.snapshot.body["members"] == ["light.bed_light"]
    assert scene.snapshot.partial


def _case(kind: str) -> Case:
    return next(case for case in CASES if case.kind == kind)


@pytest.mark.parametrize(
    ("kind", "document", "merge", "path"),
    [
        ("energy", "energy", {"energy_sources": [GRID]}, "/energy_sources/0/stat_energy_from"),
        (
            "assist_pipeline",
            "Home Assistant",
            {"tts_engine": "tts.nobody", "tts_language": "en"},
            "/tts_engine",
        ),
    ],
)
async def test_entities_that_do_not_exist_are_said(
    store: Store, kind: str, document: str, merge: dict[str, Any], path: str
) -> None:
    """As advice: a meter may be on its way."""
    found = await store.get(kind, document)
    wish = Wish(Edit(merge=merge), id=found.id, etag=found.etag)

    plan = await store.plan_set(kind, [wish], may_shrink=False)

    assert [one.path for one in plan.advice] == [path]
    assert plan.errors == []


@pytest.mark.parametrize(
    ("merge", "path", "words"),
    [
        (
            {"device_consumption": [{"stat_consumption": "sensor.kitchen_temperature"}]},
            "/device_consumption/0/stat_consumption",
            "class temperature, not energy",
        ),
        (
            {
                "energy_sources": [
                    {"type": "water", "stat_energy_from": "sensor.kitchen_temperature"}
                ]
            },
            "/energy_sources/0/stat_energy_from",
            "not water",
        ),
    ],
)
async def test_a_meter_that_counts_nothing_is_said(
    store: Store, merge: dict[str, Any], path: str, words: str
) -> None:
    """The dashboard would stay empty; it is advice all the same."""
    found = await store.get("energy", "energy")
    wish = Wish(Edit(merge=merge), id=found.id, etag=found.etag)

    plan = await store.plan_set("energy", [wish], may_shrink=False)

    assert [one.path for one in plan.advice] == [path]
    assert words in plan.advice[0].message
    assert plan.errors == []


@pytest.mark.parametrize(
    ("kind", "variant"),
    [
        ("assist_pipeline", ""),
        ("category", "script"),
        ("dashboard_resource", ""),
        ("person", ""),
        ("scene", ""),
        ("tag", ""),
        ("zone", ""),
    ],
)
async def test_the_example_of_a_kind_is_complete(store: Store, kind: str, variant: str) -> None:
    """Who writes what is described gets what is described."""
    example = (await store.describe(kind, variant)).example

    plan = await store.plan_set(
        kind, [Wish(Edit(config=example), variant=variant)], may_shrink=False
    )
    receipt = await store.write(plan, ME, "tried")
    await undo(store, receipt.change)

    assert plan.errors == []
    assert receipt.written[0].unlike == ()


async def test_when_a_tag_was_scanned_comes_back_with_it(store: Store, home: Home) -> None:
    """It is no part of the body, and lost when the tag is removed."""
    made = await make(store, _case("tag"))
    tag_id = made.written[0].id
    scanned = "2026-05-01T10:00:00+00:00"
    await home.core.command("tag/update", tag_id=tag_id, last_scanned=scanned)
    tag = await store.get("tag", tag_id)

    removed = await remove(store, tag)
    back = await undo(store, removed.change)
    after = await store.get("tag", tag_id)
    await undo(store, back.change, removed.change, made.change)

    assert after.etag == tag.etag == made.written[0].etag
    assert after.snapshot.ties == {"last_scanned": scanned}


async def test_what_bears_a_label_bears_it_again(store: Store, home: Home) -> None:
    """The entity of a zone is the same one after the zone was away."""
    made = await make(store, _case("zone"))
    zone = await store.get("zone", made.written[0].id)
    listed = next(row for row in await store.all("zone") if row.id == zone.id)
    await home.core.command(
        "config/entity_registry/update", entity_id=listed.entity_id, labels=["holiday_lights"]
    )

    removed = await remove(store, zone)
    back = await undo(store, removed.change)
    again = home.registries.entities[listed.entity_id].labels
    await undo(store, back.change, removed.change, made.change)

    assert again == ("holiday_lights",)


_YAML = """
zone:
  - {name: Case allotment, latitude: 52.1, longitude: 4.1, radius: 40, passive: true}
person:
  - {id: case_guest, name: Case guest}
scene:
  - {id: case_elsewhere, name: Case elsewhere, entities: {light.bed_light: "on"}}
lovelace:
  resource_mode: yaml
  resources:
    - {url: /local/case.js, type: module}
"""


async def test_what_stands_in_yaml_is_read_and_says_so(tmp_path: Path) -> None:
    """It is never shadowed by a second copy, nor edited where it is not."""
    async with running_core(home="demo") as core:
        (core.config_dir / "packages" / "case.yaml").write_text(_YAML, encoding="utf-8")
        await core.restart()
        async with documents(core, tmp_path) as (store, _):
            found = [
                await store.get(kind, name)
                for kind, name in (
                    ("zone", "Case allotment"),
                    ("person", "case_guest"),
                    ("scene", "case_elsewhere"),
                    ("dashboard_resource", "/local/case.js"),
                )
            ]
            for document in found:
                with pytest.raises(Unsupported):
                    await store.plan_remove(document.kind, [document.id], "")

    assert found[0].snapshot.body["radius"] == 40
    assert found[2].snapshot.body["members"] == ["light.bed_light"]
    assert all(one.snapshot.fixed for one in found)
