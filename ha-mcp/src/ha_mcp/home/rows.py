"""The rows of the home: small, slotted, decoded straight from Core's JSON.

Only what is used is kept: a large home has thousands of each, and a Pi has little memory.
Field names are Home Assistant's own.
"""

from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec import Struct


class EntityEntry(Struct, frozen=True, gc=False):
    """An entry of the entity registry (``config/entity_registry/list``)."""

    entity_id: str
    unique_id: str | int | float = ""
    platform: str = ""
    name: str | None = None  # given by the owner
    original_name: str | None = None  # by the integration, without the device's name
    area_id: str | None = None  # its own; the device's counts when it is None
    device_id: str | None = None
    labels: tuple[str, ...] = ()
    categories: Mapping[str, str] = {}
    config_entry_id: str | None = None
    disabled_by: str | None = None
    hidden_by: str | None = None
    entity_category: str | None = None  # config or diagnostic


class DeviceEntry(Struct, frozen=True, gc=False):
    """A device (``config/device_registry/list``)."""

    id: str
    name: str | None = None
    name_by_user: str | None = None
    area_id: str | None = None
    manufacturer: str | None = None
    model: str | None = None
    labels: tuple[str, ...] = ()
    config_entry_id: str | None = None
    parent_device_id: str | None = None  # a child device lies where its parent does
    disabled_by: str | None = None

    @property
    def shown_name(self) -> str:
        """The name people see."""
        return self.name_by_user or self.name or self.id


class Area(Struct, frozen=True, gc=False):
    """An area (``config/area_registry/list``)."""

    area_id: str
    name: str
    floor_id: str | None = None
    aliases: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    temperature_entity_id: str | None = None  # the sensors the owner chose for it
    humidity_entity_id: str | None = None


class Floor(Struct, frozen=True, gc=False):
    """A floor (``config/floor_registry/list``)."""

    floor_id: str
    name: str
    level: int | None = None
    aliases: tuple[str, ...] = ()


class Label(Struct, frozen=True, gc=False):
    """A label (``config/label_registry/list``)."""

    label_id: str
    name: str
    description: str | None = None


class State(Struct, gc=False):
    """The state of one entity; attributes stay JSON until somebody wants them."""

    entity_id: str
    state: str
    raw_attributes: bytes
    last_changed: float  # seconds since the epoch
    last_updated: float
    context_id: str
    parent_id: str | None  # the context that caused this one
    name: str | None  # the friendly name
    device_class: str | None
    unit: str | None

    @property
    def domain(self) -> str:
        """The part before the dot."""
        return self.entity_id.partition(".")[0]

    @property
    def attributes(self) -> dict[str, Any]:
        """The attributes, decoded anew at each call."""
        return msgspec.json.decode(self.raw_attributes, type=dict[str, Any])

    @property
    def shown(self) -> str:
        """The state with its unit."""
        return f"{self.state} {self.unit}" if self.unit else self.state
