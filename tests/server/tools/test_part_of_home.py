"""Who was given a part of the home finds nothing of the rest, whatever is tried."""

import time
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from fakes.calling import ToolCall, caller, living, until
from fakes.house import FakeHouse
from fakes.recorder import FakeRecorder
from ha_mcp.access.grants import Grant, Only
from ha_mcp.access.scopes import Scope, up_to
from ha_mcp.documents import Remembered, StoreOfPart
from ha_mcp.home import Bounds, Home, PartOfHome
from ha_mcp.journal import Filter, Note
from ha_mcp.problems import Forbidden

MARK = "zebra"  # in every word that only what is outside has; nobody who asks knows it
SAFE = "lock.safe"  # outside, and its id is known to who asks
LIGHTS = {"entity": [{"domain": ["light"]}]}

AUTOMATIONS = {
    "automation.inside": {
        "alias": "Inside",
        "actions": [{"action": "light.turn_on", "target": {"entity_id": "light.counter"}}],
    },
    "automation.mixed": {
        "alias": "Mixed",
        "description": f"{MARK} plan",
        "actions": [{"action": "lock.unlock", "target": {"entity_id": SAFE}}],
    },
    "automation.template": {
        "alias": "Template",
        "actions": [{"variables": {MARK: "{{ states.lock | first }}"}}],
    },
    "automation.area": {
        "alias": "Area",
        "actions": [{"action": "light.turn_on", "target": {"area_id": f"{MARK}_vault"}}],
    },
    "automation.notify": {
        "alias": "Notify", "actions": [{"action": f"notify.{MARK}_phone", "data": {}}],
    },
}  # fmt: skip


