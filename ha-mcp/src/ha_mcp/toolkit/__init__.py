"""What a tool is and what every call passes through; knows neither Home Assistant nor HTTP."""

from .answers import Answer, Outcome, Picture, Table, present
from .catalog import Catalog
from .cursors import fingerprint, start_of
from .field import Field
from .pipeline import Call, Client, Handler, Stage, pipeline
from .risk import Risk
from .tool import Tool, tool

__all__ = [
    "Answer",
    "Call",
    "Catalog",
    "Client",
    "Field",
    "Handler",
    "Outcome",
    "Picture",
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
