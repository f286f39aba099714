"""Assistants that make, change, remove and take back at random, documents of nearly every kind."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Any, Final

from ha_mcp.documents import Document, Edit, Listed, Receipt, Store, Wish
from ha_mcp.documents.etags import normalised
from ha_mcp.problems import Conflict, NotFound
from live.documents import CASES, Case, make

MANY: Final = 25  # documents of one assistant; with more it removes more than it makes
NAMES: Final = ("one", "anna", "bert", "cleo")
FOLLOWS: Final = ("area", "labels", "category", "floor_id", "after")
"""What goes with an area, a label, a category or a floor, and with the item before in a list."""

type Key = tuple[str, str]  # kind and id
type Bodies = dict[Key, bytes]


def _icon(number: int) -> str:
    return f"mdi:numeric-{number}"


def _flag(number: int) -> bool:
    return number % 2 == 0


@dataclass(frozen=True)
class Sort:
    """How documents of a kind are changed at random."""

    path: str
    value: Callable[[int], Any] = _icon
    follows: tuple[str, ...] = ()  # keys that Home Assistant changes by itself
    only: tuple[str, ...] = ()  # how ids or names begin: of what is always there, a few are enough
    removes: bool = True


OWN: Final = tuple(f"{name} " for name in NAMES)
"""Others of these kinds are in use, or can come back in part only."""

SORTS: Final = {
    "area": Sort("/icon"),
    "assist_pipeline": Sort("/prefer_local_intents", _flag, only=OWN),
    "automation": Sort("/description"),
    "blueprint": Sort("/blueprint/description", only=OWN),
    "calendar_event": Sort("/description"),
    "category": Sort("/icon"),
    "dashboard": Sort("/icon"),
    "dashboard_resource": Sort("/url", lambda one: f"/local/other{one}.js"),
    "device": Sort("/name_by_user", only=("Bed Light", "HVAC"), removes=False),
    "energy": Sort(
        "/device_consumption", lambda one: [{"stat_consumption": f"sensor.n{one}"}], removes=False
    ),
    "entity": Sort("/icon", only=("light.bed_light", "light.ceiling_lights"), removes=False),
    "exposure": Sort("/expose_new", _flag, follows=("entities",), removes=False),
    "floor": Sort("/icon"),
    "helper": Sort("/icon"),
    "label": Sort("/description"),
    "note": Sort("/text"),
    "person": Sort("/picture"),
    "scene": Sort("/icon"),
    "script": Sort("/description"),
    "tag": Sort("/description"),
    "todo_item": Sort("/description"),
    "zone": Sort("/icon"),
}
LEFT_OUT: Final = {
    "group": "only read",
    "user": "only read",
    "integration": "one that is switched off takes its devices, entities and items with it",
}
"""The kinds that are not made or changed at random, and why."""

_FORMS: Final = {
    "template/sensor": Sort("/state", lambda one: f"{{{{ {one} }}}}"),
    "group/light": Sort("/all", _flag),
    "threshold": Sort("/upper", lambda one: 20.0 + one),
    "min_max": Sort("/round_digits", lambda one: float(one % 6)),  # Home Assistant takes up to 6
}
"""The helpers that go through forms, by variant; of these only our own can come back whole."""


async def bodies(store: Store, *, without: tuple[str, ...]) -> Bodies:
    """Read every document."""
    found: Bodies = {}
    for kind in SORTS:
        for row in await rows(store, kind):
            body = (await store.get(kind, row.id)).snapshot.body
            left = {*without, *SORTS[kind].follows}
            found[kind, row.id] = normalised({k: v for k, v in body.items() if k not in left})
    return found


async def rows(store: Store, kind: str) -> Sequence[Listed]:
    """Return the documents of a kind that are looked at."""
    found, only = await store.all(kind), SORTS[kind].only
    if not only or only is OWN:
        return found
    return [row for row in found if row.id.startswith(only) or row.name.startswith(only)]


class Assistant:
    """A client that makes, changes, removes and takes back at random."""

    def __init__(self, store: Store, name: str) -> None:
        """Take its name, which decides what it does."""
        self._store = store
        self._name = name
        self._random = Random(name)  # the same in each run
        self._count = 0
        self._there = 0

    async def act(self) -> set[Key]:
        """Do something; returns what it was done to: nothing when another one was faster."""
        weights = (3, 5, 2, 1) if self._there < MANY else (2, 5, 3, 1)
        ways = (self._make, self._change, self._remove, self._take_back)
        way = self._random.choices(ways, weights)[0]
        try:
            return await way()
        except (Conflict, NotFound):
            return set()

    async def _make(self) -> set[Key]:
        kinds = sorted({case.kind for case in CASES})
        kind = self._random.choice(kinds)
        case = self._random.choice([case for case in CASES if case.kind == kind])
        self._count += 1
        receipt = await make(self._store, self._named(case))
        self._there += 1
        return _touched(receipt)

    async def _change(self) -> set[Key]:
        document = await self._any(list(SORTS))
        sort = _sort_of(document)
        patch = [{"op": "add", "path": sort.path, "value": sort.value(self._random.randrange(10))}]
        wish = Wish(Edit(patch=patch), id=document.id, etag=document.etag)
        plan = await self._store.plan_set(document.kind, [wish], may_shrink=False)
        return _touched(await self._store.write(plan, self._name, ""))

    async def _remove(self) -> set[Key]:
        document = await self._any([kind for kind, sort in SORTS.items() if sort.removes])
        plan = await self._store.plan_remove(document.kind, [document.id], document.etag)
        receipt = await self._store.write(plan, self._name, "")
        self._there -= 1
        return _touched(receipt)

    async def _take_back(self) -> set[Key]:
        change = await self._store.last_change(self._name)
        plan = await self._store.plan_undo([change.number])
        receipt = await self._store.write(plan, self._name, "")
        self._there += {"create": -1, "remove": 1}.get(change.what, 0)
        return _touched(receipt)

    async def _any(self, kinds: Sequence[str]) -> Document:
        while True:
            kind = self._random.choice(kinds)
            found = [row for row in await rows(self._store, kind) if _is_ours_to_touch(kind, row)]
            if not found:
                continue
            document = await self._store.get(kind, self._random.choice(found).id)
            if not document.snapshot.fixed and not document.snapshot.partial:
                return document

    def _named(self, case: Case) -> Case:
        words = f"{self._name} {self._count}"
        sides = FOLLOWS if self._random.random() < 0.5 else ()  # what these name may be gone
        config: dict[str, Any] = {k: v for k, v in case.config.items() if k not in sides}
        for key in ("alias", "name", "summary", "text"):
            if key in config:
                config[key] = words
        for key, name in (("dashboard", "title"), ("blueprint", "name")):
            if key in config:
                config[key] = {**config[key], name: words}
        if "url" in config:
            config["url"] = f"/local/{self._name}{self._count}.js"
        return replace(case, config=config)


def _sort_of(document: Document) -> Sort:
    return _FORMS.get(document.snapshot.variant, SORTS[document.kind])


def _is_ours_to_touch(kind: str, row: Listed) -> bool:
    """Tell whether a row is one that can be changed and removed, and comes back whole."""
    own = SORTS[kind].only is OWN or (kind == "helper" and "." not in row.id)
    return row.id != "lovelace" and (not own or row.name.startswith(OWN))


def _touched(receipt: Receipt) -> set[Key]:
    ids = [(one.kind, one_id) for one in receipt.written for one_id in (one.id, one.asked_id)]
    return {one for one in ids if one[1]}
