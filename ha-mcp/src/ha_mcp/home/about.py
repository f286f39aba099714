"""Everything that is known of one entity, put together from the registries and its state."""

from dataclasses import dataclass
from typing import Any

from .config import Config
from .registries import Registries
from .states import States


@dataclass(frozen=True, slots=True)
class About:
    """One entity as people see it; also one that is disabled and has no state."""

    entity_id: str
    name: str
    shown: str  # state with unit
    area: str | None
    device: str | None
    labels: tuple[str, ...]
    changed: str | None  # local time of the last change of state
    disabled: str | None  # by whom
    attributes: dict[str, Any]


def about(entity_id: str, states: States, registries: Registries, config: Config) -> About:
    """Put together what is known of an entity that exists."""
    state = states.get(entity_id)
    entry = registries.entities.get(entity_id)
    area = registries.areas.get(registries.area_of(entity_id) or "")
    device = registries.devices.get((entry.device_id if entry else None) or "")
    labels = (registries.labels.get(one) for one in registries.labels_of(entity_id))
    return About(
        entity_id=entity_id,
        name=registries.name_of(entity_id, state.name if state else None),
        shown=state.shown if state else "no state",
        area=area.name if area else None,
        device=device.shown_name if device else None,
        labels=tuple(label.name for label in labels if label),
        changed=f"{config.local(state.last_changed):%Y-%m-%d %H:%M:%S}" if state else None,
        disabled=entry.disabled_by if entry else None,
        attributes=state.attributes if state else {},
    )
