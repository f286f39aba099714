"""How an entry comes about: announced by the app without a click, or by the address of a server."""

import secrets
from typing import Any, Final

import voluptuous as vol
from homeassistant.components import webhook
from homeassistant.config_entries import SOURCE_HASSIO, ConfigFlow, ConfigFlowResult
from homeassistant.const import CONF_TOKEN, CONF_URL, CONF_WEBHOOK_ID
from homeassistant.helpers.selector import TextSelector, TextSelectorConfig, TextSelectorType
from homeassistant.helpers.service_info.hassio import HassioServiceInfo

from . import issues, removed
from .const import CONF_AUTH, CONF_CONTRACTS, CONF_ON_DISK, CONF_REMOTE, DOMAIN, TITLE
from .probe import problem_with

_ANNOUNCED: Final = (
    *(CONF_URL, CONF_TOKEN, CONF_WEBHOOK_ID, CONF_CONTRACTS, CONF_ON_DISK),
    *(CONF_AUTH, CONF_REMOTE),
)
_REQUIRED: Final = {CONF_URL, CONF_WEBHOOK_ID}
_FORM: Final = vol.Schema(
    {vol.Required(CONF_URL): TextSelector(TextSelectorConfig(type=TextSelectorType.URL))}
)


class RelayFlow(ConfigFlow, domain=DOMAIN):
    """Makes entries and keeps them up to date."""

    VERSION = 1

    def __init__(self) -> None:
        """Nothing is announced yet."""
        self._announced: dict[str, Any] = {}

    async def async_step_hassio(self, discovery_info: HassioServiceInfo) -> ConfigFlowResult:
        """Follow what the app announces: make the entry, or take over what has changed."""
        config = discovery_info.config
        if not config.keys() >= _REQUIRED:
            return self.async_abort(reason="not_understood")
        self._announced = {key: config[key] for key in _ANNOUNCED if config.get(key) is not None}
        issues.folder_is_needed(self.hass)
        self._adopt(discovery_info.uuid)
        await self.async_set_unique_id(discovery_info.uuid)
        self._abort_if_unique_id_configured(updates=self._announced)
        if await removed.was_removed(self.hass, discovery_info.uuid):
            return await self.async_step_hassio_confirm()
        return self.async_create_entry(title=TITLE, data=self._announced)

    async def async_step_hassio_confirm(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask first: the owner removed it once."""
        if user_input is None:
            return self.async_show_form(step_id="hassio_confirm")
        await removed.forget(self.hass)
        return self.async_create_entry(title=TITLE, data=self._announced)

    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for the private address of a server elsewhere."""
        errors: dict[str, str] = {}
        if user_input is not None:
            url = user_input[CONF_URL].strip()
            self._async_abort_entries_match({CONF_URL: url})
            problem = await problem_with(self.hass, url)
            if problem is None:
                return self._made(url)
            errors[CONF_URL] = problem
        form = self.add_suggested_values_to_schema(_FORM, user_input)
        return self.async_show_form(step_id="user", data_schema=form, errors=errors)

    async def async_step_reconfigure(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Lead the same webhook to another address."""
        entry = self._get_reconfigure_entry()
        if entry.source == SOURCE_HASSIO:
            return self.async_abort(reason="managed_by_the_app")
        errors: dict[str, str] = {}
        if user_input is not None:
            url = user_input[CONF_URL].strip()
            problem = await problem_with(self.hass, url)
            if problem is None:
                return self.async_update_reload_and_abort(entry, data_updates={CONF_URL: url})
            errors[CONF_URL] = problem
        return self.async_show_form(
            step_id="reconfigure",
            data_schema=self.add_suggested_values_to_schema(_FORM, user_input or entry.data),
            errors=errors,
            description_placeholders={"path": _path(entry.data[CONF_WEBHOOK_ID])},
        )

    def _adopt(self, announcement: str) -> None:
        """Give the entry of an app that was installed anew, unseen by Core, to its new self."""
        for entry in self._async_current_entries(include_ignore=False):
            if entry.source == SOURCE_HASSIO and entry.unique_id != announcement:
                self.hass.config_entries.async_update_entry(entry, unique_id=announcement)
                return

    def _made(self, url: str) -> ConfigFlowResult:
        webhook_id = f"mcp_{secrets.token_hex(16)}"
        return self.async_create_entry(
            title=TITLE,
            data={CONF_URL: url, CONF_WEBHOOK_ID: webhook_id},
            description="elsewhere",
            description_placeholders={"path": _path(webhook_id)},
        )


def _path(webhook_id: str) -> str:
    return webhook.async_generate_path(webhook_id)
