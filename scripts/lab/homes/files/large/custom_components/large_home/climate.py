"""Thermostats of the large home."""

from typing import Any

from homeassistant.components.climate import ClimateEntity, ClimateEntityFeature, HVACMode
from homeassistant.const import UnitOfTemperature

from .entity import PlannedEntity, setup


class PlannedClimate(PlannedEntity, ClimateEntity):
    """A thermostat."""

    _attr_hvac_modes = [HVACMode.OFF, HVACMode.HEAT]
    _attr_temperature_unit = UnitOfTemperature.CELSIUS
    _attr_supported_features = ClimateEntityFeature.TARGET_TEMPERATURE

    def __init__(self, device: dict[str, Any], planned: dict[str, Any]) -> None:
        super().__init__(device, planned)
        self._attr_hvac_mode = HVACMode.HEAT if planned["on"] else HVACMode.OFF
        self._attr_current_temperature = 15 + planned["value"] / 10
        self._attr_target_temperature = 20

    async def async_set_temperature(self, **kwargs: Any) -> None:
        """Heat to another temperature."""
        self._attr_target_temperature = kwargs["temperature"]
        self.async_write_ha_state()

    async def async_set_hvac_mode(self, hvac_mode: HVACMode) -> None:
        """Heat or do not."""
        self._attr_hvac_mode = hvac_mode
        self.async_write_ha_state()


async_setup_entry = setup("climate", PlannedClimate)
