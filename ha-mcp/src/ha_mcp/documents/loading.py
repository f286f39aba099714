"""The kinds, loaded when the first document is wanted, and the checks before the first write.

They are many, and a home where assistants only look and act never needs one: 2 MiB.
"""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from functools import cached_property
from importlib import import_module

from ..home import Home
from ..journal import Notes
from .kind import Body, Finding, Kind

type Kinds = Mapping[str, Kind]
type Checking = Callable[[Home, str, str, Body, Body], Awaitable[list[Finding]]]


class Loading(Mapping[str, Kind]):
    """Kinds by name, made at the first question."""

    def __init__(self, make: Callable[[], Kinds]) -> None:
        """Take what makes them."""
        self._make = make

    @cached_property
    def _made(self) -> Kinds:
        return self._make()

    def __getitem__(self, name: str) -> Kind:
        """Return the kind of that name."""
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        """Iterate over the names."""
        return iter(self._made)

    def __len__(self) -> int:
        """Count them."""
        return len(self._made)


def kinds_at(home: Home, notes: Notes) -> Kinds:
    """Return every kind of a home."""

    def make() -> Kinds:
        kinds: Kinds = import_module(".kinds.every", __package__).kinds_of(home, notes)
        return kinds

    return Loading(make)


def checking() -> Checking:
    """Return what looks at a body that is to be written."""
    looked_at: Checking = import_module(".checking", __package__).looked_at
    return looked_at
