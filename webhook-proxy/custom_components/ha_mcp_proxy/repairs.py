"""What the owner can have repaired by a click."""

from typing import Final

from homeassistant.components.repairs import RepairsFlow, RepairsFlowResult
from homeassistant.core import DOMAIN as HOMEASSISTANT
from homeassistant.core import HomeAssistant

_RESTART: Final = "restart"  # Core has had several places for this name


class RestartFlow(RepairsFlow):
    """Restarts Home Assistant, after asking."""

    async def async_step_init(self, _: dict[str, str] | None = None) -> RepairsFlowResult:
        """Ask."""
        return await self.async_step_confirm()

    async def async_step_confirm(
        self, user_input: dict[str, str] | None = None
    ) -> RepairsFlowResult:
        """Restart; Core checks its configuration before it does."""
        if user_input is None:
            return self.async_show_form(step_id="confirm")
        await self.hass.services.async_call(HOMEASSISTANT, _RESTART)
        return self.async_create_entry(data={})


async def async_create_fix_flow(
    _: HomeAssistant, __: str, ___: dict[str, str | int | float | None] | None
) -> RepairsFlow:
    """Return the flow of the only issue that can be repaired by a click."""
    return RestartFlow()
