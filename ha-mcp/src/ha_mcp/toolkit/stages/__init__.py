"""The stages of the pipeline: one function each."""

from .contain import contain
from .deadline import deadline
from .record import record
from .validate import validate

__all__ = ["contain", "deadline", "record", "validate"]
