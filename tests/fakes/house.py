"""A home in memory that answers Home Assistant's wire commands, without a network.

It holds what a test puts into it and refuses what Core refuses: unknown commands, unknown
actions, entities that do not exist. Its answers have the shapes of Core 2026.11, which the live
tests check against the real one.
"""

import asyncio
import itertools
from collections.abc import Callable, Mapping
from typing import Any

import msgspec
import orjson

from ha_mcp.problems import Forbidden, NotFound, Rejected, Unreachable, Unsupported

type Listener = Callable[[bytes], None]

_START = 1_795_000_000.0  # an autumn evening in 2026


class FakeHouse:
    """Fits ``home.wire.Core`` and ``home.wire.Rest``."""

    def __init__(self) -> None:
        """Start with an empty, running home."""
        self.states: dict[str, dict[str, Any]] = {}
        self.registry: dict[str, list[dict[str, Any]]] = {
            name: [] for name in ("entity", "device", "area", "floor", "label")
        }
        self.services: dict[str, dict[str, Any]] = {}
        self.answers: dict[str, Callable[[dict[str, Any]], Any]] = {}  # further commands
        self.files: dict[str, tuple[bytes, str]] = {}  # what REST serves, by path
        self.sent: list[tuple[str, dict[str, Any]]] = []
        self.events: dict[str, Callable[[dict[str, Any]], Any]] = {}  # subscriptions begin with
        self.effects: dict[str, Callable[[dict[str, Any]], Any]] = {}  # by action id
        self.slow: set[str] = set()  # commands that are never answered
        self.unheard: set[str] = set()  # types of events that this token may not hear
        self.version = "2026.11.0"
        self.clock = _START
        self._subscriptions: dict[int, tuple[str, str, Listener]] = {}
        self._ids = itertools.count(1)
        self._contexts = (f"ctx{number}" for number in itertools.count(1))
        self._context = "start"
        self._up = asyncio.Event()
        self._up.set()
        self._down = asyncio.Event()

    # What a test puts in

    def add_area(self, area_id: str, name: str, **more: Any) -> None:
        """Add an area."""
        self.registry["area"].append({"area_id": area_id, "name": name, **more})

    def add(
        self, entity_id: str, state: str = "off", *, area: str | None = None, **attributes: Any
    ) -> None:
        """Add an entity with its registry entry."""
        name = attributes.pop("name", entity_id.partition(".")[2].replace("_", " ").title())
        attributes["friendly_name"] = name
        entry = {
            "entity_id": entity_id,
            "unique_id": entity_id,
            "platform": "fake",
            "area_id": area,
        }
        self.registry["entity"].append(entry | {"original_name": name, "labels": []})
        self.states[entity_id] = {"s": state, "a": attributes, "c": "start", "lc": self.clock}

    def add_action(
        self, action_id: str, *, fields: Mapping[str, Any] | None = None, **more: Any
    ) -> None:
        """Add an action; one with ``target`` is for entities of its domain."""
        domain, _, name = action_id.partition(".")
        self.services.setdefault(domain, {})[name] = {"fields": dict(fields or {}), **more}

    def set(self, entity_id: str, state: str, **attributes: Any) -> None:
        """Change a state, under the context of the action that is running."""
        self.clock += 1
        row = self.states[entity_id]
        row |= {"s": state, "a": row["a"] | attributes, "c": self._context, "lc": self.clock}
        change = {"s": state, "c": self._context, "lc": self.clock}
        if attributes:
            change["a"] = attributes
        self._publish("subscribe_entities", "", {"c": {entity_id: {"+": change}}})

    def fire(self, event_type: str, **data: Any) -> None:
        """Fire an event."""
        self._publish("subscribe_events", event_type, {"event_type": event_type, "data": data})

    def cut(self) -> None:
        """Lose the connection."""
        self._up.clear()
        self._subscriptions.clear()
        self._down.set()

    def restore(self) -> None:
        """Have the connection back."""
        self._down = asyncio.Event()
        self._up.set()

    # What fits the wire

    @property
    def connected(self) -> bool:
        """Whether commands can be sent."""
        return self._up.is_set()

    async def up(self) -> None:
        """Wait for the connection."""
        await self._up.wait()

    async def down(self) -> None:
        """Wait for its loss."""
        await self._down.wait()

    @property
    def listeners(self) -> int:
        """How many subscriptions there are."""
        return len(self._subscriptions)

    async def command(self, kind: str, /, **fields: Any) -> Any:
        """Answer one command."""
        if not self.connected:
            raise Unreachable("Home Assistant is not connected")
        self.sent.append((kind, fields))
        await asyncio.sleep(0)
        if kind in self.slow:
            await asyncio.Event().wait()
        own = self.answers.get(kind)
        if own is not None:
            return orjson.loads(orjson.dumps(own(fields)))
        answer = getattr(self, "_" + kind.replace("/", "_"), None)
        if answer is None:
            raise Unsupported(f"Home Assistant does not know the command {kind}")
        return orjson.loads(orjson.dumps(answer(fields)))

    async def fetch[T](self, kind: str, into: type[T], /, **fields: Any) -> T:
        """Answer one command, typed."""
        return msgspec.json.decode(orjson.dumps(await self.command(kind, **fields)), type=into)

    async def subscribe(self, kind: str, listener: Listener, /, **fields: Any) -> Callable[[], Any]:
        """Begin a subscription."""
        if not self.connected:
            raise Unreachable("Home Assistant is not connected")
        if fields.get("event_type") in self.unheard:
            raise Forbidden("Unauthorized")
        number = next(self._ids)
        self._subscriptions[number] = (kind, str(fields.get("event_type", "")), listener)
        if kind == "subscribe_entities":
            listener(orjson.dumps({"a": self.states}))
        if kind in self.events:
            listener(orjson.dumps(self.events[kind](fields)))

        async def stop() -> None:
            self._subscriptions.pop(number, None)

        return stop

    async def get_json(self, path: str, **_query: str) -> Any:
        """Serve a file as JSON."""
        return orjson.loads(self._file(path)[0])

    async def get_bytes(self, path: str, *, most: int, **_query: str) -> tuple[bytes, str]:
        """Serve a file."""
        data, mime = self._file(path)
        if len(data) > most:
            raise Rejected(f"{path} is larger than {most} bytes")
        return data, mime

    async def post_json(self, path: str, body: Any) -> Any:
        """Accept nothing: no test needs it yet, and Core answers 404 to an unknown path."""
        raise NotFound(f"There is no path {path!r}", body=body)

    async def delete(self, path: str) -> Any:
        """Delete nothing: there is nothing here that can be."""
        raise NotFound(f"There is no path {path!r}")

    def _file(self, path: str) -> tuple[bytes, str]:
        if path not in self.files:
            raise NotFound.naming("path", path, self.files)
        return self.files[path]

    def _publish(self, kind: str, event_type: str, event: dict[str, Any]) -> None:
        for subscribed, wanted, listener in tuple(self._subscriptions.values()):
            if subscribed == kind and wanted == event_type:
                listener(orjson.dumps(event))

    # Core's answers

    def _ping(self, _fields: dict[str, Any]) -> None:
        return None

    def _get_config(self, _fields: dict[str, Any]) -> dict[str, Any]:
        return {
            "location_name": "Test home",
            "time_zone": "Europe/Berlin",
            "version": self.version,
            "state": "RUNNING",
            "components": sorted(self.services),
        }

    def _get_services(self, _fields: dict[str, Any]) -> dict[str, Any]:
        return self.services

    def _frontend_get_translations(self, _fields: dict[str, Any]) -> dict[str, Any]:
        return {
            "resources": {
                "component.light.services.turn_on.name": "Turn on light",
                "component.light.services.turn_on.description": "Turns on one or more lights.",
                "component.light.services.turn_on.fields.brightness_pct.description": "How bright.",
            }
        }

    def _config_entity_registry_list(self, _fields: dict[str, Any]) -> list[dict[str, Any]]:
        return [{k: v for k, v in row.items() if k != "aliases"} for row in self.registry["entity"]]

    def _config_device_registry_list(self, _fields: dict[str, Any]) -> list[dict[str, Any]]:
        return self.registry["device"]

    def _config_area_registry_list(self, _fields: dict[str, Any]) -> list[dict[str, Any]]:
        return self.registry["area"]

    def _config_floor_registry_list(self, _fields: dict[str, Any]) -> list[dict[str, Any]]:
        return self.registry["floor"]

    def _config_label_registry_list(self, _fields: dict[str, Any]) -> list[dict[str, Any]]:
        return self.registry["label"]

    def _config_entity_registry_get_entries(self, fields: dict[str, Any]) -> dict[str, Any]:
        known = {row["entity_id"]: row for row in self.registry["entity"]}
        return {one: known.get(one) for one in fields["entity_ids"]}

    def _extract_from_target(self, fields: dict[str, Any]) -> dict[str, Any]:
        target = fields["target"]
        areas, excluded = target.get("area_id", []), target.get("exclude", {}).get("entity_id", [])
        found = {row["entity_id"] for row in self.registry["entity"] if row["area_id"] in areas}
        found |= set(target.get("entity_id", []))
        return {"referenced_entities": sorted(found - set(excluded))}

    def _call_service(self, fields: dict[str, Any]) -> dict[str, Any]:
        action_id = f"{fields['domain']}.{fields['service']}"
        if fields["service"] not in self.services.get(fields["domain"], {}):
            raise NotFound(f"Service {action_id} not found.")
        self._context = next(self._contexts)
        context = {"id": self._context, "parent_id": None, "user_id": None}
        effect = self.effects.get(action_id)
        response = effect(fields) if effect else None
        return {"context": context, "response": response}
