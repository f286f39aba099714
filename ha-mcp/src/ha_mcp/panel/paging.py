"""Long lists, a page at a time: no page of the panel grows with the home."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self
from urllib.parse import urlencode

from ..problems import Invalid

_DIGITS = 9


def read_number(text: str) -> int:
    """Read where a list is to begin; raises Invalid."""
    if not (text.isascii() and text.isdecimal() and len(text) <= _DIGITS):
        raise Invalid("There is no such place in the list")
    return int(text)


@dataclass(frozen=True, slots=True)
class Paging:
    """Which part of a list is shown, and where the parts around it are."""

    to: str  # the page, below the panel
    query: Mapping[str, str]  # what was asked, without the number of the page
    number: int  # from 1
    size: int
    total: int = 0

    @classmethod
    def of(cls, to: str, query: Mapping[str, str], size: int) -> Self:
        """Read the number of the page; raises Invalid."""
        number = max(1, read_number(query.get("page", "1")))
        kept = {name: value for name, value in query.items() if name != "page" and value}
        return cls(to, kept, number, size)

    @property
    def start(self) -> int:
        """How many come before."""
        return (self.number - 1) * self.size

    @property
    def end(self) -> int:
        """How many there are up to the last one shown."""
        return min(self.start + self.size, self.total)

    @property
    def before(self) -> str:
        """Return where the page before is; empty on the first."""
        return self._page(self.number - 1) if self.number > 1 else ""

    @property
    def after(self) -> str:
        """Return where the next page is; empty on the last."""
        return self._page(self.number + 1) if self.end < self.total else ""

    def _page(self, number: int) -> str:
        return f"{self.to}?{urlencode({**self.query, 'page': number})}"