class House(FakeHouse):
    """A kitchen that was given away, and a vault that was not."""

    def __init__(self) -> None:
        super().__init__()
        self.clock = time.time()
        self.recorder = FakeRecorder(self)
        self.registry["floor"] = [
            {"floor_id": "ground", "name": "Ground"},
            {"floor_id": f"{MARK}_cellar", "name": f"{MARK} cellar"},
        ]
        self.registry["label"] = [
            {"label_id": "shared", "name": "Shared"},
            {"label_id": f"{MARK}_label", "name": f"{MARK} label"},
        ]
        self.registry["device"] = [
            {"id": "d1", "name": "Cooker", "area_id": "kitchen", "labels": []},
            {"id": f"{MARK}d2", "name": f"{MARK} device", "area_id": f"{MARK}_vault", "labels": []},
        ]
        self.add_area(
            "kitchen", "Kitchen", floor_id="ground", temperature_entity_id=f"sensor.{MARK}_warmth"
        )
        self.add_area(f"{MARK}_vault", f"{MARK} vault", floor_id=f"{MARK}_cellar", aliases=[MARK])
        self.add("light.counter", "off", area="kitchen", name="Counter")
        self.add("sensor.oven", "180", area="kitchen", name="Oven", unit_of_measurement="°C")
        self.add("media_player.radio", "idle", area="kitchen", name="Radio", source=SAFE)
        self.add("camera.hob", "idle", area="kitchen", name="Hob", entity_picture="/api/x")
        self.add("script.cook", "off", area="kitchen", name="Cook")
        self.add(SAFE, f"{MARK}_locked", area=f"{MARK}_vault", name=f"{MARK} door")
        self.add("light.vault", "on", area=f"{MARK}_vault", name=f"{MARK} lamp", brightness=77)
        self.add("camera.vault", "idle", area=f"{MARK}_vault", name=f"{MARK} eye")
        self.add(f"sensor.{MARK}_warmth", "33.3", area=f"{MARK}_vault", name=f"{MARK} warmth")
        self.add("person.owner", f"{MARK}_work", name=f"{MARK} owner", user_id="u1")
        self.add("script.vault", "off", name=f"{MARK} script")
        self.states["light.counter"]["a"]["entity_id"] = [SAFE, "light.counter"]
        self.states["sensor.oven"]["a"][f"sensor.{MARK}_warmth"] = f"{MARK}_attribute"
        for entity_id in AUTOMATIONS:
            self.add(entity_id, "on", area="kitchen", name=AUTOMATIONS[entity_id]["alias"])
        self.answers["automation/config"] = lambda asked: {
            "config": AUTOMATIONS[asked["entity_id"]]
        }
        self.answers["script/config"] = lambda _: {"config": {"sequence": [{"delay": 1}]}}
        self.answers["lovelace/dashboards/list"] = lambda _: [
            {"id": "1", "url_path": f"{MARK}-board", "title": f"{MARK} board", "mode": "storage"}
        ]
        self.answers["lovelace/config"] = lambda _: {"views": [{"title": f"{MARK} view"}]}
        self.answers["homeassistant/expose_entity/list"] = lambda _: {
            "exposed_entities": {SAFE: {"conversation": True}}
        }
        self.answers["render_template"] = lambda _: None
        self.answers["person/list"] = lambda _: {
            "storage": [{"id": "p", "name": f"{MARK} owner", "user_id": "u1"}], "config": [],
        }  # fmt: skip
        for name in ("turn_on", "turn_off"):
            self.add_action(f"light.{name}", target=LIGHTS)
        self.add_action("lock.unlock", target={"entity": [{"domain": ["lock"]}]})
        self.add_action("homeassistant.turn_on", target={})
        self.add_action("homeassistant.restart")
        self.add_action("script.cook")
        self.add_action("script.vault", description=f"{MARK} words")
        self.add_action(f"notify.{MARK}_phone", fields={"message": {"required": True}})
        self.add_action(
            "media_player.join",
            target={"entity": [{"domain": ["media_player"]}]},
            fields={"group_members": {"required": True}},
        )
        self.effects["script.cook"] = lambda _: self.set("light.vault", f"{MARK}_lit")
        self.files["camera_proxy/camera.vault"] = (MARK.encode(), "image/png")
        start = self.clock - 3_600
        for entity_id in ("light.counter", SAFE, f"sensor.{MARK}_warmth"):
            self.recorder.changes[entity_id] = [(start, "off"), (start + 60, f"{MARK}_past")]
        self.recorder.changes["light.counter"] = [(start, "off"), (start + 60, "on")]
        self.recorder.measure(f"sensor.{MARK}_warmth", unit="°C")
        self.recorder.entries = [
            {
                "when": start + 60,
                "entity_id": "light.counter",
                "state": "on",
                "context_event_type": "automation_triggered",
                "context_name": f"{MARK} automation",
                "context_entity_id": "automation.elsewhere",
                "context_source": f"state of {SAFE} {MARK}",
                "context_user_id": "u1",
            },
            {"when": start + 61, "entity_id": SAFE, "state": f"{MARK}_open"},
        ]


class Kept:
    """Notes of the owner."""

    async def all(self) -> list[Note]:
        """Return one about the home, one about the vault, one about the kitchen, one about both."""
        texts: tuple[dict[str, Any], ...] = (
            {"text": f"{MARK} alarm is 1234"},
            {"text": f"{MARK} behind the painting", "areas": [f"{MARK}_vault"]},
            {"text": "The hob beeps", "areas": ["kitchen"]},
            {"text": f"{MARK} of both", "areas": ["kitchen", f"{MARK}_vault"]},
        )
        return [Note(number + 1, 1, body) for number, body in enumerate(texts)]


def granted(only: Only, highest: Scope = Scope.ADMIN) -> Grant:
    """Return everything there is, of a part."""
    return Grant(client_id="c", client_name="Guest", scopes=up_to(highest), only=only)


@pytest_asyncio.fixture
async def house() -> House:
    """Return the house."""
    return House()


@pytest_asyncio.fixture
async def home(house: House) -> AsyncIterator[Home]:
    """Mirror it, bodies included."""
    async with living(house) as home:
        await home.mirror.completed()
        yield home


