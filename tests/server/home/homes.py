"""Whole homes in memory for what is asked of all parts of the home at once.

The large one is the plan of the lab's large home, in the shapes of Core's wire: what is found in
it must be found in the real one too.
"""

from typing import Any

from fakes.house import FakeHouse
from ha_mcp.home.bodies import Bodies
from ha_mcp.home.finding.index import Index
from ha_mcp.home.finding.search import Search
from ha_mcp.home.names import Names
from ha_mcp.home.references import References
from ha_mcp.home.registries import Registries
from ha_mcp.home.states import States
from ha_mcp.home.wire import Core, Rest
from ha_mcp.problems import NotFound, Rejected
from lab.homes.bodies import Bodies as Written
from lab.homes.plan import AREAS, FLOOR_NAMES, FLOORS, LABELS, Device, Entity, make_plan

_ALSO = {"climate": ("heat", "off"), "cover": ("open", "closed"), "lock": ("unlocked", "locked")}


class Known:
    """A home as it is known after one reading, without what keeps it current."""

    def __init__(self, core: Core, rest: Rest | None = None) -> None:
        """Take the wire."""
        self.core = core
        self.states = States()
        self.registries = Registries()
        self.bodies = Bodies(core, self.states, self.registries, rest)
        self.index = Index(self.states, self.registries, self.bodies)
        self.names = Names(self.states, self.registries)
        self.search = Search(self.index, self.states, self.registries, self.bodies, self.names)
        self.references = References(core, self.states, self.registries, self.bodies, self.names)

    async def read(self) -> "Known":
        """Read everything, as a sync does."""
        await self.core.subscribe("subscribe_entities", self.states.receive)
        await self.registries.fetch_areas(self.core)
        await self.registries.fetch_floors(self.core)
        await self.registries.fetch_labels(self.core)
        await self.registries.fetch_devices(self.core)
        await self.registries.fetch_entities(self.core)
        await self.registries.fetch_aliases(self.core, self.registries.entities)
        self.index.reconcile()
        await self.bodies.refresh_all()
        return self


def add_bodies(house: FakeHouse, domain: str, bodies: dict[str, dict[str, Any]]) -> None:
    """Let the house know the bodies of automations or scripts by entity id."""
    for entity_id, body in bodies.items():
        if entity_id not in house.states:
            house.add(entity_id, "on" if domain == "automation" else "off", name=body["alias"])
            house.registry["entity"][-1] |= {
                "unique_id": str(body.get("id", entity_id.partition(".")[2])),
                "platform": domain,
            }

    def answer(fields: dict[str, Any]) -> dict[str, Any]:
        return {"config": bodies[fields["entity_id"]]}

    house.answers[f"{domain}/config"] = answer


def add_scene(house: FakeHouse, entity_id: str, name: str, members: list[str]) -> None:
    """Add a scene of scenes.yaml."""
    storage_id = entity_id.partition(".")[2]
    house.add(entity_id, "unknown", name=name)
    house.states[entity_id]["a"] |= {"id": storage_id, "entity_id": members}
    house.registry["entity"][-1] |= {"unique_id": storage_id, "platform": "homeassistant"}


def add_dashboards(house: FakeHouse, dashboards: dict[str, dict[str, Any]]) -> None:
    """Add dashboards by url path."""
    listed = [
        {"id": path, "url_path": path, "title": body.get("title"), "mode": "storage"}
        for path, body in dashboards.items()
    ]
    house.answers["lovelace/dashboards/list"] = lambda _: listed

    def answer(fields: dict[str, Any]) -> dict[str, Any]:
        if fields["url_path"] not in dashboards:
            raise Rejected("No config found.")
        return dashboards[fields["url_path"]]

    house.answers["lovelace/config"] = answer


def add_helper(house: FakeHouse, domain: str, item: dict[str, Any]) -> None:
    """Add a storage helper."""
    before = house.answers.get(f"{domain}/list")
    items = [*(before({}) if before else ()), item]
    house.answers[f"{domain}/list"] = lambda _: items
    house.add(f"{domain}.{item['id']}", "off", name=item["name"])
    house.registry["entity"][-1] |= {"unique_id": item["id"], "platform": domain}


