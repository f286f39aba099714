"""The whole home or a part of it, as forms show it and as they are answered."""

from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from ..access.grants import Only
from ..access.parts import ALL, in_words, only
from ..home import Home
from ..problems import Invalid, Problem

_MOST_TICKED: Final = 40  # of areas, and of labels; a form may have 100 fields
_LONGEST: Final = 20_000  # characters of a part in words


@dataclass(frozen=True, slots=True)
class Tick:
    """One box: an area or a label of the home."""

    field: str  # as a part is written: area:kitchen
    title: str
    ticked: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """What a form offers."""

    whole: bool
    areas: list[Tick]
    labels: list[Tick]
    further: str  # what no box stands for, in words


async def choice(home: Home, kept: Only | None) -> Choice:
    """Return what is offered, with what somebody is kept to now.

    While the home is not known, what is in it has to be written.
    """
    with suppress(Problem):
        await home.awake()
    areas = {f"area:{one.area_id}": one.name for one in home.registries.areas.values()}
    labels = {f"label:{one.label_id}": one.name for one in home.registries.labels.values()}
    now = set(in_words(kept).split())
    of_areas, of_labels = _ticks(areas, now), _ticks(labels, now)
    shown = {tick.field for tick in (*of_areas, *of_labels)}
    return Choice(kept is None, of_areas, of_labels, " ".join(sorted(now - shown)))


def chosen(form: Mapping[str, str]) -> Only | None:
    """Return the part that a form was sent with, None being all of the home; raises Invalid.

    What is not clear never gives the whole home.
    """
    ticked = [name for name in form if ":" in name]
    words = [*ticked, *form.get("further", "").replace(",", " ").split()]
    match form.get("where"):
        case "whole" if not words:
            return None
        case "whole":
            raise Invalid(
                "The whole home was chosen, and a part of it: nothing was done",
                hint="Take the parts away, or choose the part",
            )
        case "part" if ALL not in words and sum(map(len, words)) <= _LONGEST:
            return only(words)
        case _:
            raise Invalid("It has to be said which part of the home")


def missing(home: Home, part: Only | None) -> list[str]:
    """Return what of a part is not in the home now; nothing while the home is not known."""
    if part is None or not home.mirror.synced:
        return []
    registries = home.registries
    unknown = Only(
        areas=part.areas - registries.areas.keys(),
        labels=part.labels - registries.labels.keys(),
        entities=frozenset(
            one for one in part.entities - registries.entities.keys() if one not in home.states
        ),
    )
    return in_words(unknown).split()


def summed_up(part: Only | None, most: int) -> str:
    """Return a part in words, its begin when it is long; empty for the whole home."""
    words = in_words(part).split()
    more = f" and {len(words) - most} more" if len(words) > most else ""
    return f"{' '.join(words[:most])}{more}"


def _ticks(names: Mapping[str, str], now: Collection[str]) -> list[Tick]:
    """Return the first boxes by name, those in use before all others."""
    ordered = sorted(names, key=lambda field: (field not in now, names[field].casefold()))
    shown = sorted(ordered[:_MOST_TICKED], key=lambda field: names[field].casefold())
    return [Tick(field, names[field], field in now) for field in shown]
