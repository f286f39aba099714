"""Fans of the large home."""

from typing import Any

from homeassistant.components.fan import FanEntity, FanEntityFeature

from .entity import PlannedEntity, setup


class PlannedFan(PlannedEntity, FanEntity):
    """A fan with one speed."""

    _attr_supported_features = FanEntityFeature.TURN_ON | FanEntityFeature.TURN_OFF

    @property
    def is_on(self) -> bool:
        """Whether it turns."""
        return bool(self.planned["on"])

    def _switch(self, *, on: bool) -> None:
        self.planned["on"] = on
        self.async_write_ha_state()

    async def async_turn_on(self, *_args: Any, **_kwargs: Any) -> None:
        """Turn."""
        self._switch(on=True)

    async def async_turn_off(self, **_kwargs: Any) -> None:
        """Stop."""
        self._switch(on=False)


async_setup_entry = setup("fan", PlannedFan)
