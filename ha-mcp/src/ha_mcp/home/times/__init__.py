"""When: one grammar for every argument that means a time."""

from .ahead import agenda
from .times import Span, Times, header, moment, span

__all__ = ["Span", "Times", "agenda", "header", "moment", "span"]
