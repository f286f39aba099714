"""The energy dashboard: which statistics it shows, and as what."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ...problems import NotFound, Unsupported
from ..wire import Core
from .recorded import Summary

DEVICE = "device"
# What the whole home used: what came in minus what went out.
_SIGNS = {"from grid": 1, "to grid": -1, "solar": 1, "from battery": 1, "to battery": -1}
_ROLES = {
    ("grid", "stat_energy_from"): "from grid",
    ("grid", "stat_energy_to"): "to grid",
    ("solar", "stat_energy_from"): "solar",
    ("battery", "stat_energy_from"): "from battery",
    ("battery", "stat_energy_to"): "to battery",
    ("gas", "stat_energy_from"): "gas",
    ("water", "stat_energy_from"): "water",
    ("home", "stat_energy_to"): "whole home",
}
_MONEY = {
    "stat_cost": ("stat_energy_from", "cost"),
    "stat_compensation": ("stat_energy_to", "compensation"),
}


@dataclass(frozen=True, slots=True)
class Flow:
    """One statistic of the dashboard."""

    statistic_id: str
    role: str
    name: str | None = None


async def energy_flows(core: Core, *, devices_only: bool = False) -> list[Flow]:
    """Return what the dashboard shows; raises Unsupported where it is not set up."""
    try:
        prefs = await core.command("energy/get_prefs")
    except NotFound as err:
        raise Unsupported(
            "The energy dashboard of this home is not set up",
            hint="Name sensors that count energy instead",
        ) from err
    flows = list(_devices(prefs))
    if not devices_only:
        info = await core.command("energy/info")
        flows = [*_sources(prefs, info.get("cost_sensors") or {}), *flows]
    if not flows:
        raise Unsupported("The energy dashboard of this home shows nothing yet")
    return list({flow.statistic_id: flow for flow in reversed(flows)}.values())[::-1]


def used(summaries: Sequence[Summary]) -> float | None:
    """Return the kWh the home used, if the dashboard's flows are among the summaries."""
    flows = [
        _SIGNS[one.subject.role] * one.change
        for one in summaries
        if one.subject.role in _SIGNS and one.change is not None and one.subject.unit == "kWh"
    ]
    return sum(flows) if flows else None


def _sources(prefs: Mapping[str, Any], cost_sensors: Mapping[str, str]) -> Iterator[Flow]:
    for source in prefs.get("energy_sources") or ():
        kind = source["type"]
        # Older Cores nest the meters of a grid into flow_from and flow_to.
        for part in (source, *source.get("flow_from", ()), *source.get("flow_to", ())):
            for key, role in ((key, role) for (of, key), role in _ROLES.items() if of == kind):
                if part.get(key):
                    yield Flow(part[key], role, source.get("name"))
            for key, (meter, role) in _MONEY.items():
                statistic_id = part.get(key) or cost_sensors.get(part.get(meter) or "")
                if statistic_id:
                    yield Flow(statistic_id, f"{role} of {kind}")


def _devices(prefs: Mapping[str, Any]) -> Iterator[Flow]:
    roles = {"device_consumption": DEVICE, "device_consumption_water": f"water {DEVICE}"}
    for key, role in roles.items():
        for one in prefs.get(key) or ():
            yield Flow(one["stat_consumption"], role, one.get("name"))
