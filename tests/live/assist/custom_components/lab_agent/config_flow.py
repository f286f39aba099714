"""Adding the agent: nothing to ask."""

from typing import Any

from homeassistant.config_entries import ConfigFlow, ConfigFlowResult

from . import DOMAIN


class AgentFlow(ConfigFlow, domain=DOMAIN):
    """Create the one entry."""

    async def async_step_user(self, _user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Create the entry at once."""
        return self.async_create_entry(title="Agent of the lab", data={})
