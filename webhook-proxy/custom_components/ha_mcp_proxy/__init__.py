"""Carries what assistants say from Home Assistant's own address to the MCP server, and back.

It holds no logic that could live in the server: each change here costs a restart of Home Assistant.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from aiohttp import DummyCookieJar
from homeassistant.components import webhook
from homeassistant.config_entries import SOURCE_HASSIO, ConfigEntry
from homeassistant.const import CONF_WEBHOOK_ID
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ConfigEntryNotReady
from homeassistant.helpers.aiohttp_client import async_create_clientsession
from homeassistant.helpers.event import async_track_time_interval
from homeassistant.loader import async_get_integration

from . import issues, removed, signing_in
from .const import CONF_ON_DISK, CONF_REMOTE, DOMAIN
from .health import Health
from .outside import Outside
from .relay import NO_LOGIN, TOO_FAR_APART, Relay
from .target import Target

_LOOK_EVERY: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Running:
    """What belongs to an entry while it is loaded."""

    target: Target
    health: Health
    version: str


type RelayEntry = ConfigEntry[Running]


async def async_setup_entry(hass: HomeAssistant, entry: RelayEntry) -> bool:
    """Open the webhook."""
    target = Target.of(entry.data)
    version = str((await async_get_integration(hass, DOMAIN)).version)
    issues.restart_needed(hass, entry, loaded=version, on_disk=entry.data.get(CONF_ON_DISK))
    # Answers are passed on as they are, so nothing is unpacked and no cookie is kept.
    session = async_create_clientsession(hass, auto_decompress=False, cookie_jar=DummyCookieJar())
    health = Health(hass, entry, session, target)
    webhook_id: str = entry.data[CONF_WEBHOOK_ID]
    outside = Outside(hass, webhook_id, entry.data.get(CONF_REMOTE))
    relay = Relay(session, target, outside, health, blocked=_objection(hass, entry, target))
    try:
        webhook.async_register(
            hass,
            DOMAIN,
            entry.title,
            webhook_id,
            relay.handle,
            # Core answers the others by itself, and writes the secret id into its log for it.
            allowed_methods=webhook.SUPPORTED_METHODS,
        )
    except ValueError as err:
        raise ConfigEntryNotReady(translation_domain=DOMAIN, translation_key="id_in_use") from err
    entry.async_on_unload(lambda: webhook.async_unregister(hass, webhook_id))
    entry.async_on_unload(signing_in.opened(hass, webhook_id, relay))
    entry.async_on_unload(async_track_time_interval(hass, health.look, _LOOK_EVERY))
    entry.runtime_data = Running(target, health, version)
    return True


def _objection(hass: HomeAssistant, entry: RelayEntry, target: Target) -> str | None:
    """Return why the server may not be asked: better not at all than without the login."""
    if target.login and (target.token is None or target.contracts is None):
        return NO_LOGIN
    fits = issues.versions_fit(hass, entry, target.needs, target.contracts)
    return None if fits else TOO_FAR_APART


async def async_unload_entry(hass: HomeAssistant, entry: RelayEntry) -> bool:
    """Close the webhook; everything was registered to end with the entry."""
    issues.all_gone(hass, entry)
    return True


async def async_remove_entry(hass: HomeAssistant, entry: RelayEntry) -> None:
    """Remember that the owner wanted this, so that it only comes back when asked for."""
    issues.all_gone(hass, entry)
    if entry.source == SOURCE_HASSIO and entry.unique_id:
        await removed.remember(hass, entry.unique_id)
        issues.folder_remains(hass)