@pytest_asyncio.fixture
async def call(home: Home) -> ToolCall:
    """Call tools as somebody who was given the kitchen."""
    only = Only(areas=frozenset({"kitchen"}))
    return caller(home, remembered=Remembered(home, Kept()), grant=granted(only))


ATTEMPTS: list[tuple[str, dict[str, Any]]] = [
    ("ha_get_state", {"entity_ids": [SAFE]}),
    ("ha_get_state", {"entity_ids": ["door"]}),
    ("ha_get_state", {"entity_ids": ["light.counter", SAFE]}),
    ("ha_get_state", {"entity_ids": ["light.counter"]}),
    ("ha_get_state", {"entity_ids": ["light.counter"], "attributes": ["entity_id"]}),
    ("ha_get_state", {"entity_ids": ["sensor.oven"]}),
    ("ha_get_state", {"entity_ids": ["media_player.radio"]}),
    ("ha_get_state", {"entity_ids": ["lock.saef"]}),
    ("ha_get_state", {"entity_ids": ["person.owner"]}),
    ("ha_get_overview", {}),
    ("ha_get_overview", {"area": "Kitchen"}),
    ("ha_get_overview", {"area": "vault"}),
    ("ha_get_overview", {"area": "vaul"}),
    ("ha_search", {"query": "door"}),
    ("ha_search", {"query": "vault lamp eye owner cellar label device script board"}),
    ("ha_search", {"domain": ["lock", "light", "person", "camera", "sensor", "script"]}),
    ("ha_search", {"query": "", "state": "unavailable"}),
    ("ha_search", {"state": "on"}),
    ("ha_search", {"area": ["vault"]}),
    ("ha_search", {"floor": ["cellar"]}),
    ("ha_search", {"label": ["label"]}),
    ("ha_search", {"type": ["device", "area", "floor", "label", "dashboard", "person"]}),
    ("ha_search", {"query": "plan unlock safe"}),
    ("ha_search", {"integration": ["fake"], "limit": 500}),
    ("ha_get_history", {"entity_ids": [SAFE], "start": "3h"}),
    ("ha_get_history", {"entity_ids": ["light.counter", SAFE], "start": "3h"}),
    ("ha_get_history", {"entity_ids": ["light.counter"], "start": "3h", "source": "logbook"}),
    ("ha_get_history", {"entity_ids": [SAFE], "start": "3h", "source": "logbook"}),
    ("ha_get_history", {"entity_ids": ["sensor.warmth"], "source": "statistics"}),
    ("ha_get_history", {"entity_ids": ["energy"]}),
    ("ha_get_history", {"entity_ids": ["sensor:external"], "source": "statistics"}),
    ("ha_eval_template", {"template": "{{ states('lock.safe') }}"}),
    ("ha_eval_template", {"template": "{{ states | map(attribute='name') | list }}"}),
    ("ha_eval_template", {"template": "{{ area_entities('vault') }}"}),
    ("ha_eval_template", {"template": "{{ floors() }}"}),
    ("ha_eval_template", {"template": "{{ 1 }}"}),
    ("ha_get_references", {"id": SAFE}),
    ("ha_get_references", {"id": "light.counter"}),
    ("ha_get_references", {"id": "kitchen", "kind": "area"}),
    ("ha_get_references", {"id": "vault", "kind": "area"}),
    ("ha_get_references", {"id": "mixed"}),
    ("ha_get_references", {"id": "board", "kind": "dashboard"}),
    ("ha_get_image", {"entity_id": "camera.vault"}),
    ("ha_get_image", {"entity_id": "eye"}),
    ("ha_list_actions", {}),
    ("ha_list_actions", {"query": "vault"}),
    ("ha_list_actions", {"query": "phone"}),
    ("ha_list_actions", {"action": "script.vault"}),
    ("ha_call_action", {"action": "lock.unlock", "target": SAFE}),
    ("ha_call_action", {"action": "light.turn_on", "target": {"area_id": ["vault"]}}),
    ("ha_call_action", {"action": "light.turn_on", "target": {"entity_id": ["all"]}}),
    ("ha_call_action", {"action": "light.turn_on", "target": {"floor_id": ["cellar"]}}),
    ("ha_call_action", {"action": "homeassistant.turn_on", "target": "light.vault"}),
    ("ha_call_action", {"action": "homeassistant.restart"}),
    ("ha_call_action", {"action": "script.vault"}),
    ("ha_call_action", {"action": "script.cook"}),
    ("ha_call_action", {"action": "script.cook", "data": {"who": SAFE}}),
    ("ha_call_action", {"action": "script.cook", "data": {"who": "{{ states.lock }}"}}),
    ("ha_call_action", {"action": "script.cook", "data": {"deep": [{"area_id": "x"}]}}),
    (
        "ha_call_action",
        {
            "action": "media_player.join",
            "target": "media_player.radio",
            "data": {"group_members": ["light.vault"]},
        },
    ),
    ("ha_fire_event", {"event_type": "open_the_safe"}),
    ("ha_config_list", {"kind": "automation"}),
    ("ha_config_list", {"kind": "user"}),
    ("ha_config_get", {"kind": "automation", "id": "Mixed"}),
    ("ha_config_get", {"kind": "automation", "id": "automation.template"}),
    ("ha_config_get", {"kind": "script", "id": "script.vault"}),
    ("ha_config_list", {"kind": "script"}),
    ("ha_config_list", {"kind": "person"}),
    ("ha_config_list", {"kind": "dashboard"}),
    ("ha_config_list", {"kind": "calendar_event", "parent": "calendar.x"}),
    ("ha_config_get", {"kind": "dashboard", "id": "board"}),
    ("ha_config_set", {"kind": "area", "id": "vault", "merge": {"name": "Mine"}}),
    ("ha_config_remove", {"kind": "automation", "ids": ["automation.mixed"], "preview": True}),
    ("ha_config_flow", {"handler": "local_todo"}),
    ("ha_get_changes", {}),
    ("ha_undo", {"changes": ["last"]}),
    ("ha_rename", {"entity_id": SAFE, "new_entity_id": "lock.mine"}),
]


