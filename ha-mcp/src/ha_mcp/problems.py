"""What can go wrong in a way that a caller can act on.

Problem                 internal        our own mistake; the log has the rest
├── Invalid             invalid         an argument cannot be right
├── NotFound            not_found       the thing named does not exist
├── Conflict            conflict        it changed meanwhile, or is there already
├── Forbidden           forbidden       this client may not
├── NeedsApproval       needs_approval  a person has to say yes first
├── Disabled            disabled        switched off in the options
├── Rejected            rejected        Home Assistant understood and said no
├── Unreachable         unreachable     Home Assistant could not be asked
├── TimedOut            timeout         it was asked and did not answer in time
└── Unsupported         unsupported     this Home Assistant cannot do that

A problem carries facts: ``what`` sort of thing (entity, action, area, field ...), ``which`` value,
``similar`` real values. Who knows the tools turns facts into the next call.
"""

from collections.abc import Iterable
from typing import Any, ClassVar, Self

from rapidfuzz import fuzz, process

_ALIKE = 55  # of 100: below this a suggestion is noise


class Problem(Exception):
    """A failure with a stable code, a plain sentence, and a next step."""

    code: ClassVar[str] = "internal"
    retryable: ClassVar[bool] = False

    def __init__(self, message: str, *, hint: str | None = None, **details: Any) -> None:
        """Take one sentence on what was wrong, and facts a caller can use.

        Known details: ``what`` and ``which`` (the sort and value of what was wrong),
        ``similar`` (list of real values, nearest first).
        """
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.details = details


class Invalid(Problem):
    """An argument cannot be right, whatever the home looks like."""

    code = "invalid"


class NotFound(Problem):
    """The thing named does not exist."""

    code = "not_found"

    @classmethod
    def naming(cls, what: str, which: str, known: Iterable[str], *, limit: int = 5) -> Self:
        """Say that no ``what`` is called ``which``, with the nearest of ``known``."""
        return cls(
            f"There is no {what} {which!r}",
            what=what,
            which=which,
            similar=nearest(which, known, limit=limit),
        )


class Conflict(Problem):
    """The thing changed since it was read, or is there already."""

    code = "conflict"


class Forbidden(Problem):
    """This client may not do this."""

    code = "forbidden"


class NeedsApproval(Problem):
    """Nothing was done: a person has to approve it first."""

    code = "needs_approval"


class Disabled(Problem):
    """The owner switched this off."""

    code = "disabled"


class Rejected(Problem):
    """Home Assistant understood the request and refused it."""

    code = "rejected"


class Unreachable(Problem):
    """Home Assistant could not be asked, so nothing happened there.

    ``sent`` says whether the request may have left: True means *maybe applied*, never repeat a
    write on it without looking first.
    """

    code = "unreachable"
    retryable = True

    def __init__(
        self, message: str, *, hint: str | None = None, sent: bool = False, **details: Any
    ) -> None:
        """Take the sentence and whether the request may have reached Home Assistant."""
        super().__init__(message, hint=hint, **details)
        self.sent = sent


class TimedOut(Problem):
    """Home Assistant was asked and did not answer in time: maybe applied."""

    code = "timeout"
    retryable = True


class Unsupported(Problem):
    """This Home Assistant, or this kind of thing, cannot do that."""

    code = "unsupported"


def nearest(word: str, names: Iterable[str], *, limit: int = 5) -> list[str]:
    """Return the names that look most like ``word``, best first; few or none when nothing does."""
    found = process.extract(
        word, list(names), scorer=_alike, limit=limit, processor=_plain, score_cutoff=_ALIKE
    )
    return [name for name, _score, _index in found]


def _plain(text: str) -> str:
    return text.casefold().replace("_", " ").replace(".", " ")


def _alike(one: str, other: str, *, score_cutoff: float | None = None) -> float:
    """Compare spelling, and let a whole word in common count for a little less."""
    spelling = fuzz.ratio(one, other, score_cutoff=score_cutoff)
    return max(spelling, 0.9 * fuzz.token_set_ratio(one, other))
