"""What the model would decide is said to it, as JSON; the rest is what every agent does.

It is given the tools of Home Assistant's MCP client, and nothing else.
"""

import json
from typing import Literal

from homeassistant.components import conversation
from homeassistant.components.conversation import (
    AssistantContent,
    ChatLog,
    ConversationInput,
    ConversationResult,
)
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.helpers import intent, llm
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from . import DOMAIN


async def async_setup_entry(
    hass: HomeAssistant, entry: ConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the agent."""
    async_add_entities([Agent(entry)])


class Agent(conversation.ConversationEntity):
    """Calls one tool and says what it answered."""

    _attr_name = "Lab agent"

    def __init__(self, entry: ConfigEntry) -> None:
        """Be the agent of this entry."""
        self._attr_unique_id = entry.entry_id

    @property
    def supported_languages(self) -> list[str] | Literal["*"]:
        """Take JSON in any language."""
        return "*"

    async def _async_handle_message(
        self, user_input: ConversationInput, chat_log: ChatLog
    ) -> ConversationResult:
        theirs = [api.id for api in llm.async_get_apis(self.hass) if api.id.startswith("mcp-")]
        await chat_log.async_provide_llm_data(user_input.as_llm_context(DOMAIN), theirs)
        decided = json.loads(user_input.text)
        call = llm.ToolInput(tool_name=decided["tool"], tool_args=decided["arguments"])
        content = AssistantContent(agent_id=self.entity_id, tool_calls=[call])
        results = [one async for one in chat_log.async_add_assistant_content(content)]
        response = intent.IntentResponse(language=user_input.language)
        response.async_set_speech(json.dumps(results[0].result.data))
        return ConversationResult(
            response=response, conversation_id=chat_log.conversation_id, continue_conversation=False
        )
