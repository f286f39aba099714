"""The devices of the lab's large home, as its plan says, and a source of state changes."""

import json
from datetime import timedelta
from itertools import count, cycle
from pathlib import Path
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant, ServiceCall, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.event import async_track_time_interval

DOMAIN = "large_home"
PLATFORMS = [
    Platform.BINARY_SENSOR,
    Platform.BUTTON,
    Platform.CLIMATE,
    Platform.COVER,
    Platform.FAN,
    Platform.LIGHT,
    Platform.LOCK,
    Platform.MEDIA_PLAYER,
    Platform.NUMBER,
    Platform.SELECT,
    Platform.SENSOR,
    Platform.SWITCH,
    Platform.UPDATE,
]


async def async_setup_entry(hass: HomeAssistant, entry: ConfigEntry) -> bool:
    """Make the devices of the plan."""
    path = Path(hass.config.path("house_plan.json"))
    plan = json.loads(await hass.async_add_executor_job(path.read_text))
    entry.runtime_data = {"devices": plan["devices"], "changing": []}
    _leave_orphans(hass, entry, plan["orphans"])
    await hass.config_entries.async_forward_entry_setups(entry, PLATFORMS)
    _offer_changes(hass, entry)
    return True


def _leave_orphans(hass: HomeAssistant, entry: ConfigEntry, orphans: list[str]) -> None:
    """Register entities that nothing provides any more, as removed devices leave them."""
    registry = er.async_get(hass)
    for entity_id in orphans:
        domain, object_id = entity_id.split(".")
        registry.async_get_or_create(
            domain, DOMAIN, object_id, suggested_object_id=object_id, config_entry=entry
        )


def _offer_changes(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Offer an action that changes so many states a second until it is told another rate."""
    running: list[Any] = []
    changing = cycle(entry.runtime_data["changing"])
    numbers = count()

    @callback
    def change(_now: Any) -> None:
        entity = next(changing)
        entity.change(next(numbers))

    async def set_rate(call: ServiceCall) -> None:
        while running:
            running.pop()()
        if rate := float(call.data["per_second"]):
            every = timedelta(seconds=1 / rate)
            running.append(async_track_time_interval(hass, change, every))

    hass.services.async_register(DOMAIN, "set_change_rate", set_rate)
