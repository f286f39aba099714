"""What all entities of the large home have in common."""

from collections.abc import Callable
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.helpers.device_registry import DeviceInfo
from homeassistant.helpers.entity import Entity, EntityCategory
from homeassistant.helpers.entity_platform import AddEntitiesCallback

from . import DOMAIN


class PlannedEntity(Entity):
    """An entity as the plan describes it."""

    _attr_should_poll = False
    _attr_has_entity_name = True

    def __init__(self, device: dict[str, Any], planned: dict[str, Any]) -> None:
        part = planned["part"]
        self.planned = planned
        self.part = part
        self.entity_id = planned["entity_id"]
        self._attr_unique_id = planned["unique_id"]
        self._attr_name = part["name"]
        self._attr_available = planned["available"]
        self._attr_entity_registry_enabled_default = part["enabled"]
        self._attr_entity_registry_visible_default = part["visible"]
        if part["category"]:
            self._attr_entity_category = EntityCategory(part["category"])
        if part["device_class"]:
            self._attr_device_class = part["device_class"]
        self._attr_device_info = DeviceInfo(
            identifiers={(DOMAIN, device["id"])}, name=device["name"], manufacturer=device["maker"]
        )


def setup(domain: str, make: Callable[..., PlannedEntity]) -> Callable[..., Any]:
    """Return the set-up of a platform that makes its part of the plan."""

    async def async_setup_entry(
        _hass: Any, entry: ConfigEntry, async_add_entities: AddEntitiesCallback
    ) -> None:
        made = [
            make(device, planned)
            for device in entry.runtime_data["devices"]
            for planned in device["entities"]
            if planned["part"]["domain"] == domain
        ]
        if domain == "sensor":
            steady = {"energy", "battery", "duration"}
            entry.runtime_data["changing"] += [
                entity
                for entity in made
                if entity.planned["available"]
                and entity.part["enabled"]
                and entity.part["device_class"] not in steady
            ]
        async_add_entities(made)

    return async_setup_entry
