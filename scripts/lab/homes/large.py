"""The large home: 1,200 devices with 6,600 entities, and what people write around them.

Everything follows from the seed in `plan`, so that answers about this home can be asserted.
"""

import json
import shutil
from dataclasses import asdict
from pathlib import Path

from ..client import CoreClient
from .bodies import PACKAGED, WITHOUT_ID, Bodies
from .demo import add_dashboard, add_floors_and_areas, flow, update_entity
from .plan import AREAS, FLOOR_NAMES, FLOORS, LABELS, Plan, make_plan

_DASHBOARD = "large-home"


def write(config_dir: Path) -> None:
    """Write the plan for the integration, and the bodies; JSON is YAML too."""
    plan = make_plan()
    bodies = Bodies(plan)
    automations = bodies.automations()
    edited, packaged = _divide(automations, PACKAGED)
    _write(config_dir / "automations.yaml", [*edited, *automations[-WITHOUT_ID:]])
    _write(config_dir / "packages" / "more.yaml", {"automation": packaged})
    _write(config_dir / "scripts.yaml", bodies.scripts())
    _write(config_dir / "scenes.yaml", bodies.scenes())
    _write(config_dir / "house_plan.json", asdict(plan))
    shutil.copytree(
        Path(__file__).parent / "files" / "demo" / "blueprints", config_dir / "blueprints"
    )


async def furnish(client: CoreClient) -> None:
    """Add the devices, put them into rooms, and make what is kept in storage."""
    plan = make_plan()
    bodies = Bodies(plan)
    for name in LABELS:
        await client.command("config/label_registry/create", name=name)
    floors = {key: {"name": FLOOR_NAMES[key], "level": level} for key, level in FLOORS.items()}
    areas = {
        area.id: {
            "name": area.name,
            "floor_id": area.floor,
            "aliases": list(area.aliases),
            "labels": list(area.labels),
        }
        for area in AREAS
    }
    await add_floors_and_areas(client, floors, areas)
    await flow(client, "large_home")
    await _fill_rooms(client, plan)
    for domain, fields in bodies.helpers():
        await client.command(f"{domain}/create", **fields)
    await add_dashboard(client, _DASHBOARD, bodies.dashboard())


async def _fill_rooms(client: CoreClient, plan: Plan) -> None:
    """Put devices where they belong; a few entities are elsewhere than their device."""
    registry = await client.command("config/device_registry/list")
    ids = {identifier: row["id"] for row in registry for _, identifier in row["identifiers"]}
    for number, device in enumerate(plan.devices):
        await client.command(
            "config/device_registry/update",
            device_id=ids[device.id],
            area_id=device.area,
            name_by_user=device.renamed,
            labels=list(device.labels),
        )
        # The main entity has no name of its own, and Core keeps such a one with its device.
        if number % 100 == 50:
            await update_entity(client, device.entities[1].entity_id, area_id="storage_room")


def _divide[Item](items: list[Item], count: int) -> tuple[list[Item], list[Item]]:
    """Take some out of the middle, where ordinary ones are."""
    middle = len(items) // 2
    last = len(items) - WITHOUT_ID
    return items[:middle] + items[middle + count : last], items[middle : middle + count]


def _write(path: Path, body: object) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(body, ensure_ascii=False, indent=1))
