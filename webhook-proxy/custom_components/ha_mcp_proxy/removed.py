"""Which announcements the owner has removed: they come back only when asked for.

Home Assistant offers a removed entry again at once, and at each start. An app that is installed
anew announces itself under a new id, so it is not held back.
"""

from typing import Final, TypedDict

from homeassistant.core import HomeAssistant
from homeassistant.helpers.storage import Store

from .const import DOMAIN

_VERSION: Final = 1


class _Stored(TypedDict):
    announcements: list[str]


def _store(hass: HomeAssistant) -> Store[_Stored]:
    return Store(hass, _VERSION, DOMAIN)


async def was_removed(hass: HomeAssistant, announcement: str) -> bool:
    """Tell whether the owner removed the entry of this announcement."""
    stored = await _store(hass).async_load()
    return stored is not None and announcement in stored["announcements"]


async def remember(hass: HomeAssistant, announcement: str) -> None:
    """Keep it; only the newest matters, because an app has one announcement at a time."""
    await _store(hass).async_save({"announcements": [announcement]})


async def forget(hass: HomeAssistant) -> None:
    """Drop it: the owner wants it again."""
    await _store(hass).async_remove()
