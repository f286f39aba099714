"""Speakers and televisions of the large home."""

from homeassistant.components.media_player import (
    MediaPlayerEntity,
    MediaPlayerEntityFeature,
    MediaPlayerState,
)

from .entity import PlannedEntity, setup


class PlannedPlayer(PlannedEntity, MediaPlayerEntity):
    """A player that can be switched."""

    _attr_supported_features = MediaPlayerEntityFeature.TURN_ON | MediaPlayerEntityFeature.TURN_OFF
    _attr_source_list = ["Radio", "TV", "Line in", "Spotify"]

    @property
    def state(self) -> MediaPlayerState:
        """What it does."""
        return MediaPlayerState.PLAYING if self.planned["on"] else MediaPlayerState.OFF

    async def async_turn_on(self) -> None:
        """Play."""
        self.planned["on"] = True
        self.async_write_ha_state()

    async def async_turn_off(self) -> None:
        """Be quiet."""
        self.planned["on"] = False
        self.async_write_ha_state()


async_setup_entry = setup("media_player", PlannedPlayer)
