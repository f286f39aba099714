"""Blinds and curtains of the large home."""

from typing import Any

from homeassistant.components.cover import CoverEntity, CoverEntityFeature

from .entity import PlannedEntity, setup


class PlannedCover(PlannedEntity, CoverEntity):
    """A cover that is at once where it is sent."""

    _attr_supported_features = (
        CoverEntityFeature.OPEN | CoverEntityFeature.CLOSE | CoverEntityFeature.SET_POSITION
    )

    def __init__(self, device: dict[str, Any], planned: dict[str, Any]) -> None:
        super().__init__(device, planned)
        self._attr_current_cover_position = int(planned["value"]) if planned["on"] else 0

    @property
    def is_closed(self) -> bool:
        """Whether it is all the way down."""
        return self._attr_current_cover_position == 0

    def _move(self, position: int) -> None:
        self._attr_current_cover_position = position
        self.async_write_ha_state()

    async def async_open_cover(self, **_kwargs: Any) -> None:
        """Open."""
        self._move(100)

    async def async_close_cover(self, **_kwargs: Any) -> None:
        """Close."""
        self._move(0)

    async def async_set_cover_position(self, **kwargs: Any) -> None:
        """Go to a position."""
        self._move(kwargs["position"])


async_setup_entry = setup("cover", PlannedCover)
