"""Settings of devices that are numbers."""

from typing import Any

from homeassistant.components.number import NumberEntity

from .entity import PlannedEntity, setup


class PlannedNumber(PlannedEntity, NumberEntity):
    """A number that can be set."""

    def __init__(self, device: dict[str, Any], planned: dict[str, Any]) -> None:
        super().__init__(device, planned)
        self._attr_native_unit_of_measurement = self.part["unit"]
        self._attr_native_min_value = self.part["low"]
        self._attr_native_max_value = self.part["high"]
        self._attr_native_step = 0.1
        self._attr_native_value = planned["value"]

    async def async_set_native_value(self, value: float) -> None:
        """Take another value."""
        self._attr_native_value = value
        self.async_write_ha_state()


async_setup_entry = setup("number", PlannedNumber)
