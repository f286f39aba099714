"""A store of documents on a real Core, and one case for each kind."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ha_mcp.documents import Document, Edit, Receipt, Store, Wish, opened
from ha_mcp.home import Home
from lab.core import RunningCore
from live.homes import home_of

ME = "tests"


@dataclass(frozen=True)
class Case:
    """How one sort of document is made and changed."""

    kind: str
    config: dict[str, Any]
    patch: Sequence[dict[str, Any]]
    id: str = ""
    variant: str = ""
    same_id: bool = True  # whether it comes back under its id
    at_once: bool = False  # whether Core saves it at once, under an id that only it knows

    def __str__(self) -> str:
        """Name the case in a report."""
        return self.variant.replace("/", "-") or self.kind


CASES = [
    Case(
        "automation",
        {
            "alias": "Case light",
            "triggers": [{"trigger": "state", "entity_id": "binary_sensor.hallway_motion"}],
            "actions": [
                {
                    "action": "light.turn_on",
                    "target": {"entity_id": "light.kitchen_lights"},
                    "data": {"brightness_pct": 30},
                }
            ],
            "area": "Kitchen",
            "labels": ["Holiday lights"],
            "enabled": False,
        },
        [{"op": "replace", "path": "/actions/0/data/brightness_pct", "value": 70}],
    ),
    Case(
        "script",
        {"alias": "Case script", "sequence": [{"delay": "00:00:01"}], "area": "kitchen"},
        [{"op": "add", "path": "/sequence/-", "value": {"delay": "00:00:02"}}],
    ),
    Case("area", {"name": "Case room", "floor_id": "Ground floor", "labels": ["holiday_lights"]},
         [{"op": "add", "path": "/aliases", "value": ["Den"]}]),
    Case("floor", {"name": "Case floor", "level": 3},
         [{"op": "replace", "path": "/level", "value": 4}]),
    Case("label", {"name": "Case label", "color": "green"},
         [{"op": "remove", "path": "/color"}]),
    Case(
        "dashboard",
        {
            "dashboard": {"title": "Case board", "icon": "mdi:home"},
            "views": [{"title": "One", "cards": [{"type": "tile", "entity": "sun.sun"}]}],
        },
        [
            {"op": "replace", "path": "/views/0/cards/0/entity", "value": "light.bed_light"},
            {"op": "replace", "path": "/dashboard/icon", "value": "mdi:sofa"},
        ],
    ),
    Case("helper", {"name": "Case switch", "icon": "mdi:flag", "area": "kitchen"},
         [{"op": "replace", "path": "/icon", "value": "mdi:star"}], variant="input_boolean"),
    Case("helper", {"name": "Case press"},
         [{"op": "replace", "path": "/name", "value": "Other"}], variant="input_button"),
    Case("helper", {"name": "Case number", "min": 0, "max": 10},
         [{"op": "replace", "path": "/max", "value": 20}], variant="input_number"),
    Case("helper", {"name": "Case select", "options": ["a", "b"]},
         [{"op": "add", "path": "/options/-", "value": "c"}], variant="input_select"),
    Case("helper", {"name": "Case text"},
         [{"op": "add", "path": "/pattern", "value": "[a-z]*"}], variant="input_text"),
    Case("helper", {"name": "Case time", "has_date": False, "has_time": True},
         [{"op": "replace", "path": "/has_date", "value": True}], variant="input_datetime"),
    Case("helper", {"name": "Case count", "step": 2},
         [{"op": "replace", "path": "/step", "value": 3}], variant="counter"),
    Case("helper", {"name": "Case timer", "duration": "00:05:00"},
         [{"op": "replace", "path": "/duration", "value": "00:10:00"}], variant="timer"),
    Case("helper", {"name": "Case week", "monday": [{"from": "08:00:00", "to": "09:00:00"}]},
         [{"op": "replace", "path": "/monday/0/to", "value": "10:00:00"}], variant="schedule"),
    Case("helper", {"name": "Case template", "state": "{{ 1 }}", "area": "kitchen"},
         [{"op": "replace", "path": "/state", "value": "{{ 2 }}"}],
         variant="template/sensor", same_id=False),
    Case("helper", {"name": "Case group", "entities": ["light.bed_light"], "hide_members": False},
         [{"op": "add", "path": "/entities/-", "value": "light.ceiling_lights"}],
         variant="group/light", same_id=False),
    Case("helper",
         {"name": "Case limit", "entity_id": "sensor.kitchen_temperature", "hysteresis": 0,
          "upper": 30},
         [{"op": "replace", "path": "/upper", "value": 25}],
         variant="threshold", same_id=False),
    Case("helper",
         {"name": "Case mean", "entity_ids": ["sensor.kitchen_temperature"], "type": "mean",
          "round_digits": 1},
         [{"op": "replace", "path": "/type", "value": "max"}],
         variant="min_max", same_id=False),
    Case(
        "todo_item",
        {"list": "Chores", "summary": "Case item", "due": "2030-05-01T18:00", "status": "completed",
         "description": "Twice"},
        [
            {"op": "replace", "path": "/due", "value": "2030-06-01"},
            {"op": "remove", "path": "/description"},
            {"op": "replace", "path": "/status", "value": "needs_action"},
        ],
        same_id=False, at_once=True,
    ),
    Case(
        "calendar_event",
        {"calendar": "Family", "summary": "Case visit", "start": "2030-05-01T18:00",
         "end": "2030-05-01T19:00", "location": "Here"},
        [
            {"op": "replace", "path": "/start", "value": "2030-05-02"},
            {"op": "replace", "path": "/end", "value": "2030-05-04"},
            {"op": "remove", "path": "/location"},
        ],
        same_id=False, at_once=True,
    ),
    Case(
        "scene",
        {
            "name": "Case scene",
            "entities": {"light.bed_light": {"state": "on", "brightness_pct": 40}},
            "snapshot": {"area": "Kitchen"},
            "area": "kitchen",
            "labels": ["Holiday lights"],
        },
        [{"op": "replace", "path": "/entities/light.bed_light/brightness", "value": 90}],
    ),
    Case("zone", {"name": "Case school", "latitude": 52.37, "longitude": 4.9, "icon": "mdi:school"},
         [{"op": "replace", "path": "/radius", "value": 250}]),
    Case("person", {"name": "Case person"},
         [{"op": "add", "path": "/picture", "value": "/local/case.png"}]),
    Case("tag", {"name": "Case tag", "description": "By the bed"},
         [{"op": "remove", "path": "/description"}]),
    Case("category", {"name": "Case heating", "icon": "mdi:radiator"},
         [{"op": "remove", "path": "/icon"}], variant="automation", same_id=False),
    Case("dashboard_resource", {"url": "/local/case.js", "type": "js"},
         [{"op": "replace", "path": "/type", "value": "module"}], same_id=False),
    Case(
        "assist_pipeline",
        {"name": "Case voice", "language": "en", "conversation_language": "en",
         "conversation_engine": "conversation.home_assistant"},
        [{"op": "replace", "path": "/prefer_local_intents", "value": True}],
        same_id=False,
    ),
    Case(
        "blueprint",
        {
            "blueprint": {
                "name": "Case motion",
                "domain": "automation",
                "input": {
                    "motion": {"name": "Motion", "selector": {"entity": {}}},
                    "more": {"name": "More", "input": {"wait": {"default": 5}}},
                },
            },
            "mode": "restart",
            "triggers": [{"trigger": "state", "entity_id": "!input motion", "to": "on"}],
            "actions": [{"delay": "!input wait"}, {"action": "light.turn_on",
                        "target": {"area_id": "kitchen"}, "data": {"effect": "\u2028 😀"}}],
        },
        [
            {"op": "add", "path": "/actions/-", "value": {"delay": 2}},
            {"op": "replace", "path": "/blueprint/name", "value": "Case other"},
        ],
    ),
    Case(
        "note",
        {"text": "Case note", "areas": ["Kitchen"], "rule": True},
        [
            {"op": "replace", "path": "/text", "value": "Case other"},
            {"op": "add", "path": "/entities", "value": ["light.bed_light"]},
        ],
        at_once=True,
    ),
]  # fmt: skip


@asynccontextmanager
async def documents(
    core: RunningCore, folder: Path, cut: "Cut | None" = None
) -> AsyncIterator[tuple[Store, Home]]:
    """Open a store on a running Core, perhaps with wires that will be cut."""
    async with home_of(core) as home:
        if cut is not None:
            cut.into(home)
        async with opened(home, folder) as store:
            yield store, home


class Cut:
    """A power cut: Core is killed before or after one of its writes."""

    def __init__(self, core: RunningCore, *, before: bool) -> None:
        """Take the Core that will be killed."""
        self._core = core
        self._before = before

    def into(self, home: Home) -> None:
        """Stand between a home and its Core, from now on."""
        self._wire, self._rest = home.core, home.rest
        home.core = self
        home.rest = self

    def __getattr__(self, name: str) -> Any:
        """Pass everything else through."""
        return getattr(self._rest if hasattr(self._rest, name) else self._wire, name)

    async def command(self, kind: str, /, **fields: Any) -> Any:
        """Send a command."""
        writes = kind.endswith(("/create", "/save"))
        return await self._cutting(lambda: self._wire.command(kind, **fields), writes=writes)

    async def post_json(self, path: str, body: Any) -> Any:
        """Post."""
        writes = path.startswith(("config/automation", "config/script")) or "name" in body
        return await self._cutting(lambda: self._rest.post_json(path, body), writes=writes)

    async def _cutting(self, send: Callable[[], Awaitable[Any]], *, writes: bool) -> Any:
        if writes and self._before:
            await self._core.kill()
        answer = await send()
        if writes:
            await self._core.kill()
        return answer


async def make(store: Store, case: Case) -> Receipt:
    """Create the document of a case."""
    wish = Wish(Edit(config=case.config), id=case.id, variant=case.variant)
    plan = await store.plan_set(case.kind, [wish], may_shrink=False)
    return await store.write(plan, ME, "made")


async def edit(store: Store, document: Document, patch: Sequence[dict[str, Any]]) -> Receipt:
    """Patch a document."""
    wish = Wish(Edit(patch=patch), id=document.id, etag=document.etag)
    plan = await store.plan_set(document.kind, [wish], may_shrink=False)
    return await store.write(plan, ME, "patched")


async def remove(store: Store, document: Document) -> Receipt:
    """Remove a document."""
    plan = await store.plan_remove(document.kind, [document.id], document.etag)
    return await store.write(plan, ME, "removed")


async def undo(store: Store, *changes: str) -> Receipt:
    """Take changes back."""
    plan = await store.plan_undo([int(one.removeprefix("c")) for one in changes])
    return await store.write(plan, ME, "undone")
