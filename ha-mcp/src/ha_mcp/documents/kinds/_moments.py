"""Days and times in bodies: one spelling each, times in the zone of the home."""

from datetime import date, datetime, tzinfo
from typing import Any, Final

from ...problems import Invalid

_DAY_LENGTH: Final = len("2026-01-31")


def spelled(value: Any, zone: tzinfo, field: str) -> str:
    """Return a day as ``2026-01-31``, a time with its offset; raises Invalid."""
    text = str(value).strip()
    try:
        if len(text) <= _DAY_LENGTH:
            return date.fromisoformat(text).isoformat()
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise Invalid(
            f"{field} is no day and no time: {text!r}",
            hint="Give 2026-01-31, or 2026-01-31T18:30 in the home's own time",
            what="field",
            which=field,
        ) from None
    local = moment.astimezone(zone) if moment.tzinfo else moment.replace(tzinfo=zone)
    return local.isoformat(timespec="seconds")


def is_day(text: str) -> bool:
    """Tell a day from a time."""
    return len(text) <= _DAY_LENGTH
