"""Which actions a body runs, as far as it tells: a list of steps, however deeply nested."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from .table import DEVICE_TYPES

_ACTION_KEYS: Final = ("action", "service", "perform_action", "service_template")
_TARGETS: Final = ("area_id", "device_id", "floor_id", "label_id")
_ACTION: Final = re.compile(r"[a-z0-9_]+\.[a-z0-9_]+")
_SCENE_KEY: Final = "scene"


@dataclass(frozen=True, slots=True)
class Step:
    """One action of a body, with what it is for."""

    action: str  # empty when only running it tells
    entity_ids: tuple[str, ...] = ()
    others: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # areas, devices, ...
    data: Mapping[str, Any] = field(default_factory=dict)


def steps(body: Any) -> Iterator[Step]:
    """Yield every action in a body."""
    if isinstance(body, Mapping):
        yield from _here(body)
        for value in body.values():
            yield from steps(value)
    elif isinstance(body, list):
        for value in body:
            yield from steps(value)


def _here(body: Mapping[str, Any]) -> Iterator[Step]:
    """Yield the action that a mapping itself is."""
    named = next((body[key] for key in _ACTION_KEYS if isinstance(body.get(key), str)), None)
    if named is not None and ("." in named or _is_template(named)):
        targets = [one for one in (body.get("target"), body.get("data"), body) if one]
        for action in _ACTION.findall(named) or [""]:
            yield Step(
                action,
                tuple(_listed(targets, "entity_id")),
                {key: tuple(_listed(targets, key)) for key in _TARGETS},
                _mapping(body.get("data")),
            )
    if isinstance(body.get("type"), str) and isinstance(body.get("domain"), str):
        yield _of_device(body)
    if isinstance(scene := body.get(_SCENE_KEY), str) and scene.startswith("scene."):
        yield Step("scene.turn_on", (scene,))


def _of_device(body: Mapping[str, Any]) -> Step:
    """Read a step that the editor made for a device: ``{"domain": "lock", "type": "unlock"}``."""
    domain, kind = body["domain"], body["type"]
    name = DEVICE_TYPES.get(kind, kind)
    if domain in ("cover", "valve") and name in ("open", "close"):
        name = f"{name}_{domain}"
    # It names its entity by the registry's own id, which says nothing here: its device does.
    entity = body.get("entity_id")
    known = (entity,) if isinstance(entity, str) and "." in entity else ()
    device = body.get("device_id")
    others = {"device_id": (device,)} if isinstance(device, str) and not known else {}
    return Step(f"{domain}.{name}", known, others)


def _listed(targets: list[Any], key: str) -> Iterator[str]:
    for target in targets:
        if isinstance(target, str):
            yield target  # the whole target is a template
            continue
        value = target.get(key) if isinstance(target, Mapping) else None
        values = value if isinstance(value, list) else [value]
        yield from (part.strip() for one in values if one for part in str(one).split(","))


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _is_template(text: str) -> bool:
    return "{{" in text or "{%" in text