class Forms:
    """The options forms of helper entries over REST, and which of them are open."""

    def __init__(self, fields: dict[str, list[dict[str, Any]]]) -> None:
        """Take the fields of each entry's form."""
        self.fields = fields
        self.opened: list[str] = []
        self.open: set[str] = set()

    async def post_json(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """Open a form."""
        entry_id = body["handler"]
        if not path.endswith("options/flow") or entry_id not in self.fields:
            raise NotFound(f"There is no path {path!r}")
        self.opened.append(entry_id)
        self.open.add(f"flow-{entry_id}")
        return {
            "flow_id": f"flow-{entry_id}",
            "type": "form",
            "handler": entry_id,
            "step_id": "init",
            "data_schema": self.fields[entry_id],
        }

    async def delete(self, path: str) -> None:
        """Close a form."""
        self.open.remove(path.rpartition("/")[2])

    async def get_json(self, path: str, **_query: str) -> Any:
        """Serve nothing else."""
        raise NotFound(f"There is no path {path!r}")

    async def get_bytes(self, path: str, *, most: int, **_query: str) -> tuple[bytes, str]:
        """Serve nothing else."""
        raise NotFound(f"There is no path {path!r}", most=most)


def add_flow_helper(house: FakeHouse, entry_id: str, domain: str, entity_id: str) -> None:
    """Add a helper that is a config entry, with its entity."""
    before = house.answers.get("config_entries/get")
    entry = {
        "entry_id": entry_id,
        "domain": domain,
        "title": entity_id.partition(".")[2].replace("_", " ").capitalize(),
        "modified_at": 1.0,
        "supports_options": True,
        "disabled_by": None,
    }
    entries = [*(before({}) if before else ()), entry]
    house.answers["config_entries/get"] = lambda _: entries
    house.add(entity_id, "1")
    house.registry["entity"][-1] |= {"platform": domain, "config_entry_id": entry_id}


def large_home() -> FakeHouse:
    """Return the large home: 1,200 devices, 6,600 entities, and what is written around them."""
    plan, house = make_plan(), FakeHouse()
    written = Written(plan)
    _add_places(house)
    for number, device in enumerate(plan.devices):
        _add_device(house, number, device)
    for entity_id in plan.orphans:
        house.add(entity_id, "unavailable", restored=True)
    add_bodies(
        house,
        "automation",
        {f"automation.{_slug(body['alias'])}": body for body in written.automations()},
    )
    add_bodies(
        house, "script", {f"script.{name}": body for name, body in written.scripts().items()}
    )
    for body in written.scenes():
        add_scene(house, f"scene.{_slug(body['name'])}", body["name"], list(body["entities"]))
    for domain, fields in written.helpers():
        add_helper(house, domain, {"id": _slug(fields["name"]), **fields})
    add_dashboards(house, {"large-home": written.dashboard()})
    return house


def _add_places(house: FakeHouse) -> None:
    for floor_id, level in FLOORS.items():
        name = FLOOR_NAMES[floor_id]
        house.registry["floor"].append({"floor_id": floor_id, "name": name, "level": level})
    for area in AREAS:
        house.add_area(
            area.id,
            area.name,
            floor_id=area.floor,
            aliases=list(area.aliases),
            labels=list(area.labels),
        )
    for name in LABELS:
        house.registry["label"].append({"label_id": _slug(name), "name": name})


def _add_device(house: FakeHouse, number: int, device: Device) -> None:
    device_id = f"{number:032x}"
    house.registry["device"].append(
        {
            "id": device_id,
            "name": device.name,
            "name_by_user": device.renamed,
            "area_id": device.area,
            "manufacturer": device.maker,
            "labels": list(device.labels),
        }
    )
    for at, entity in enumerate(device.entities):
        _add_entity(house, device, entity)
        elsewhere = number % 100 == 50 and at == 1
        house.registry["entity"][-1] |= {
            "unique_id": entity.unique_id,
            "platform": "large_home",
            "device_id": device_id,
            "original_name": entity.part.name,
            "area_id": "storage_room" if elsewhere else None,
        }


def _add_entity(house: FakeHouse, device: Device, entity: Entity) -> None:
    part = entity.part
    attributes: dict[str, Any] = {
        "device_class": part.device_class,
        "state_class": part.state_class,
    }
    if part.unit:
        attributes["unit_of_measurement"] = part.unit
    name = " ".join(one for one in (device.renamed or device.name, part.name) if one)
    house.add(entity.entity_id, _state(entity), name=name, **attributes)
    house.registry["entity"][-1] |= {
        "disabled_by": None if part.enabled else "integration",
        "hidden_by": None if part.visible else "integration",
        "entity_category": part.category,
    }
    if not part.enabled:
        del house.states[entity.entity_id]


def _state(entity: Entity) -> str:
    if not entity.available:
        return "unavailable"
    if not entity.known:
        return "unknown"
    if entity.part.domain in ("sensor", "number"):
        return str(entity.value)
    return _ALSO.get(entity.part.domain, ("on", "off"))[0 if entity.on else 1]


def _slug(name: str) -> str:
    return name.lower().replace("-", "_").replace(" ", "_")
