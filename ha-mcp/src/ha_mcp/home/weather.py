"""Forecasts: part of the state of a weather entity, although Core wants an action for them."""

from typing import Any, Final

from .wire import Core

_MOST = 7
# Bits of supported_features (WeatherEntityFeature in Core), longest look first.
_KINDS: Final = ((1, "daily"), (4, "twice_daily"), (2, "hourly"))


async def forecast(core: Core, entity_id: str, supported: int) -> list[dict[str, Any]] | None:
    """Return the next days (or hours) of a weather entity; None when it offers none."""
    kind = next((name for bit, name in _KINDS if supported & bit), None)
    if kind is None:
        return None
    answer = await core.command(
        "call_service",
        domain="weather",
        service="get_forecasts",
        service_data={"type": kind},
        target={"entity_id": entity_id},
        return_response=True,
    )
    days: list[dict[str, Any]] = answer["response"][entity_id]["forecast"]
    return days[:_MOST]
