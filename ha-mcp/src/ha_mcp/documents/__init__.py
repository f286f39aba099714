"""Everything that can be configured is a document: one path for every write, for every kind."""

from .changed import changed_in
from .diff import Difference, difference, stat, told
from .drafts import Draft, Plan
from .edits import Edit
from .hiding import without_secrets
from .inside import Within
from .kind import Described, Facts, FieldLine, Finding, Kind, Listed, Snapshot
from .of_part import StoreOfPart
from .planning import Wish
from .reading import Document
from .remembering import Remembered
from .renaming import Place, Renaming
from .store import Store, opened
from .using import BESIDE
from .writing import Preview, Receipt
from .written import Written

__all__ = [
    "BESIDE",
    "Described",
    "Difference",
    "Document",
    "Draft",
    "Edit",
    "Facts",
    "FieldLine",
    "Finding",
    "Kind",
    "Listed",
    "Place",
    "Plan",
    "Preview",
    "Receipt",
    "Remembered",
    "Renaming",
    "Snapshot",
    "Store",
    "StoreOfPart",
    "Wish",
    "Within",
    "Written",
    "changed_in",
    "difference",
    "opened",
    "stat",
    "told",
    "without_secrets",
]
