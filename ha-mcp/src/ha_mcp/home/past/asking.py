"""Whose past is asked for, and where each one's past is read best."""

from collections.abc import Sequence
from dataclasses import dataclass

from ...problems import Invalid
from ..names import Names
from ..states import States
from ..times import Span
from ..wire import Core
from .energy import energy_flows
from .recorded import Period, Source, Subject
from .statistics import Metadata, Statistics, subject_of

_ENERGY = "energy"  # instead of an id: what the energy dashboard shows
_MOST_SUBJECTS = 50
_SHORT = 6 * 3600.0  # seconds; longer stretches are easier to read as statistics


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of the past, its names resolved by ``Asking``."""

    entity_ids: Sequence[str]
    span: Span
    source: Source | None = None
    period: Period | None = None
    compare: bool = False  # with the stretch before
    top: int | None = None  # only the ones that changed or used the most


@dataclass(frozen=True, slots=True)
class Asked:
    """Who is answered from states (or the logbook), and who from statistics."""

    recorded: Sequence[Subject]
    measured: Sequence[Subject]
    known: dict[str, Metadata]

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.recorded) + len(self.measured)


class Asking:
    """Turns what a caller named into subjects."""

    def __init__(self, core: Core, states: States, names: Names, statistics: Statistics) -> None:
        """Take the wire and what has names."""
        self._core = core
        self._states = states
        self._names = names
        self._statistics = statistics

    async def resolve(self, question: Question) -> Asked:
        """Return the subjects; raises NotFound, Invalid or Unsupported."""
        ids = [one for one in question.entity_ids if one.strip().casefold() != _ENERGY]
        external = [one for one in ids if ":" in one and " " not in one]  # opower:meter_1
        entities = list(
            dict.fromkeys(self._names.entity(one) for one in ids if one not in external)
        )
        wants_energy = len(ids) < len(question.entity_ids)
        _check([*entities, *external, *[_ENERGY][: int(wants_energy)]])
        if question.source in ("states", "logbook"):
            if external or wants_energy:
                raise _statistics_only(external[0] if external else _ENERGY)
            return Asked([self._subject(one) for one in entities], (), {})
        return await self._by_source(question, entities, external, wants_energy=wants_energy)

    async def _by_source(
        self, question: Question, entities: list[str], external: list[str], *, wants_energy: bool
    ) -> Asked:
        wanted = question.source == "statistics" or question.period is not None
        by_statistics = wanted or question.span.seconds > _SHORT
        known = await self._statistics.known([*external, *(entities if by_statistics else ())])
        for one in external:
            if one not in known:
                raise await self._statistics.missing(one)
        measured = [*(one for one in entities if self._measures(one, known)), *external]
        flows = await self._energy(question, known) if wants_energy else []
        shown = {flow.id for flow in flows}
        named = [subject_of(known[one], self._name(one)) for one in measured if one not in shown]
        recorded = [self._subject(one) for one in entities if one not in measured]
        return Asked(recorded, [*flows, *named], known)

    def _measures(self, entity_id: str, known: dict[str, Metadata]) -> bool:
        """Tell whether an entity still writes statistics, and not only did so once."""
        state = self._states.get(entity_id)
        return entity_id in known and (state is None or "state_class" in state.attributes)

    async def _energy(self, question: Question, known: dict[str, Metadata]) -> list[Subject]:
        """Return what the energy dashboard shows, and learn its statistics."""
        flows = await energy_flows(self._core, devices_only=question.top is not None)
        known |= await self._statistics.known(flow.statistic_id for flow in flows)
        return [
            subject_of(
                known[flow.statistic_id], flow.name or self._name(flow.statistic_id), flow.role
            )
            for flow in flows
            if flow.statistic_id in known
        ]

    def _subject(self, entity_id: str) -> Subject:
        state = self._states.get(entity_id)
        return Subject(entity_id, self._names.name(entity_id), state.unit if state else None)

    def _name(self, statistic_id: str) -> str | None:
        """Return an entity's name; None for a statistic without an entity."""
        return self._names.name(statistic_id) if statistic_id in self._states else None


def _statistics_only(which: str) -> Invalid:
    return Invalid(
        f"{which} has statistics only", hint="Leave source out", what="argument", which=which
    )


def _check(wanted: Sequence[str]) -> None:
    if not wanted:
        raise Invalid("No entity is named", what="argument", which="entity_ids")
    if len(wanted) > _MOST_SUBJECTS:
        raise Invalid(f"{len(wanted)} are too many: at most {_MOST_SUBJECTS} at once")
