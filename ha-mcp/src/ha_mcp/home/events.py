"""Firing events of one's own on Home Assistant's bus."""

import re
from collections.abc import Mapping
from typing import Any, Final

from ..problems import Forbidden, Invalid
from .wire import Core

_LONGEST: Final = 64  # Core's own limit

# What Core and its parts tell each other. Fired by somebody else they are lies: integrations
# would act on states, entities and users that are not so.
_RESERVED: Final = re.compile(
    r"""\*
    | state_(changed|reported)
    | call_service | service_(registered|removed)
    | homeassistant_(start|started|stop|final_write|close)
    | component_loaded | core_config_updated | config_entry_discovered
    | (area|category|device|entity|floor|label|repairs_issue)_registry_updated
    | (labs|lovelace|panels|themes)_updated | logging_changed
    | user_(added|updated|removed)
    | automation_(triggered|reloaded) | script_started | scene_reloaded
    | recorder_(5min|hourly)_statistics_generated
    | supervisor_event
    """,
    re.VERBOSE,
)


class Events:
    """The bus, as far as callers may speak on it."""

    def __init__(self, core: Core) -> None:
        """Take the wire."""
        self._core = core

    async def fire(self, event_type: str, data: Mapping[str, Any]) -> str:
        """Fire an event, once, and return the id of its context.

        Raises Invalid for what is no event type, Forbidden for Core's own events.
        """
        name = event_type.strip()
        if not name or len(name) > _LONGEST:
            raise Invalid(
                f"An event type has 1 to {_LONGEST} characters", what="argument", which="event_type"
            )
        if _RESERVED.fullmatch(name):
            raise Forbidden(
                f"{name} is Home Assistant's own event: fired from outside it would be a lie",
                hint="To move the house call an action; to test, fire an event type of your own",
                what="event type",
                which=name,
            )
        answer = await self._core.command("fire_event", event_type=name, event_data=dict(data))
        return str(answer["context"]["id"])
