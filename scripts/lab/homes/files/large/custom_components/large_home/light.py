"""Lights of the large home."""

from typing import Any

from homeassistant.components.light import ColorMode, LightEntity, LightEntityFeature

from .entity import PlannedEntity, setup


class PlannedLight(PlannedEntity, LightEntity):
    """A white light with brightness, colour temperature and some effects."""

    _attr_color_mode = ColorMode.COLOR_TEMP
    _attr_supported_color_modes = {ColorMode.COLOR_TEMP}
    _attr_supported_features = LightEntityFeature.TRANSITION | LightEntityFeature.EFFECT
    _attr_effect_list = ["candle", "fire", "prism", "sparkle", "opal", "glisten"]
    _attr_min_color_temp_kelvin = 2202
    _attr_max_color_temp_kelvin = 6535

    def __init__(self, device: dict[str, Any], planned: dict[str, Any]) -> None:
        super().__init__(device, planned)
        self._attr_is_on = planned["on"]
        self._attr_brightness = int(planned["value"] * 2.5)
        self._attr_color_temp_kelvin = 2700

    async def async_turn_on(self, **kwargs: Any) -> None:
        """Shine."""
        self._attr_is_on = True
        self._attr_brightness = kwargs.get("brightness", self._attr_brightness)
        self._attr_color_temp_kelvin = kwargs.get("color_temp_kelvin", self._attr_color_temp_kelvin)
        self.async_write_ha_state()

    async def async_turn_off(self, **_kwargs: Any) -> None:
        """Go dark."""
        self._attr_is_on = False
        self.async_write_ha_state()


async_setup_entry = setup("light", PlannedLight)
