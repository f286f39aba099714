"""What the owner is told under Settings, Repairs."""

from typing import Any, Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.issue_registry import IssueSeverity

from ._shared.relay import Contracts
from .const import DOMAIN

RESTART: Final = "restart_needed"
_AWAY: Final = "server_away"
_SERVER_OLD: Final = "server_too_old"
_RELAY_OLD: Final = "relay_too_old"
_FOLDER: Final = "folder_remains"


def restart_needed(
    hass: HomeAssistant, entry: ConfigEntry[Any], *, loaded: str, on_disk: str | None
) -> None:
    """Say when Core runs another version than the one on the disk."""
    if on_disk is None or on_disk == loaded:
        _gone(hass, entry, RESTART)
    else:
        known = {"loaded": loaded, "on_disk": on_disk}
        _there(hass, entry, RESTART, IssueSeverity.WARNING, fixable=True, **known)


def versions_fit(
    hass: HomeAssistant, entry: ConfigEntry[Any], ours: Contracts, theirs: Contracts | None
) -> bool:
    """Say when relay and server have no contract in common; an unknown one is given a try."""
    fits = theirs is None or ours.common(theirs) is not None
    for name, wrong in (
        (_SERVER_OLD, not fits and theirs is not None and theirs.newest < ours.oldest),
        (_RELAY_OLD, not fits and theirs is not None and theirs.oldest > ours.newest),
    ):
        if wrong:
            _there(hass, entry, name, IssueSeverity.ERROR)
        else:
            _gone(hass, entry, name)
    return fits


def server_is_away(hass: HomeAssistant, entry: ConfigEntry[Any], reason: str) -> None:
    """Say that assistants reach nothing."""
    _there(hass, entry, _AWAY, IssueSeverity.ERROR, title=entry.title, reason=reason)


def server_is_back(hass: HomeAssistant, entry: ConfigEntry[Any]) -> None:
    """Take that back."""
    _gone(hass, entry, _AWAY)


def folder_remains(hass: HomeAssistant) -> None:
    """Say that the integration's folder is still there; nobody else could."""
    ir.async_create_issue(
        hass,
        DOMAIN,
        _FOLDER,
        is_fixable=False,
        severity=IssueSeverity.WARNING,
        translation_key=_FOLDER,
        translation_placeholders={"folder": f"custom_components/{DOMAIN}"},
    )


def folder_is_needed(hass: HomeAssistant) -> None:
    """Take that back: the app is there."""
    ir.async_delete_issue(hass, DOMAIN, _FOLDER)


def all_gone(hass: HomeAssistant, entry: ConfigEntry[Any]) -> None:
    """Leave nothing behind."""
    for name in (RESTART, _AWAY, _SERVER_OLD, _RELAY_OLD):
        _gone(hass, entry, name)


def _there(
    hass: HomeAssistant,
    entry: ConfigEntry[Any],
    name: str,
    severity: IssueSeverity,
    *,
    fixable: bool = False,
    **placeholders: str,
) -> None:
    ir.async_create_issue(
        hass,
        DOMAIN,
        f"{name}_{entry.entry_id}",
        is_fixable=fixable,
        severity=severity,
        translation_key=name,
        translation_placeholders=placeholders or None,
    )


def _gone(hass: HomeAssistant, entry: ConfigEntry[Any], name: str) -> None:
    ir.async_delete_issue(hass, DOMAIN, f"{name}_{entry.entry_id}")
