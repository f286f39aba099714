"""An integration whose flows can be walked to every end without a device; a test installs it."""

from homeassistant.config_entries import SOURCE_INTEGRATION_DISCOVERY, ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.discovery_flow import async_create_flow

DOMAIN = "hub_of_the_lab"
CONFIG_SCHEMA = cv.empty_config_schema(DOMAIN)


async def async_setup(hass: HomeAssistant, _config: dict) -> bool:
    """Find a hub, as if it had announced itself."""
    async_create_flow(
        hass, DOMAIN, {"source": SOURCE_INTEGRATION_DISCOVERY}, {"host": "attic.local"}
    )
    return True


async def async_setup_entry(hass: HomeAssistant, entry: ConfigEntry) -> bool:
    """Load a hub; one with an old password asks to sign in again."""
    if entry.data["password"] == "old":
        entry.async_start_reauth(hass)
    return True


async def async_unload_entry(_hass: HomeAssistant, _entry: ConfigEntry) -> bool:
    """Unload a hub."""
    return True
