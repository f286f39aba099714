"""Firmware of devices."""

from typing import Any

from homeassistant.components.update import UpdateEntity

from .entity import PlannedEntity, setup


class PlannedUpdate(PlannedEntity, UpdateEntity):
    """A firmware that is current, or is not."""

    _attr_latest_version = "2.1.7"

    def __init__(self, device: dict[str, Any], planned: dict[str, Any]) -> None:
        super().__init__(device, planned)
        self._attr_installed_version = "2.0.4" if planned["value"] < 8 else "2.1.7"


async_setup_entry = setup("update", PlannedUpdate)
