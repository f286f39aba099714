"""Locks of the large home."""

from typing import Any

from homeassistant.components.lock import LockEntity

from .entity import PlannedEntity, setup


class PlannedLock(PlannedEntity, LockEntity):
    """A lock that is at once as it is told."""

    @property
    def is_locked(self) -> bool:
        """Whether it is locked."""
        return not self.planned["on"]

    async def async_lock(self, **_kwargs: Any) -> None:
        """Lock."""
        self.planned["on"] = False
        self.async_write_ha_state()

    async def async_unlock(self, **_kwargs: Any) -> None:
        """Unlock."""
        self.planned["on"] = True
        self.async_write_ha_state()


async_setup_entry = setup("lock", PlannedLock)
