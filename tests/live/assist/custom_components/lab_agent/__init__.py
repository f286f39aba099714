"""A conversation agent that stands in for a language model: it calls the tool it is told to."""

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant

DOMAIN = "lab_agent"


async def async_setup_entry(hass: HomeAssistant, entry: ConfigEntry) -> bool:
    """Set up its one entity."""
    await hass.config_entries.async_forward_entry_setups(entry, [Platform.CONVERSATION])
    return True
