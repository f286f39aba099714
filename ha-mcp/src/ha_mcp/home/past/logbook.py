"""The logbook: what happened, and what or who caused it (``logbook/get_events``)."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from msgspec import Struct

from ..states import States
from ..times import Span
from ..wire import Core
from .recorded import Read, Row, Subject, Summary
from .slices import A_MOMENT, Ask, iso, sliced

_MOST = 5_000  # entries in one answer
_STARTED_BY = {"automation_triggered": "automation", "script_started": "script"}


class _Entry(Struct, frozen=True, gc=False):
    """One entry; what is not about it is absent. Texts come from integrations: any JSON."""

    when: float
    entity_id: Any = None
    state: str | None = None
    message: Any = None
    context_event_type: str | None = None
    context_domain: str | None = None
    context_service: str | None = None
    context_name: Any = None
    context_message: Any = None
    context_source: Any = None
    context_entity_id: Any = None
    context_state: str | None = None
    context_user_id: str | None = None


class Logbook:
    """Reads the logbook of entities."""

    def __init__(self, core: Core, states: States) -> None:
        """Take the wire, and the live states for the names of people and things."""
        self._core = core
        self._states = states

    async def read(self, subjects: Sequence[Subject], span: Span) -> Read:
        """Return the number of entries of each, the entries newest first, and what was read.

        That is shorter than asked when there are too many entries: its newest part.
        """
        by_id = {one.id: one for one in subjects}
        people = self._people()
        since = span.end.timestamp()
        rows: list[Row] = []
        async for part in sliced(span, self._asking(by_id), subjects=len(by_id), most=_MOST):
            since = part.since
            for entry in part.brought:
                subject = by_id.get(str(entry.entity_id))
                if subject is not None and entry.when >= since:
                    cause = self._cause(entry, people)
                    rows.append(Row(subject, entry.when, _said(entry), cause=cause))
        rows.sort(key=lambda row: row.at, reverse=True)
        counted = Counter(row.subject.id for row in rows)
        seen = Span(
            span.local(since), span.end, span.unit if since <= span.start.timestamp() else None
        )
        return [Summary(one, changes=counted[one.id]) for one in subjects], rows, seen

    def _asking(self, by_id: dict[str, Subject]) -> Ask[list[_Entry]]:
        async def ask(start: float, end: float) -> tuple[list[_Entry], int]:
            entries = await self._core.fetch(
                "logbook/get_events",
                list[_Entry],
                start_time=iso(start - A_MOMENT),
                end_time=iso(end),
                entity_ids=list(by_id),
            )
            return entries, len(entries)

        return ask

    def _people(self) -> dict[str, str]:
        """Return the names of the people that have a user, by the user's id."""
        persons = (state for state in self._states if state.domain == "person")
        named = ((one.attributes.get("user_id"), one.name or one.entity_id) for one in persons)
        return {str(user): name for user, name in named if user}

    def _cause(self, entry: _Entry, people: dict[str, str]) -> str | None:
        person = people.get(entry.context_user_id or "")
        parts = [self._started_by(entry), f"by {person}" if person else None]
        return " ".join(part for part in parts if part) or None

    def _started_by(self, entry: _Entry) -> str | None:
        kind = _STARTED_BY.get(entry.context_event_type or "")
        if kind:
            source = f" ({entry.context_source})" if entry.context_source else ""
            return f"{kind} {entry.context_name or entry.context_entity_id}{source}"
        if entry.context_service:
            return f"action {entry.context_domain}.{entry.context_service}"
        if entry.context_name:
            return " ".join(
                str(part) for part in (entry.context_name, entry.context_message) if part
            )
        if entry.context_entity_id:
            cause = self._states.get(str(entry.context_entity_id))
            name = (cause.name if cause else None) or entry.context_entity_id
            return f"{name} {entry.context_state or ''}".strip()
        return None


def _said(entry: _Entry) -> str:
    return entry.state if entry.state is not None else str(entry.message or "")
