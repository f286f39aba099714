"""A line under Settings, System, Repairs, System information."""

from typing import Any

from homeassistant.components import system_health
from homeassistant.core import HomeAssistant, callback
from homeassistant.loader import async_get_integration

from .const import DOMAIN


@callback
def async_register(_: HomeAssistant, register: system_health.SystemHealthRegistration) -> None:
    """Register the line."""
    register.async_register_info(_info)


async def _info(hass: HomeAssistant) -> dict[str, Any]:
    version = str((await async_get_integration(hass, DOMAIN)).version)
    entries = hass.config_entries.async_loaded_entries(DOMAIN)
    info: dict[str, Any] = {"version": version, "webhooks": len(entries)}
    if entries:
        url = str(entries[0].runtime_data.target.health_url)
        info["can_reach_server"] = system_health.async_check_can_reach_url(hass, url)
    return info
