"""Home Assistant's selectors, in a few words."""

from collections.abc import Mapping
from typing import Any

_MOST_OPTIONS = 25


def kind_of(selector: Mapping[str, Any]) -> str:
    """Return what a selector accepts: ``number 0..100 %``, ``one of: a b``, ``entity of light``."""
    kind, facts = next(iter(selector.items()), ("any", None))
    facts = facts or {}
    match kind:
        case "number":
            unit = facts.get("unit_of_measurement", "")
            return f"number {facts.get('min', '')}..{facts.get('max', '')} {unit}".rstrip(" .")
        case "select":
            return _options(facts)
        case "target":
            return (
                ", ".join(_filtered("entity", one) for one in _listed(facts.get("entity")))
                or "any entity"
            )
        case "entity" | "device":
            filters = _listed(facts.get("filter") or facts)
            return ", ".join(dict.fromkeys(_filtered(kind, one) for one in filters)) or kind
        case "constant":
            return f"always {facts.get('value')}"
        case _:
            return kind


def _options(facts: Mapping[str, Any]) -> str:
    options = [
        str(one.get("value") if isinstance(one, Mapping) else one)
        for one in facts.get("options", ())
    ]
    shown = " ".join(options[:_MOST_OPTIONS])
    more = f" and {len(options) - _MOST_OPTIONS} more" if len(options) > _MOST_OPTIONS else ""
    words = "any of" if facts.get("multiple") else "one of"
    own = " or your own" if facts.get("custom_value") else ""
    return f"{words}: {shown}{more}{own}"


def _filtered(kind: str, one: Mapping[str, Any]) -> str:
    parts = [
        " or ".join(_texts(one.get("device_class"))),
        " or ".join(_texts(one.get("domain"))),
        f"from {' or '.join(_texts(one['integration']))}" if one.get("integration") else "",
    ]
    said = " ".join(part for part in parts if part)
    return f"{kind} of {said}" if said else kind


def _listed(value: Any) -> list[Mapping[str, Any]]:
    if not value:
        return []
    return value if isinstance(value, list) else [value]


def _texts(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value or ())
