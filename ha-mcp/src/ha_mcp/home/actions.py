"""The actions of this home: what Core and its integrations can be asked to do.

From ``get_services``; their texts are separate since Core 2025.11 and fetched when first wanted
(``frontend/get_translations``, category ``services``).
"""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

import msgspec
from msgspec import Raw, Struct

from ..problems import Invalid, NotFound, nearest
from .wire import Core

_MOST_SIMILAR = 5
_OWN_TARGETS = {"entity_id", "device_id", "area_id", "floor_id", "label_id"}


class ActionField(Struct, frozen=True, gc=False):
    """One field of an action's data."""

    required: bool = False
    selector: dict[str, Any] | None = None
    example: Any = None
    default: Any = None
    filter: dict[str, Any] | None = None  # the features or attributes an entity needs for it
    name: str | None = None  # described by the action itself (scripts)
    description: str | None = None


class Action(Struct, frozen=True, gc=False):
    """One action, such as ``light.turn_on``."""

    id: str
    fields: Mapping[str, ActionField]
    target: Mapping[str, Any] | None  # the target selector; None when it takes no target
    response: str  # "", "optional" or "only"
    name: str | None = None
    description: str | None = None

    @property
    def domain(self) -> str:
        """The part before the dot."""
        return self.id.partition(".")[0]

    @property
    def takes_anything(self) -> bool:
        """Whether Core accepts data that is not described (scripts, undescribed actions)."""
        return not self.fields or self.domain == "script"

    def check(self, data: Mapping[str, Any]) -> None:
        """Raise Invalid for a field that does not exist or is missing."""
        unknown = [name for name in data if name not in self.fields and name not in _OWN_TARGETS]
        if unknown and not self.takes_anything:
            raise Invalid(
                f"{self.id} has no field {unknown[0]!r}",
                hint=f"Fields: {', '.join(self.fields)}",
                what="action field",
                which=self.id,
                similar=nearest(unknown[0], self.fields, limit=3),
            )
        missing = [
            name for name, field in self.fields.items() if field.required and name not in data
        ]
        if missing:
            raise Invalid(
                f"{self.id} needs the field {missing[0]!r}", what="action field", which=self.id
            )


class _Described(Struct):
    """An action as ``get_services`` tells it; fields may be grouped into sections."""

    fields: dict[str, dict[str, Any]] = {}
    target: dict[str, Any] | None = None
    response: dict[str, Any] | None = None
    name: str | None = None
    description: str | None = None


_DESCRIBED = msgspec.json.Decoder(_Described)


class Actions:
    """All actions by id; kept as JSON, since a home has hundreds and a call needs one."""

    def __init__(self) -> None:
        """Start empty."""
        self._raw: dict[str, bytes] = {}
        self._texts: dict[str, str] | None = None

    async def refresh(self, core: Core) -> None:
        """Fetch the actions anew; the texts follow when they are next wanted."""
        services = await core.fetch("get_services", dict[str, dict[str, Raw]])
        self._raw = {
            f"{domain}.{name}": bytes(described)
            for domain, named in services.items()
            for name, described in named.items()
        }
        self._texts = None

    def one(self, action_id: str) -> Action:
        """Return an action; raises NotFound with the nearest, same domain first."""
        known = action_id.strip().lower()
        raw = self._raw.get(known)
        if raw is None:
            raise NotFound(
                f"There is no action {action_id!r}",
                what="action",
                which=action_id,
                similar=self._similar(known),
            )
        return _action(known, _DESCRIBED.decode(raw))

    def _similar(self, action_id: str) -> list[str]:
        domain, _, name = action_id.rpartition(".")
        same = [known for known in self._raw if known.startswith(f"{domain}.")]
        close = nearest(name, (known.partition(".")[2] for known in same), limit=_MOST_SIMILAR)
        found = [f"{domain}.{one}" for one in close]
        return found or same[:_MOST_SIMILAR] or nearest(action_id, self._raw, limit=_MOST_SIMILAR)

    async def texts(self, core: Core) -> Mapping[str, str]:
        """Return Core's English texts, fetched once.

        ``light.turn_on#name``, ``light.turn_on#description`` and, for a field,
        ``light.turn_on.kelvin``.
        """
        if self._texts is None:
            answer = await core.fetch(
                "frontend/get_translations", _Translations, language="en", category="services"
            )
            self._texts = dict(_shortened(answer.resources))
        return self._texts

    @property
    def described(self) -> Mapping[str, bytes]:
        """All actions by id, as Core described them."""
        return self._raw

    @property
    def ids(self) -> Collection[str]:
        """The ids of all actions."""
        return self._raw.keys()

    @property
    def domains(self) -> set[str]:
        """The domains that have actions."""
        return {known.partition(".")[0] for known in self._raw}

    def __len__(self) -> int:
        """Count them."""
        return len(self._raw)


class _Translations(Struct):
    resources: dict[str, str]


def _shortened(resources: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Keep names and descriptions: ``component.light.services.turn_on.fields.x.description``."""
    for key, text in resources.items():
        parts = key.split(".")
        if len(parts) == 5 and parts[4] in ("name", "description"):
            yield f"{parts[1]}.{parts[3]}#{parts[4]}", text
        elif len(parts) == 7 and parts[4] == "fields" and parts[6] == "description":
            yield f"{parts[1]}.{parts[3]}.{parts[5]}", text


def _action(action_id: str, described: _Described) -> Action:
    response = described.response
    kind = "" if response is None else ("optional" if response.get("optional") else "only")
    return Action(
        id=action_id,
        fields=dict(_flat(described.fields)),
        target=described.target,
        response=kind,
        name=described.name,
        description=described.description,
    )


def _flat(fields: Mapping[str, dict[str, Any]]) -> Iterator[tuple[str, ActionField]]:
    """Take fields out of their sections, which are for the user interface only."""
    for name, field in fields.items():
        if isinstance(field.get("fields"), dict):
            yield from _flat(field["fields"])
        else:
            yield name, msgspec.convert(field, ActionField, strict=False)
