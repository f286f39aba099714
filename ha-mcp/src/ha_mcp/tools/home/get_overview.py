"""The home at a glance."""

from collections.abc import Iterator, Sequence
from typing import Annotated

from ...documents import Remembered
from ...home import AreaGlance, Glance, Home, State
from ...toolkit import Answer, Field, Profile, Risk, Table, tool
from .._said import now_line

_MOST_NAMED = 6
_MOST_AREAS = 40
_MOST_ENTITIES = 150
_UNINTERESTING = {"diagnostic", "config"}


@tool(title="Home overview", risk=Risk.READ, shown={Profile.VOICE: ["area"]})
async def ha_get_overview(
    home: Home,
    remembered: Remembered,
    area: Annotated[str, Field("one area with its entities")] = "",
) -> Answer:
    """Show the home at a glance: areas, what is on or open, who is home, what needs attention."""
    if area:
        area_id = home.names.area(area)
        inside = [
            s.entity_id for s in home.states if home.registries.area_of(s.entity_id) == area_id
        ]
        notes = await remembered.about(inside)
        return now_line(home), _one_area(home, area_id), "\n".join(notes)
    seen = home.glance()
    lines = [line for line in (*_lines(home, seen), *await remembered.of_home()) if line]
    return now_line(home), "\n".join(lines), _areas(home, seen)


def _lines(home: Home, seen: Glance) -> Iterator[str]:
    config = home.config
    where = f"{config.location_name}: Home Assistant {config.version}"
    yield where if config.state == "RUNNING" else f"{where}, {config.state.lower()}"
    counts = ", ".join(f"{domain} {count}" for domain, count in seen.domains.most_common())
    yield f"{len(home.states)} entities: {counts}"
    yield f"{seen.lights_on} lights on, {len(seen.open)} of {seen.openings} doors and windows open"
    yield _named("open", seen.open)
    yield _named("unlocked", seen.told.get("lock", ()))
    yield _with_state("alarm", seen.told.get("alarm_control_panel", ()))
    yield _with_state("people", seen.told.get("person", ()))
    yield _named("playing", seen.told.get("media_player", ()))
    yield _with_state("batteries low", seen.told.get("sensor", ()))
    yield _named("updates", seen.told.get("update", ()))
    yield f"{seen.unavailable} entities unavailable" if seen.unavailable else ""
    yield f"{seen.automations_off} automations off" if seen.automations_off else ""
    labels = ", ".join(label.name for label in home.registries.labels.values())
    yield f"labels: {labels}" if labels else ""
    yield from home.limits()


def _named(what: str, states: Sequence[State]) -> str:
    return _said(what, [state.name or state.entity_id for state in states])


def _with_state(what: str, states: Sequence[State]) -> str:
    return _said(what, [f"{state.name or state.entity_id} {state.shown}" for state in states])


def _said(what: str, named: list[str]) -> str:
    more = f" and {len(named) - _MOST_NAMED} more" if len(named) > _MOST_NAMED else ""
    return f"{what}: {', '.join(named[:_MOST_NAMED])}{more}" if named else ""


def _areas(home: Home, seen: Glance) -> Table:
    floors = home.registries.floors
    rows = []
    for area in home.registries.areas.values():
        floor = floors.get(area.floor_id or "")
        counts = seen.areas.get(area.area_id, AreaGlance())
        rows.append(
            (
                area.name,
                floor.name if floor else None,
                counts.entities,
                f"{counts.lights_on}/{counts.lights}" if counts.lights else None,
                counts.open or None,
                counts.temperature,
                counts.humidity,
            )
        )
    rows.sort(key=lambda row: (row[1] or "~", row[0]))
    columns = ("area", "floor", "entities", "lights on", "open", "temperature", "humidity")
    lead = f"{len(rows)} areas, {seen.areas.get(None, AreaGlance()).entities} entities in none"
    return Table(columns, rows[:_MOST_AREAS], total=len(rows), lead=lead)


def _one_area(home: Home, area_id: str) -> Table:
    registries = home.registries
    rows, left_out = [], 0
    for state in home.states:
        if registries.area_of(state.entity_id) != area_id:
            continue
        entry = registries.entities.get(state.entity_id)
        if entry and (entry.hidden_by or entry.entity_category in _UNINTERESTING):
            left_out += 1
            continue
        rows.append((state.name, state.entity_id, state.shown, state.device_class))
    rows.sort(key=lambda row: row[1])
    note = (
        f"{left_out} hidden, configuration and diagnostic entities left out" if left_out else None
    )
    return Table(
        ("name", "id", "state", "class"), rows[:_MOST_ENTITIES], total=len(rows), note=note,
        lead=f"{registries.areas[area_id].name}: {len(rows)} entities",
    )  # fmt: skip
