"""Sensors that the energy dashboard cannot count with: of another class, or without statistics.

The rules are those of ``components/energy/validate.py``, asked before anything is stored.
"""

from collections.abc import Iterator
from typing import Any, Final

from ...home import Home
from ..kind import Body, Finding

_METERS: Final = ("stat_energy_from", "stat_energy_to", "stat_consumption")
_CLASSES: Final = {
    "gas": ("energy", "gas"),
    "water": ("water",),
    "device_consumption_water": ("water",),
}
_RATES: Final = {"water": ("volume_flow_rate",), "device_consumption_water": ("volume_flow_rate",)}
_COUNTING: Final = ("total", "total_increasing")


def unfit(home: Home, body: Body, before: Body) -> list[Finding]:
    """Return why new sensors would count nothing."""
    known = {(entity_id, classes) for _, entity_id, classes, _ in _named(before)}
    return [
        Finding(path, reason)
        for path, entity_id, classes, counts in _named(body)
        if (entity_id, classes) not in known
        and (reason := _reason(home, entity_id, classes, counts=counts))
    ]


def _named(body: Body) -> Iterator[tuple[str, str, tuple[str, ...], bool]]:
    """Yield each sensor with its place, the classes it may have, and whether it counts."""
    for key, rows in body.items():
        for at, row in enumerate(rows if isinstance(rows, list) else ()):
            if isinstance(row, dict):
                sort = str(row.get("type", "")) if key == "energy_sources" else key
                yield from _in_row(f"/{key}/{at}", sort, row)


def _in_row(
    path: str, sort: str, row: dict[str, Any]
) -> Iterator[tuple[str, str, tuple[str, ...], bool]]:
    for key in _METERS:
        if isinstance(row.get(key), str):
            yield f"{path}/{key}", row[key], _CLASSES.get(sort, ("energy",)), True
    if isinstance(row.get("stat_rate"), str):
        yield f"{path}/stat_rate", row["stat_rate"], _RATES.get(sort, ("power",)), False


def _reason(home: Home, entity_id: str, classes: tuple[str, ...], *, counts: bool) -> str:
    state = home.states.get(entity_id)
    if state is None:
        return ""  # a statistic from elsewhere, or a finding of its own
    if state.device_class not in classes:
        has = state.device_class or "none"
        return f"{entity_id} is of the class {has}, not {' or '.join(classes)}"
    said = state.attributes.get("state_class")
    if counts and said not in _COUNTING:
        return f"{entity_id} has the state_class {said}, so it does not count: {_COUNTING[1]} does"
    return "" if said else f"{entity_id} has no state_class, so it has no statistics"
