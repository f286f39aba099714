"""Buttons of the large home."""

from homeassistant.components.button import ButtonEntity

from .entity import PlannedEntity, setup


class PlannedButton(PlannedEntity, ButtonEntity):
    """A button that does nothing."""

    async def async_press(self) -> None:
        """Be pressed."""


async_setup_entry = setup("button", PlannedButton)
