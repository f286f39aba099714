"""The stages of the pipeline: one function each."""

from .authorize import authorize
from .contain import contain
from .deadline import deadline
from .only_reading import only_reading
from .record import record
from .redact import redact, refuse_masks
from .validate import validate
from .weigh import weigh

__all__ = [
    "authorize",
    "contain",
    "deadline",
    "only_reading",
    "record",
    "redact",
    "refuse_masks",
    "validate",
    "weigh",
]
