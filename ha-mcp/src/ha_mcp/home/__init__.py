"""The live, typed picture of the house."""

from .about import About
from .acting import Acted, ActionCall
from .actions import Action, ActionField
from .config_dir import ConfigDir, FileVersion
from .effects import Effect
from .finding.hits import Hit
from .finding.search import Found
from .finding.words import plain
from .guarding import for_administrators
from .home import Home
from .kinds import SEARCHED, find_kind
from .overview import AreaGlance, Glance
from .part import Bounds, PartOfHome
from .past.asking import Question
from .past.energy import used
from .past.recorded import Period, Recorded, Row, Source, Summary
from .references import NOT_SEARCHED, Reference, Referring
from .rows import State
from .templates import Rendered
from .times import Span, agenda, span

__all__ = [
    "NOT_SEARCHED",
    "SEARCHED",
    "About",
    "Acted",
    "Action",
    "ActionCall",
    "ActionField",
    "AreaGlance",
    "Bounds",
    "ConfigDir",
    "Effect",
    "FileVersion",
    "Found",
    "Glance",
    "Hit",
    "Home",
    "PartOfHome",
    "Period",
    "Question",
    "Recorded",
    "Reference",
    "Referring",
    "Rendered",
    "Row",
    "Source",
    "Span",
    "State",
    "Summary",
    "agenda",
    "find_kind",
    "for_administrators",
    "plain",
    "span",
    "used",
]
