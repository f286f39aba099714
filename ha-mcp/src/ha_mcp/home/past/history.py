"""What was: the recorder's states, long-term statistics or the logbook, whichever answers best."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from ...problems import Forbidden, Rejected, Unsupported
from ..names import Names
from ..states import States
from ..times import Span
from ..wire import Core
from .asking import Asked, Asking, Question
from .changes import Changes
from .logbook import Logbook
from .recorded import Read, Recorded, Source, Subject, Summary
from .statistics import Statistics, period_for


class History:
    """Answers questions about the past."""

    def __init__(self, core: Core, states: States, names: Names) -> None:
        """Take the wire, the live states and the names."""
        self._core = core
        self._states = states
        self._statistics = Statistics(core)
        self._changes = Changes(core, states)
        self._logbook = Logbook(core, states)
        self._asking = Asking(core, states, names, self._statistics)

    async def read(self, question: Question) -> Recorded:
        """Answer; raises NotFound, Invalid or Unsupported."""
        asked = await self._asking.resolve(question)
        if question.source == "statistics" and asked.recorded:
            raise _without_statistics(asked.recorded[0])
        whole = await self._statistics.summaries(asked.measured, asked.known, question.span)
        if question.source is None and question.period is None:
            whole, asked = self._rerouted(whole, asked)
        answer = await self._answered(question, asked, whole)
        if question.compare:
            answer = await self._compared(question, asked, answer)
        explained = await asyncio.gather(*(self._explained(one) for one in answer.summaries))
        return replace(answer, summaries=explained)

    def _rerouted(self, whole: list[Summary], asked: Asked) -> tuple[list[Summary], Asked]:
        """Let states answer for entities too new to have statistics of that time."""
        moved = [one.subject for one in whole if one.empty and one.subject.id in self._states]
        kept = [one for one in asked.measured if one not in moved]
        rest = replace(asked, recorded=[*asked.recorded, *moved], measured=kept)
        return [one for one in whole if one.subject not in moved], rest

    async def _answered(
        self, question: Question, asked: Asked, whole: Sequence[Summary]
    ) -> Recorded:
        """Put together what states or the logbook, and statistics say."""
        changes, rows, seen = await self._recorded(question, asked.recorded, question.span)
        stretch = question.span if asked.measured else seen
        kept = _top([*whole, *changes], question.top)
        subjects = {one.subject for one in kept}
        measured = [one for one in asked.measured if one in subjects]
        period, note = period_for(stretch, len(measured), question.period)
        by_period = await self._statistics.rows(measured, stretch, period)
        rows = [*by_period, *(row for row in rows if row.subject in subjects)]
        return Recorded(
            stretch,
            kept,
            sorted(rows, key=lambda row: row.at, reverse=True),
            _sources(question, asked),
            period=period if measured else None,
            of=asked.count if len(kept) < asked.count else None,
            notes=[*_shortened(question.span, seen), *([note] if note and measured else ())],
        )

    async def _recorded(
        self, question: Question, subjects: Sequence[Subject], stretch: Span
    ) -> Read:
        if not subjects:
            return [], [], stretch
        reader = self._logbook if question.source == "logbook" else self._changes
        return await reader.read(subjects, stretch)

    async def _compared(self, question: Question, asked: Asked, answer: Recorded) -> Recorded:
        """Add what the same subjects amounted to in the stretch before."""
        before = answer.span.previous()
        kept = {one.subject for one in answer.summaries}
        measured = [one for one in asked.measured if one in kept]
        recorded = [one for one in asked.recorded if one in kept]
        whole = await self._statistics.summaries(measured, asked.known, before)
        changes, _rows, seen = await self._recorded(question, recorded, before)
        if _shortened(before, seen):  # half of it would be compared with all of the other
            changes = []
        earlier = {one.subject: one for one in (*whole, *changes) if not one.empty}
        summaries = [replace(one, previous=earlier.get(one.subject)) for one in answer.summaries]
        return replace(answer, summaries=summaries, before=before)

    async def _explained(self, summary: Summary) -> Summary:
        """Say why nothing is known of an entity, where Core tells."""
        if not summary.empty or summary.subject.id not in self._states:
            return summary
        try:
            options = await self._core.command(
                "recorder/entity_options/get", entity_id=summary.subject.id
            )
        except (Forbidden, Unsupported, Rejected):  # not an admin, or a Core that cannot tell
            return summary
        if options.get("recording_disabled_by"):
            return replace(summary, why_empty="left out of the recorder")
        return summary


def _sources(question: Question, asked: Asked) -> frozenset[Source]:
    recorded: Source = "logbook" if question.source == "logbook" else "states"
    used: dict[Source, Sequence[Subject]] = {recorded: asked.recorded, "statistics": asked.measured}
    return frozenset(source for source, subjects in used.items() if subjects)


def _top(summaries: Sequence[Summary], most: int | None) -> Sequence[Summary]:
    if most is None:
        return summaries
    return sorted(summaries, key=lambda one: one.weight, reverse=True)[:most]


def _shortened(asked: Span, seen: Span) -> list[str]:
    if seen.start.timestamp() - asked.start.timestamp() < 1:
        return []
    since = f"{seen.start:%Y-%m-%d %H:%M}"
    return [f"States only since {since}, there are too many changes: ask for less time"]


def _without_statistics(subject: Subject) -> Unsupported:
    return Unsupported(
        f"{subject.id} has no long-term statistics, only sensors with a state_class have",
        hint="Leave source out: its states are shown",
        what="entity",
        which=subject.id,
    )
