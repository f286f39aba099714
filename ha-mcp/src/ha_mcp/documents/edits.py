"""Every way of editing is one thing: a body becomes another body.

``config`` replaces, ``patch`` is RFC 6902, ``merge`` is RFC 7396.
"""

import re
from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from typing import Any, Final

import jsonpatch
import jsonpointer

from ..problems import Invalid
from .etags import copied, normalised
from .kind import Body

UNGUARDED: Final = frozenset({"area", "labels", "category", "enabled"})
"""What may be merged without an etag: nobody's work is lost by it."""

_OF_ONE_PLACE: Final = frozenset({"add", "copy", "remove", "replace", "test"})
"""What changes one place; after the first half of a move the second may be elsewhere."""
_TYPES: Final = re.compile(r" \(<class '\w+'>\)")
_SMALL: Final = 400  # bytes; a body that is small anyway may shrink
_MOST: Final = 0.5


@dataclass(frozen=True, slots=True)
class Edit:
    """One of the three ways; exactly one is given."""

    config: Body | None = None
    patch: Sequence[Mapping[str, Any]] | None = None
    merge: Body | None = None

    def __post_init__(self) -> None:
        """Raise Invalid unless exactly one way is given."""
        if sum(one is not None for one in (self.config, self.patch, self.merge)) != 1:
            raise Invalid(
                "Exactly one of config, patch and merge is needed",
                hint="config creates or replaces; patch and merge change parts",
                what="argument",
                which="config",
            )

    @property
    def needs_etag(self) -> bool:
        """Whether it could undo what somebody else did meanwhile."""
        return self.merge is None or not self.merge.keys() <= UNGUARDED

    def applied(self, before: Body | None) -> Body:
        """Return the new body; raises Invalid when the patch does not fit."""
        if self.config is not None:
            return copied(self.config)
        if self.merge is not None:
            return _merged_top(before or {}, copied(self.merge))
        return _patched(before or {}, [dict(one) for one in self.patch or ()])

    def loses(self, before: Body, after: Body) -> list[str]:
        """Say what a config or merge drops: a patch says itself what it removes."""
        if self.patch is not None:
            return []
        lost = list(_dropped(before, after, ""))
        was, now = len(normalised(before)), len(normalised(after))
        if was > _SMALL and now < was * _MOST:
            lost.append(f"{was - now} of {was} bytes")
        return lost


def _merged_top(old: Body, change: Body) -> Body:
    labels = change.get("labels")
    if isinstance(labels, dict):
        change = {**change, "labels": _relabelled(old.get("labels") or [], labels)}
    merged: Body = _merged(old, change)
    return merged


def _merged(old: Any, change: Any) -> Any:
    """Apply RFC 7396."""
    if not isinstance(change, dict):
        return change
    new = dict(old) if isinstance(old, dict) else {}
    for key, value in change.items():
        if value is None:
            new.pop(key, None)
        else:
            new[key] = _merged(new.get(key), value)
    return new


def _relabelled(labels: list[str], change: Mapping[str, Any]) -> list[str]:
    """Apply ``{add: [...], remove: [...]}``."""
    if unknown := change.keys() - {"add", "remove"}:
        raise Invalid(
            f"labels takes a list, or add and remove, not {', '.join(sorted(unknown))}",
            what="field",
            which="labels",
        )
    added, removed = (_several(change.get(key)) for key in ("add", "remove"))
    return [one for one in dict.fromkeys([*labels, *added]) if one not in removed]


def _several(value: Any) -> list[Any]:
    """Return a list, also of one."""
    return value if isinstance(value, list) else [] if value is None else [value]


def _patched(before: Body, operations: list[dict[str, Any]]) -> Body:
    """Return a body changed; what the operations leave alone it shares with the given one."""
    doing = operations[0] if len(operations) == 1 else {}
    try:
        patch = jsonpatch.JsonPatch(operations)  # refuses what is no operation before any is done
        if all(one["op"] in _OF_ONE_PLACE for one in operations):
            patched: Any = dict(before)
            for doing in operations:
                apart = _apart(patched, doing["path"])
                patched = jsonpatch.apply_patch(apart, [doing], in_place=True)
        else:
            patched = patch.apply(copied(before), in_place=True)
    except jsonpatch.JsonPatchTestFailed as err:
        raise Invalid(f"A test of the patch fails: {_reason(doing, err)}", what="patch") from err
    except (jsonpatch.JsonPatchException, jsonpointer.JsonPointerException) as err:
        raise Invalid(
            f"The patch does not apply: {_reason(doing, err)}",
            hint="Paths start at the root of the whole body, as it was read",
            what="patch",
        ) from err
    if not isinstance(patched, dict):
        raise Invalid("The patch leaves no object", what="patch")
    return patched


def _reason(doing: Mapping[str, Any], err: Exception) -> str:
    """Say which operation it was, and what its library found, without its types."""
    place = " ".join(str(doing[key]) for key in ("op", "from", "path") if key in doing)
    said = _TYPES.sub("", str(err))
    return f"{place}: {said}" if place else said


def _apart(body: Any, path: str) -> Any:
    """Return a body with copies of everything on the way to a place, which may be changed."""
    top = here = copy(body)
    for step in jsonpointer.JsonPointer(path).parts[:-1]:
        key = int(step) if isinstance(here, list) and step.isdecimal() else step
        try:
            here[key] = copy(here[key])
        except (LookupError, TypeError):
            break  # there is no such place, as whoever changes it will find
        here = here[key]
    return top


def _dropped(old: Any, new: Any, path: str) -> list[str]:
    if isinstance(old, list):
        count = len(old) - (len(new) if isinstance(new, list) else 0)
        here = [f"{count} of {len(old)} items of {path}"] if count > 0 else []
        if not isinstance(new, list) or here:
            return here
        pairs = [
            (one, other, f"{path}/{at}")
            for at, (one, other) in enumerate(zip(old, new, strict=False))
        ]
    elif isinstance(old, dict) and isinstance(new, dict):
        pairs = [(value, new.get(key), f"{path}/{key}") for key, value in old.items()]
    else:
        return []
    return [line for one, other, where in pairs for line in _dropped(one, other, where)]
