"""Sensors of the large home."""

from typing import Any

from homeassistant.components.sensor import SensorEntity

from .entity import PlannedEntity, setup


class PlannedSensor(PlannedEntity, SensorEntity):
    """A number that somebody measures."""

    def __init__(self, device: dict[str, Any], planned: dict[str, Any]) -> None:
        super().__init__(device, planned)
        self._attr_native_unit_of_measurement = self.part["unit"]
        self._attr_state_class = self.part["state_class"]
        self._attr_native_value = planned["value"] if planned["known"] else None

    def change(self, number: int) -> None:
        """Measure something else."""
        span = self.part["high"] - self.part["low"]
        self._attr_native_value = round(self.part["low"] + number * 0.7 % span, 1)
        self.async_write_ha_state()


async_setup_entry = setup("sensor", PlannedSensor)
