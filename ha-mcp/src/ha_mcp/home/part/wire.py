"""The wires of a part of the home: they ask about what is inside, and for nothing else."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

import msgspec

from ...problems import Forbidden, NotFound
from ..guarding import for_administrators
from ..wire import Core, Listener, Rest, Unsubscribe
from .bounds import Inside

_PICTURES: Final = ("camera_proxy", "image_proxy", "media_player_proxy")
_UPLOADED: Final = "image/serve"  # the photo of a person: its address comes from a state inside
# Keys of data that reach beyond the target, whatever they hold.
_REACHING: Final = frozenset(
    {"area_id", "device_id", "floor_id", "label_id", "broadcast", "domains", "entity_globs"}
)
_WHY: Final = "this client was given a part of the home"

type Asked = Callable[[Mapping[str, Any]], Awaitable[Any]]


class PartOfCore:
    """Fits ``home.wire.Core``; raises Forbidden for what is about all of the home."""

    def __init__(self, whole: Core, inside: Inside) -> None:
        """Take the wire and what is inside."""
        self._whole = whole
        self._inside = inside
        self._asking: Mapping[str, Asked] = {
            "ping": self._plain("ping"),
            "frontend/get_translations": self._plain("frontend/get_translations"),
            "history/history_during_period": self._of("history/history_during_period"),
            "recorder/get_statistics_metadata": self._of("recorder/get_statistics_metadata"),
            "recorder/statistics_during_period": self._of("recorder/statistics_during_period"),
            "recorder/statistic_during_period": self._of("recorder/statistic_during_period"),
            "recorder/entity_options/get": self._of("recorder/entity_options/get"),
            "recorder/list_statistic_ids": self._no_statistics,
            "logbook/get_events": self._logbook,
            "extract_from_target": self._extracted,
            "call_service": self._called,
        }

    @property
    def connected(self) -> bool:
        """Whether commands can be sent now."""
        return self._whole.connected

    @property
    def version(self) -> str:
        """Core's version."""
        return self._whole.version

    async def up(self) -> None:
        """Wait until the connection serves."""
        await self._whole.up()

    async def down(self) -> None:
        """Wait until the connection is lost."""
        await self._whole.down()

    async def command(self, kind: str, /, **fields: Any) -> Any:
        """Send a command that stays inside."""
        asked = self._asking.get(kind)
        if asked is None:
            raise Forbidden(f"{kind} is about all of the home, and {_WHY}")
        return await asked(fields)

    async def fetch[T](self, kind: str, into: type[T], /, **fields: Any) -> T:
        """Send a command that stays inside; returns its result as this type."""
        return msgspec.convert(await self.command(kind, **fields), into)

    async def subscribe(self, kind: str, listener: Listener, /, **fields: Any) -> Unsubscribe:
        """Refuse: what is subscribed to looks at everything."""
        del listener, fields
        what = "A template" if kind == "render_template" else kind
        raise Forbidden(
            f"{what} can look at all of the home, and {_WHY}",
            hint="Search, and read the states and the history of what is found",
        )

    def _plain(self, kind: str) -> Asked:
        async def ask(fields: Mapping[str, Any]) -> Any:
            return await self._whole.command(kind, **fields)

        return ask

    def _of(self, kind: str) -> Asked:
        """Return what asks about entities, all of which have to be inside."""

        async def ask(fields: Mapping[str, Any]) -> Any:
            self._inside.all_of(_named(fields))
            return await self._whole.command(kind, **fields)

        return ask

    async def _no_statistics(self, _fields: Mapping[str, Any]) -> list[Any]:
        return []

    async def _logbook(self, fields: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Return entries without causes that are outside."""
        self._inside.all_of(fields["entity_ids"])
        entries = await self._whole.command("logbook/get_events", **fields)
        return [self._told(entry) for entry in entries if entry.get("entity_id") in self._inside]

    def _told(self, entry: Mapping[str, Any]) -> dict[str, Any]:
        caused = entry.get("context_entity_id") in self._inside
        kept = {
            key: value
            for key, value in entry.items()
            if caused or not key.startswith("context_") or key == "context_user_id"
        }
        told: dict[str, Any] = self._inside.without_outside(kept)
        return told

    async def _extracted(self, fields: Mapping[str, Any]) -> dict[str, Any]:
        answer = await self._whole.command("extract_from_target", **fields)
        inside = [one for one in answer["referenced_entities"] if one in self._inside]
        return {"referenced_entities": inside}

    async def _called(self, fields: Mapping[str, Any]) -> Any:
        """Call an action for entities inside, each named by itself."""
        data = fields.get("service_data") or {}
        self._check(data)
        target = dict(fields.get("target") or {})
        action = f"{fields['domain']}.{fields['service']}"
        is_script = fields["domain"] == "script" and action in self._inside
        if for_administrators(action) or not (target or is_script):
            raise Forbidden(f"{action} is about all of the home, and {_WHY}")
        meant = {"target": {"entity_id": await self._meant(target)}} if target else {}
        answer = await self._whole.command("call_service", **{**fields, **meant})
        return {**answer, "response": self._inside.without_outside(answer.get("response"))}

    async def _meant(self, target: Mapping[str, Any]) -> list[str]:
        """Return the entities inside that a target means; raises NotFound for others."""
        if set(target) == {"entity_id"}:
            return self._inside.all_of(_listed(target["entity_id"]))
        answer = await self._extracted({"target": dict(target)})
        found: list[str] = answer["referenced_entities"]
        if not found:
            raise NotFound("There is no entity in that target", what="entity", which="")
        return found

    def _check(self, value: Any) -> None:
        """Raise for data that names something outside, or could come to."""
        if isinstance(value, str):
            if "{{" in value or "{%" in value:
                raise Forbidden(f"A template can look at all of the home, and {_WHY}")
            self._inside.all_of(self._inside.possible_in(value))
        elif isinstance(value, Mapping):
            if reaching := sorted(_REACHING & value.keys()):
                raise Forbidden(f"{reaching[0]} in the data reaches further, and {_WHY}")
            for key, one in value.items():
                self._check(str(key))
                self._check(one)
        elif isinstance(value, list):
            for one in value:
                self._check(one)


class PartOfRest:
    """Fits ``home.wire.Rest``; only pictures of entities inside are fetched."""

    def __init__(self, whole: Rest, inside: Inside) -> None:
        """Take the wire and what is inside."""
        self._whole = whole
        self._inside = inside

    async def get_bytes(self, path: str, *, most: int, **query: str) -> tuple[bytes, str]:
        """Return a picture."""
        place, _, entity_id = path.partition("/")
        if place in _PICTURES:
            self._inside.all_of([entity_id.partition("/")[0]])
        elif not path.startswith(f"{_UPLOADED}/"):
            raise _refused(path)
        return await self._whole.get_bytes(path, most=most, **query)

    async def get_json(self, path: str, **query: str) -> Any:
        """Refuse: nothing of it is about entities alone."""
        del query
        raise _refused(path)

    async def post_json(self, path: str, body: Any) -> Any:
        """Refuse."""
        del body
        raise _refused(path)

    async def delete(self, path: str) -> None:
        """Refuse."""
        raise _refused(path)


def _refused(path: str) -> Forbidden:
    return Forbidden(f"{path} is about all of the home, and {_WHY}")


def _named(fields: Mapping[str, Any]) -> list[Any]:
    """Return the entities and statistics that a question is about; without any it is about all."""
    keys = ("entity_id", "entity_ids", "statistic_id", "statistic_ids")
    named = [one for key in keys if key in fields for one in _listed(fields[key])]
    if not named:
        raise Forbidden(f"A question about everything was asked, and {_WHY}")
    return named


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
