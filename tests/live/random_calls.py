"""Calls of all tools, as many as are wanted: from their schemas, and from what a home has."""

import random
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from ha_mcp.home import Home
from ha_mcp.toolkit import Catalog
from live.documents import CASES

type Arguments = dict[str, Any]

_TEXTS: Final = (
    "",
    "kitchen",
    "me",
    "3h",
    "yesterday",
    "c1",
    "last",
    "light.nope",
    "🏠",
    "{{ 1 }}",
)


class RandomCalls:
    """Makes the same calls for the same seed."""

    def __init__(self, catalog: Catalog, home: Home, seed: int) -> None:
        """Take the tools and a home whose things are named."""
        self._random = random.Random(seed)
        self._schemas = {tool.name: tool.contract()["inputSchema"] for tool in catalog}
        self._pools = _pools(home)
        self._written = list(_written(home))

    def __iter__(self) -> Iterator[tuple[str, Arguments]]:
        """Make calls for ever: each tool in turn, each third one as a person would write it."""
        while True:
            for name, schema in self._schemas.items():
                yield name, self._object(schema)
            yield self._random.choice(self._written)

    def _object(self, schema: Mapping[str, Any]) -> Arguments:
        required = schema.get("required", ())
        return {
            name: self._value(name, part)
            for name, part in schema["properties"].items()
            if name in required or self._random.random() < 0.4
        }

    def _value(self, name: str, schema: Mapping[str, Any]) -> Any:
        pool = self._pools.get(name)
        if pool and self._random.random() < 0.8:
            return self._random.choice(pool)
        if schema.get("type") == "object" and "properties" in schema:
            return self._object(schema)
        if schema.get("type") == "array":
            count = self._random.randint(0, 2)
            return [self._value(name, schema.get("items", {})) for _ in range(count)]
        return self._random.choice(schema.get("enum") or self._of(schema.get("type")))

    def _of(self, kind: str | None) -> Sequence[Any]:
        match kind:
            case "object":
                return ({}, {"name": "Random"}, {"alias": "R", "actions": []})
            case "boolean":
                return (True, False)
            case "integer" | "number":
                return range(20)
            case _:
                return (*_TEXTS, *self._pools["entity_id"][:20])


def _pools(home: Home) -> dict[str, Sequence[Any]]:
    """Return real values for arguments, by their names."""
    entity_ids = [state.entity_id for state in home.states]
    actions = sorted(home.actions.ids)
    documents = [document.id for document in home.bodies]
    areas = list(home.registries.areas)
    bodies = [case.config for case in CASES]
    return {
        "entity_id": entity_ids,
        "entity_ids": [[one] for one in entity_ids],
        "entity": entity_ids,
        "action": actions,
        "area": areas,
        "area_id": [[one] for one in areas],
        "target": [{"entity_id": [one]} for one in entity_ids],
        "id": [*documents, *entity_ids],
        "ids": [[one] for one in documents],
        "config": bodies,
        "merge": bodies,
        "handler": ["local_todo", "template", "group", "threshold", "derivative", "sun"],
        "template": ["{{ states('sun.sun') }}", "{{ states | count }}", "{{ now() }}", "{% x"],
        "changes": [["last"], ["c1"], ["c1", "c2"]],
        "event_type": ["my_event", "doorbell"],
        "watch": [0],
        "new_entity_id": ["light.renamed", "switch.renamed"],
        "renames": [{one: f"{one}_new"} for one in entity_ids[:50]],
        "start": ["3h", "yesterday"],
        "end": ["", "now"],
    }


def _written(home: Home) -> Iterator[tuple[str, Arguments]]:
    """Yield calls that would work for somebody who may do everything."""
    for case in CASES:
        variant = {"variant": case.variant} if case.variant else {}
        given = {"kind": case.kind, **variant, "config": case.config}
        yield "ha_config_set", given
        yield "ha_config_set", {**given, "preview": True}
        yield "ha_config_describe", {"kind": case.kind, **variant}
    for document in home.bodies:
        yield "ha_config_get", {"kind": document.kind, "id": document.id}
        yield "ha_config_remove", {"kind": document.kind, "ids": [document.id]}
        yield "ha_config_set", {
            "kind": document.kind, "id": document.id, "merge": {"alias": "Random"},
        }  # fmt: skip
    for state in home.states:
        if state.domain in ("light", "switch", "cover", "lock"):
            for name in ("turn_on", "toggle", "open_cover", "unlock"):
                action = f"{state.domain}.{name}"
                if action in home.actions.ids:
                    yield (
                        "ha_call_action",
                        {"action": action, "target": state.entity_id, "watch": 0},
                    )
    yield "ha_fire_event", {"event_type": "my_event", "data": {"a": 1}}
    yield "ha_config_flow", {"handler": "local_todo"}
    yield "ha_rename", {"entity_id": "light.bed_light", "new_entity_id": "light.renamed"}
    yield "ha_undo", {"changes": ["last"]}