@pytest.mark.parametrize(("tool", "arguments"), ATTEMPTS, ids=lambda one: str(one)[:60])
async def test_no_attempt_yields_a_word_of_what_is_outside(
    call: ToolCall, house: House, tool: str, arguments: dict[str, Any]
) -> None:
    """Neither a name nor a state, nor that it is there; and nothing outside is moved."""
    house.sent.clear()
    outcome = await call(tool, **arguments)

    assert MARK not in outcome.text.lower()
    assert outcome.pictures == ()
    assert "internal" not in outcome.text
    called = [fields for kind, fields in house.sent if kind == "call_service"]
    assert all(SAFE not in str(one) and "vault" not in str(one) for one in called)
    assert all("all" not in str(one.get("target")) for one in called)


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("ha_get_state", {"entity_ids": ["{}"]}),
        ("ha_get_history", {"entity_ids": ["{}"]}),
        ("ha_get_references", {"id": "{}"}),
        ("ha_get_image", {"entity_id": "{}"}),
        ("ha_call_action", {"action": "light.turn_on", "target": "{}"}),
        ("ha_call_action", {"action": "script.cook", "data": {"who": "{}"}}),
    ],
)
async def test_what_is_outside_cannot_be_told_from_what_is_not_there(
    call: ToolCall, tool: str, arguments: dict[str, Any]
) -> None:
    """Else one could guess ids until one answers otherwise."""
    outside, nowhere = [
        await call(tool, **{key: _filled(value, entity_id) for key, value in arguments.items()})
        for entity_id in ("light.vault", "light.vaulx")
    ]

    assert outside.failed
    assert outside.text == nowhere.text.replace("vaulx", "vault")


def _filled(value: Any, entity_id: str) -> Any:
    if isinstance(value, list):
        return [entity_id]
    if isinstance(value, dict):
        return dict.fromkeys(value, entity_id)
    return entity_id if value == "{}" else value


