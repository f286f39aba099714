"""Settings of devices that are choices."""

from homeassistant.components.select import SelectEntity

from .entity import PlannedEntity, setup


class PlannedSelect(PlannedEntity, SelectEntity):
    """A choice."""

    _attr_options = ["off", "on", "toggle", "previous"]
    _attr_current_option = "previous"

    async def async_select_option(self, option: str) -> None:
        """Choose."""
        self._attr_current_option = option
        self.async_write_ha_state()


async_setup_entry = setup("select", PlannedSelect)
