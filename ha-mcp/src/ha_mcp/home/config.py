"""What Core says of itself: where, which version, which zone."""

from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from msgspec import Struct


class Config(Struct, frozen=True):
    """The answer of ``get_config``, as far as it is used."""

    location_name: str = "Home"
    time_zone: str = "UTC"
    version: str = ""
    state: str = ""  # RUNNING, STARTING ...
    safe_mode: bool = False
    recovery_mode: bool = False
    language: str = "en"
    unit_system: dict[str, str] = {}
    components: frozenset[str] = frozenset()

    @property
    def zone(self) -> tzinfo:
        """The home's time zone; UTC when this machine does not know it."""
        try:
            return ZoneInfo(self.time_zone)
        except (ZoneInfoNotFoundError, ValueError):
            return UTC

    def local(self, timestamp: float) -> datetime:
        """Return the local time of seconds since the epoch."""
        return datetime.fromtimestamp(timestamp, self.zone)