async def test_what_is_inside_is_all_there(call: ToolCall) -> None:
    """A part is of use."""
    state = (await call("ha_get_state", entity_ids=["Counter"])).text
    overview = (await call("ha_get_overview")).text
    found = (await call("ha_search", query="counter")).text
    area = (await call("ha_get_overview", area="kitchen")).text
    past = (await call("ha_get_history", entity_ids=["light.counter"], start="3h")).text
    body = (await call("ha_search", type=["automation"])).text

    assert '"state":"off"' in state
    assert "Kitchen" in state
    assert "The hob beeps" in state
    assert "Kitchen,Ground,10" in overview
    assert "light.counter" in found
    assert "Oven" in area
    assert "on" in past
    assert "automation.inside" in body


async def test_documents_that_name_nothing_outside_are_read(call: ToolCall) -> None:
    """By id, entity and name; and nobody takes the mark of one for that of the whole."""
    listed = (await call("ha_config_list", kind="automation")).text
    by_name = (await call("ha_config_get", kind="automation", id="Inside")).text
    by_entity = (await call("ha_config_get", kind="automation", id="automation.inside")).text

    assert "Inside,automation.inside" in listed
    assert "light.counter" in by_name
    assert "can only read it" in by_name
    assert by_name == by_entity


async def test_actions_reach_what_is_inside_and_nothing_else_in_the_same_room(
    home: Home, house: House
) -> None:
    """An area is more than the part that was given of it."""

    def turn_on(asked: dict[str, Any]) -> None:
        for one in asked["target"]["entity_id"]:
            house.set(one, "on")

    house.effects["light.turn_on"] = turn_on
    call = caller(home, grant=granted(Only(entities=frozenset({"light.counter"}))))
    outcome = await call("ha_call_action", action="light.turn_on", target={"area_id": ["Kitchen"]})

    (called,) = [fields for kind, fields in house.sent if kind == "call_service"]
    assert not outcome.failed, outcome.text
    assert called["target"] == {"entity_id": ["light.counter"]}
    assert "light.counter,off,on" in outcome.text


async def test_a_label_gives_what_carries_it(home: Home, house: House) -> None:
    """Also later."""
    call = caller(home, grant=granted(Only(labels=frozenset({"shared"}))))
    before = await call("ha_get_state", entity_ids=["light.counter"])
    row = next(one for one in house.registry["entity"] if one["entity_id"] == "light.counter")
    row["labels"] = ["shared"]
    house.fire("entity_registry_updated", action="update", entity_id="light.counter")
    await until(lambda: home.registries.labels_of("light.counter"))
    after = await call("ha_get_state", entity_ids=["light.counter"])

    assert before.failed
    assert not after.failed


async def test_a_part_of_nothing_is_nothing(home: Home) -> None:
    """A filter that names nothing gives nothing away."""
    call = caller(home, grant=granted(Only()))
    overview = (await call("ha_get_overview")).text
    found = await call("ha_search", query="counter")

    assert "0 entities" in overview
    assert "light.counter" not in found.text


async def test_nothing_is_left_behind_by_a_call(call: ToolCall, home: Home) -> None:
    """A part lives as long as one call."""
    listeners = len(home.states._listeners), len(home.bodies._listeners)
    await call("ha_search", query="counter")
    await call("ha_call_action", action="light.turn_on", target="light.counter", watch=0)
    await call("ha_get_references", id="light.counter")

    assert (len(home.states._listeners), len(home.bodies._listeners)) == listeners


async def test_a_store_of_a_part_refuses_whatever_else_a_store_does(home: Home) -> None:
    """A method that is added to a store is refused, not half done."""
    store = StoreOfPart(PartOfHome(home, Bounds(areas=frozenset({"kitchen"}))))

    for asked in (
        store.describe("automation"),
        store.inside("dashboard", "board", None),
        store.plan_remove("automation", ["automation.inside"]),
        store.changes(Filter(), 0, 10),
        store.change(1),
    ):
        with pytest.raises(Forbidden, match="this client was given a part of the home"):
            await asked
