"""Every sort of flow: set up, found, sign in again, configure anew, options, parts, waits."""

import asyncio
from typing import Any

import voluptuous as vol
from homeassistant.config_entries import (
    ConfigEntry,
    ConfigFlow,
    ConfigFlowResult,
    ConfigSubentryFlow,
    OptionsFlow,
    SubentryFlowResult,
)
from homeassistant.core import callback
from homeassistant.helpers.selector import TextSelector, TextSelectorConfig, TextSelectorType

PASSWORD = TextSelector(TextSelectorConfig(type=TextSelectorType.PASSWORD))
ACCOUNT = vol.Schema({vol.Required("host"): str, vol.Required("password"): PASSWORD})
SIGN_IN = vol.Schema({vol.Required("password"): PASSWORD})


class HubFlow(ConfigFlow, domain="hub_of_the_lab"):
    """Sets up a hub."""

    found: dict
    pairing: asyncio.Task | None = None

    @staticmethod
    @callback
    def async_get_options_flow(_entry: ConfigEntry) -> OptionsFlow:
        """Return the flow of options."""
        return HubOptions()

    @classmethod
    @callback
    def async_get_supported_subentry_types(cls, _entry: ConfigEntry) -> dict[str, Any]:
        """Return the sorts of parts."""
        return {"room": RoomFlow}

    async def async_step_user(self, user_input: Any = None) -> ConfigFlowResult:
        """Ask for the account; then whether to pair."""
        if user_input is None:
            return self.async_show_form(step_id="user", data_schema=ACCOUNT)
        if user_input["password"] == "wrong":
            return self.async_show_form(
                step_id="user", data_schema=ACCOUNT, errors={"password": "invalid_auth"}
            )
        self.found = user_input
        return await self.async_step_how()

    async def async_step_how(self, _user_input: Any = None) -> ConfigFlowResult:
        """Ask whether to wait for the device."""
        return self.async_show_menu(step_id="how", menu_options=["now", "pair"])

    async def async_step_now(self, _user_input: Any = None) -> ConfigFlowResult:
        """Make the entry."""
        return self.async_create_entry(title=f"Hub {self.found['host']}", data=self.found)

    async def async_step_pair(self, _user_input: Any = None) -> ConfigFlowResult:
        """Wait for the device, which takes a moment."""
        if self.pairing is None:
            self.pairing = self.hass.async_create_task(asyncio.sleep(0.2))
        if not self.pairing.done():
            return self.async_show_progress(
                step_id="pair", progress_action="pairing", progress_task=self.pairing
            )
        return self.async_show_progress_done(next_step_id="now")

    async def async_step_integration_discovery(self, info: Any) -> ConfigFlowResult:
        """Ask whether to take what was found."""
        await self.async_set_unique_id(info["host"])
        self.found = {**info, "password": "old"}
        self.context["title_placeholders"] = {"name": "Attic hub"}
        return await self.async_step_confirm()

    async def async_step_confirm(self, user_input: Any = None) -> ConfigFlowResult:
        """Take it."""
        if user_input is None:
            return self.async_show_form(step_id="confirm")
        return await self.async_step_now()

    async def async_step_reauth(self, _data: Any) -> ConfigFlowResult:
        """Ask for the password."""
        return await self.async_step_sign_in()

    async def async_step_sign_in(self, user_input: Any = None) -> ConfigFlowResult:
        """Keep it."""
        if user_input is None:
            return self.async_show_form(step_id="sign_in", data_schema=SIGN_IN)
        return self.async_update_reload_and_abort(self._get_reauth_entry(), data_updates=user_input)

    async def async_step_reconfigure(self, user_input: Any = None) -> ConfigFlowResult:
        """Move it to another address."""
        entry = self._get_reconfigure_entry()
        if user_input is None:
            shown = self.add_suggested_values_to_schema(ACCOUNT, entry.data)
            return self.async_show_form(step_id="reconfigure", data_schema=shown)
        return self.async_update_reload_and_abort(
            entry, title=f"Hub {user_input['host']}", data_updates=user_input
        )


class HubOptions(OptionsFlow):
    """Changes options."""

    async def async_step_init(self, user_input: Any = None) -> ConfigFlowResult:
        """Take them, rounded: what is stored is not always what was sent."""
        if user_input is not None:
            stored = {**user_input, "seconds": user_input["seconds"] // 10 * 10}
            return self.async_create_entry(data=stored)
        schema = vol.Schema({vol.Required("seconds"): int, vol.Optional("pin"): PASSWORD})
        shown = self.add_suggested_values_to_schema(
            schema, {"seconds": 30, **self.config_entry.options}
        )
        return self.async_show_form(step_id="init", data_schema=shown)


class RoomFlow(ConfigSubentryFlow):
    """Adds a part."""

    async def async_step_user(self, user_input: Any = None) -> SubentryFlowResult:
        """Take its name."""
        if user_input is not None:
            return self.async_create_entry(title=user_input["name"], data=user_input)
        return self.async_show_form(
            step_id="user", data_schema=vol.Schema({vol.Required("name"): str})
        )
