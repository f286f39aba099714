"""Every kind there is, made for one home."""

from ...home import Home
from ...journal import Notes
from ..entities import Entities
from ..kind import Kind
from .area import area_kind
from .assist_pipeline import AssistPipelineKind
from .automation import AutomationKind
from .blueprint import BlueprintKind
from .calendar_event import CalendarEventKind
from .category import CategoryKind
from .dashboard import DashboardKind
from .dashboard_resource import dashboard_resource_kind
from .device import DeviceKind
from .energy import EnergyKind
from .entity import EntityKind
from .exposure import ExposureKind
from .floor import floor_kind
from .group import GroupKind
from .helper import HelperKind
from .integration import IntegrationKind
from .label import label_kind
from .note import NoteKind
from .person import person_kind
from .scene import SceneKind
from .script import ScriptKind
from .tag import tag_kind
from .todo_item import TodoItemKind
from .user import UserKind
from .zone import zone_kind


def kinds_of(home: Home, notes: Notes) -> dict[str, Kind]:
    """Return every kind of a home by name."""
    entities = Entities(home)
    kinds: list[Kind] = [
        area_kind(home),
        AssistPipelineKind(home, entities),
        AutomationKind(home, entities),
        BlueprintKind(home),
        CalendarEventKind(home),
        CategoryKind(home),
        dashboard_resource_kind(home, entities),
        DashboardKind(home),
        DeviceKind(home, entities),
        EnergyKind(home),
        EntityKind(home, entities),
        ExposureKind(home),
        floor_kind(home),
        GroupKind(home),
        HelperKind(home, entities),
        IntegrationKind(home),
        label_kind(home),
        NoteKind(home, notes),
        person_kind(home, entities),
        SceneKind(home, entities),
        ScriptKind(home, entities),
        tag_kind(home, entities),
        TodoItemKind(home),
        UserKind(home),
        zone_kind(home, entities),
    ]
    return {one.facts.name: one for one in kinds}
