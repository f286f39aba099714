"""What a tool is and what every call passes through; knows neither Home Assistant nor HTTP."""

from .answers import Answer, Outcome, Picture, Table, present
from .catalog import Catalog
from .cursors import fingerprint, start_of
from .field import Field
from .pipeline import PRIVATE, Call, Client, Handler, Stage, pipeline
from .profile import Profile
from .rights import Everything, Rights
from .risk import Risk
from .tool import Resources, Tool, tool

__all__ = [
    "PRIVATE",
    "Answer",
    "Call",
    "Catalog",
    "Client",
    "Everything",
    "Field",
    "Handler",
    "Outcome",
    "Picture",
    "Profile",
    "Resources",
    "Rights",
    "Risk",
    "Stage",
    "Table",
    "Tool",
    "fingerprint",
    "pipeline",
    "present",
    "start_of",
    "tool",
]
