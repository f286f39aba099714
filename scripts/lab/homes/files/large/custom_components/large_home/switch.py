"""Switches of the large home."""

from typing import Any

from homeassistant.components.switch import SwitchEntity

from .entity import PlannedEntity, setup


class PlannedSwitch(PlannedEntity, SwitchEntity):
    """A switch."""

    @property
    def is_on(self) -> bool:
        """Whether it is on."""
        return bool(self.planned["on"])

    async def async_turn_on(self, **_kwargs: Any) -> None:
        """Switch on."""
        self.planned["on"] = True
        self.async_write_ha_state()

    async def async_turn_off(self, **_kwargs: Any) -> None:
        """Switch off."""
        self.planned["on"] = False
        self.async_write_ha_state()


async_setup_entry = setup("switch", PlannedSwitch)
