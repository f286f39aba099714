"""What forms of helpers ask for, in words and as a body that can be written as it is."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from ...home import Home
from ..kind import Body, FieldLine
from ._flows import FormField, Step

_LONGEST: Final = 100
_MOST_OPTIONS: Final = 12
_WORDS: Final = {
    "action": "list of actions",
    "automation_behavior": "each, first, all",
    "boolean": "true, false",
    "color_rgb": "[red, green, blue]",
    "duration": "{hours, minutes, seconds}",
    "device": "device id",
    "numeric_threshold": "{type: above or below, value: {number, unit_of_measurement} or {entity}},"
    " or {type: between or outside, value_min, value_max}",
    "string": "text",
    "integer": "number",
    "state": "state",
}
_SAMPLES: Final[Mapping[str, Any]] = {
    "action": [{"delay": 1}],
    "boolean": False,
    "duration": {"minutes": 5},
    "number": 2,
    "template": "{{ 1 }}",
    "text": "Example",
    "time": "08:00:00",
}
_NAMED: Final[Mapping[str, Any]] = {
    "before_time": "20:00:00",
    "condition": "{{ 'sunny' }}",
    "event_type": "{{ 'press' }}",
    "event_types": "{{ ['press', 'hold'] }}",
    "hvac_modes": "{{ ['off', 'heat'] }}",
    "operation_list": "{{ ['off', 'eco'] }}",
    "options": "{{ ['low', 'high'] }}",
    "url": "{{ 'http://camera.local/still.jpg' }}",
}
_MORE: Final[Mapping[str, Body]] = {
    "history_stats": {"state": ["on"], "start": "{{ today_at() }}", "end": "{{ now() }}"},
    "otp": {"token": "JBSWY3DPEHPK3PXP"},
    "template/cover": {"open_cover": [{"delay": 1}], "close_cover": [{"delay": 1}]},
    "template/device_tracker": {"latitude": "{{ 52.1 }}", "longitude": "{{ 4.3 }}"},
    "template/update": {"installed_version": "{{ '1.0' }}", "latest_version": "{{ '1.1' }}"},
    "statistics": {"state_characteristic": "mean", "max_age": {"hours": 24}},
    "threshold": {"upper": 25},
}
"""What a helper is of use with, besides the required fields of its first form."""


class Texts:
    """What Core says about the fields of the forms of one integration."""

    def __init__(self, domain: str, resources: Mapping[str, str]) -> None:
        """Take the resources of the category config."""
        prefix = f"component.{domain}.config.step."
        self._texts = {
            key.removeprefix(prefix): text
            for key, text in resources.items()
            if key.startswith(prefix)
        }

    def about(self, step: str, field: str, section: str = "") -> str:
        """Return what a field is for, in one sentence."""
        within = f"{step}.sections.{section}" if section else step
        for group in ("data_description", "data"):
            if text := self._texts.get(f"{within}.{group}.{field}"):
                return sentence(text)
        return ""

    def further(self, known: set[str], only: str = "") -> Iterator[FieldLine]:
        """Yield the fields that later forms ask for, or only those of one form."""
        seen = {*known}
        for key in self._texts:
            place, _, field = key.partition(".data.")
            step, _, section = place.partition(".sections.")
            name = f"{section}/{field}" if section else field
            if field and name not in seen and only in ("", step):
                seen.add(name)
                yield FieldLine(name, "", about=self.about(step, field, section))


def lines(step: Step, texts: Texts) -> Iterator[FieldLine]:
    """Yield the fields of a form; those of a section are keys of the object that it is."""
    for one in step.fields:
        if not one.fields:
            yield _line(one, step.step_id, texts)
        for inner in one.fields:
            yield _line(inner, step.step_id, texts, one.name)


def _line(field: FormField, step_id: str, texts: Texts, section: str = "") -> FieldLine:
    default = "" if field.value is None else f"default {json.dumps(field.value)}"
    about = "; ".join(filter(None, (default, texts.about(step_id, field.name, section))))
    name = f"{section}/{field.name}" if section else field.name
    return FieldLine(name, words(field), required=field.required, about=about)


def words(field: FormField) -> str:
    """Return what a field takes."""
    kind, settings = field.selector
    several = "list of " if settings.get("multiple") else ""
    if kind == "select":
        shown = [_option(one) for one in settings.get("options") or ()]
        more = " …" if len(shown) > _MOST_OPTIONS else ""
        return several + (", ".join(shown[:_MOST_OPTIONS]) + more or "text")
    if kind == "number":
        low, high = settings.get("min", ""), settings.get("max", "")
        unit = settings.get("unit_of_measurement") or ""
        return f"number {f'{low:g}..{high:g} ' if high != '' and low != '' else ''}{unit}".strip()
    if kind == "entity":
        domains = ", ".join(_texts(settings.get("domain")))
        return f"{several}entity id{f' of {domains}' if domains else ''}"
    if kind == "automation_behavior" and settings.get("mode") == "condition":
        return "any, all"
    if kind == "numeric_threshold" and settings.get("mode") == "changed":
        return f"{{type: any}}, {_WORDS[kind]}"
    return several + _WORDS.get(kind, kind or "any")


def example(home: Home, variant: str, step: Step) -> Body:
    """Return the least that makes a helper of this home."""
    body = {one.name: sample(home, one) for one in step.fields if one.required}
    return body | _MORE.get(variant, {})


def sample(home: Home, field: FormField) -> Any:
    """Return a value that a field takes, from this home where it can be."""
    kind, settings = field.selector
    chosen = _SAMPLES.get(kind, "Example")
    if field.value is not None:
        return field.value
    if kind in ("template", "time"):
        return _NAMED.get(field.name, chosen)
    if kind == "select" and settings.get("options"):
        chosen = _option(settings["options"][0])
    elif kind == "entity":
        chosen = _entity(home, [settings])
    elif kind == "target":
        chosen = _entity(home, settings.get("entity") or [{}])
    elif kind == "numeric_threshold":
        chosen = _threshold(settings)
    elif kind == "state" and field.name == "hvac_mode":
        chosen = "heat"
    elif kind == "device_class":
        chosen = settings.get("domain", "")
    return [chosen] if settings.get("multiple") else chosen


def entity_like(home: Home, domain: str, device_class: str = "") -> str:
    """Return an entity of this home, or what one may be called where there is none."""
    return _entity(home, [{"domain": domain, "device_class": device_class or None}])


def _threshold(settings: Mapping[str, Any]) -> Body:
    lowest = (settings.get("number") or {}).get("min")
    value: Body = {"number": 20 if lowest is None else lowest + 1}
    units = settings.get("unit_of_measurement") or []
    return {"type": "above", "value": value | ({"unit_of_measurement": units[0]} if units else {})}


def _entity(home: Home, filters: Sequence[Mapping[str, Any]]) -> str:
    """Return an entity of this home that fits, one with a value before one without."""
    wanted = [(_texts(one.get("domain")), _texts(one.get("device_class"))) for one in filters]
    fitting = [
        state
        for state in home.states
        if any(
            (not domains or state.domain in domains)
            and (not classes or state.device_class in classes)
            for domains, classes in wanted
        )
    ]
    domains = wanted[0][0]
    if not fitting:
        return f"{domains[0] if domains else 'sensor'}.example"
    best = min(fitting, key=lambda one: (not _is_number(one.state), one.entity_id))
    return best.entity_id


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _option(one: Any) -> str:
    return str(one.get("value") if isinstance(one, dict) else one)


def _texts(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value or ())


def sentence(text: str) -> str:
    """Return the first sentence of a text, or as much as is read."""
    first = " ".join(text.split()).partition(". ")[0].rstrip(".")
    return first if len(first) <= _LONGEST else f"{first[: _LONGEST - 1]}…"
