"""What is different between two bodies: a compact text, and a few words for a receipt."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Final

import orjson

from .etags import normalised
from .hiding import HIDDEN, is_secret, without_secrets

_LONGEST: Final = 120  # characters of one value


@dataclass(frozen=True, slots=True)
class Difference:
    """One place where two bodies differ; ``None`` for what is not there."""

    path: str  # JSON Pointer, of the new body where it exists there
    sign: str  # + added, - removed, ~ changed
    old: Any = None
    new: Any = None

    def sides(self, hide: Callable[[str], str] = str, longest: int = _LONGEST) -> tuple[str, str]:
        """Return what was there and what is, codes and passwords left out.

        ``hide`` may know of more secrets; it is shown a value before that is cut.
        """
        hidden = is_secret(self.path.rpartition("/")[2])
        old, new = (
            HIDDEN if hidden else _shown(value, hide, longest) for value in (self.old, self.new)
        )
        return "" if self.sign == "+" else old, "" if self.sign == "-" else new

    def line(self) -> str:
        """Return it as one line, codes and passwords left out."""
        old, new = self.sides()
        if self.sign == "~":
            return f"~ {self.path}: {old} → {new}"
        return f"{self.sign} {self.path}: {new if self.sign == '+' else old}"


def difference(before: Any, after: Any) -> list[Difference]:
    """Return where two bodies differ, in the order of the new one."""
    return list(_between(before, after, ""))


def stat(differences: list[Difference]) -> str:
    """Count them: ``+2 -1 ~3``."""
    counts = {sign: sum(one.sign == sign for one in differences) for sign in "+-~"}
    return " ".join(f"{sign}{count}" for sign, count in counts.items() if count) or "no difference"


def told(differences: list[Difference], most: int = 40) -> str:
    """Return the lines, the first of them when they are many."""
    lines = [one.line() for one in differences[:most]]
    if len(differences) > most:
        lines.append(f"… and {len(differences) - most} more places")
    return "\n".join(lines)


def pointer(path: str, key: str | int) -> str:
    """Return the JSON Pointer of what is below."""
    return f"{path}/{str(key).replace('~', '~0').replace('/', '~1')}"


def _between(old: Any, new: Any, path: str) -> Iterator[Difference]:
    if same(old, new):
        return
    if isinstance(old, dict) and isinstance(new, dict):
        for key in old.keys() - new.keys():
            yield Difference(pointer(path, key), "-", old=old[key])
        for key, value in new.items():
            if key not in old:
                yield Difference(pointer(path, key), "+", new=value)
            else:
                yield from _between(old[key], value, pointer(path, key))
    elif isinstance(old, list) and isinstance(new, list):
        yield from _between_lists(old, new, path)
    elif normalised(old) != normalised(new):
        yield Difference(path or "/", "~", old, new)


def same(old: Any, new: Any) -> bool:
    """Tell quickly that nothing differs; False when it may.

    Python takes 1 for true, so what it finds equal is looked at once more as JSON; but not what
    both share, as most of a body that was patched.
    """
    if isinstance(old, dict) and isinstance(new, dict):
        return list(old) == list(new) and all(map(_same_value, old.values(), new.values()))
    return _same_value(old, new)


def _same_value(old: Any, new: Any) -> bool:
    return old is new or (old == new and _plain(old) == _plain(new))


def _plain(value: Any) -> bytes:
    return orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS, default=str)


def _between_lists(old: list[Any], new: list[Any], path: str) -> Iterator[Difference]:
    head = alike(old, new)
    tail = alike(old[head:][::-1], new[head:][::-1])
    if len(old) == len(new) == head + tail + 1:
        yield from _between(old[head], new[head], pointer(path, head))
        return
    was, now = (
        [normalised(one) for one in items[head : len(items) - tail]] for items in (old, new)
    )
    matcher = SequenceMatcher(None, was, now, autojunk=False)
    for what, *ends in matcher.get_opcodes():
        old_at, old_end, new_at, new_end = (one + head for one in ends)
        if what == "equal":
            continue
        paired = min(old_end - old_at, new_end - new_at)
        for at in range(paired):
            yield from _between(old[old_at + at], new[new_at + at], pointer(path, new_at + at))
        for at in range(old_at + paired, old_end):
            yield Difference(pointer(path, at), "-", old=old[at])
        for at in range(new_at + paired, new_end):
            yield Difference(pointer(path, at), "+", new=new[at])


def alike(old: list[Any], new: list[Any]) -> int:
    """Count the items that are the same from the beginning on."""
    count = 0
    doubtful: list[tuple[Any, Any]] = []
    for one, other in zip(old, new, strict=False):
        if one is not other:
            if one != other:
                break
            doubtful.append((one, other))
        count += 1
    ends = [one for one, _ in doubtful], [other for _, other in doubtful]
    return count if same(*ends) or normalised(ends[0]) == normalised(ends[1]) else 0


def _shown(value: Any, hide: Callable[[str], str], longest: int) -> str:
    value = without_secrets(value)
    text = hide(orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS, default=str).decode())
    return text if len(text) <= longest else f"{text[: longest - 1]}…"
