"""When: one grammar for every argument that means a time."""

from .times import Span, Times, header, moment, span

__all__ = ["Span", "Times", "header", "moment", "span"]
