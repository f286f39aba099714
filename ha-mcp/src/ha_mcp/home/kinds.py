"""The kinds of things a home has, by every word that is used for them.

One enum for every argument that takes a kind: singulars, plurals and Home Assistant's own domains
mean the same.
"""

from typing import Final

from ..problems import NotFound
from .finding.words import plain, singular

STORED_HELPERS: Final = (
    "input_boolean",
    "input_button",
    "input_number",
    "input_select",
    "input_text",
    "input_datetime",
    "counter",
    "timer",
    "schedule",
)
"""The helpers that are WebSocket collections; their domain is the helper type."""

FLOW_HELPERS: Final = (
    "bayesian",
    "derivative",
    "filter",
    "generic_hygrostat",
    "generic_thermostat",
    "history_stats",
    "integration",
    "min_max",
    "mold_indicator",
    "otp",
    "random",
    "statistics",
    "switch_as_x",
    "template",
    "threshold",
    "tod",
    "trend",
    "utility_meter",
)
"""The helpers that are config entries; ``group`` is one too, and a kind of its own."""

_WORDS: Final = {
    "entity": "entities",
    "device": "",
    "area": "room",
    "floor": "",
    "label": "",
    "automation": "",
    "script": "",
    "scene": "",
    "blueprint": "",
    "dashboard": "lovelace card view badge panel",
    "dashboard_resource": "resource lovelace_resource",
    "helper": " ".join((*STORED_HELPERS, *FLOW_HELPERS)),
    "category": "",
    "zone": "",
    "person": "people",
    "tag": "",
    "integration": "config_entry entry",
    "group": "",
    "calendar_event": "calendar event",
    "todo_item": "todo todo_list shopping_list",
    "energy": "energy_preferences",
    "exposure": "exposed_entity",
    "assist_pipeline": "pipeline voice_assistant",
    "user": "",
    "backup": "",
    "app": "addon add_on hassio",
    "app_repository": "repository addon_repository",
    "hacs_repository": "hacs marketplace",
    "note": "",
}

KINDS: Final = tuple(_WORDS)
"""Every kind, by its one name."""

SEARCHED: Final = (
    "entity", "device", "area", "floor", "label", "automation", "script", "scene", "dashboard",
    "helper", "person", "zone", "group", "assist_pipeline", "energy",
)  # fmt: skip
"""The kinds that the index knows."""

_BY_WORD: Final = {
    plain(spelling): kind for kind, others in _WORDS.items() for spelling in (kind, *others.split())
}

_BY_DOMAIN: Final = {
    **dict.fromkeys(("automation", "script", "scene", "person", "zone", "group"), ""),
    **dict.fromkeys(STORED_HELPERS, "helper"),
}


def find_kind(text: str) -> str | None:
    """Return the kind that a word means, or None."""
    asked = plain(text)
    head, _, last = asked.rpartition(" ")
    return _BY_WORD.get(asked) or _BY_WORD.get(f"{head} {singular(last)}".strip())


def kind_of(text: str) -> str:
    """Return the kind that a word means; raises NotFound with the nearest kinds."""
    kind = find_kind(text)
    if kind is None:
        raise NotFound.naming("kind", text, KINDS)
    return kind


def kind_of_domain(domain: str) -> str:
    """Return the kind an entity of this domain is listed as: ``entity`` unless it is configured."""
    return _BY_DOMAIN.get(domain, "entity") or domain
