"""What was, and how much."""

import re
from typing import Annotated, Literal

from ...home import Home, Period, Question, Source, span
from ...toolkit import Answer, Field, Profile, Risk, fingerprint, start_of, tool
from .._fields import Cursor, End, EntityIds, Limit, Start
from ._told import told_rows, told_summaries

_CURSOR = re.compile(r"\d+-[0-9a-f]+-([0-9a-f]{10,11})")


@tool(
    title="Get history",
    risk=Risk.READ,
    shown={Profile.VOICE: ["entity_ids", "start", "end"]},
)
async def ha_get_history(
    home: Home,
    entity_ids: Annotated[EntityIds, Field("ids, names, or energy")],
    start: Start | None = None,
    end: End | None = None,
    source: Source | None = None,
    period: Period | None = None,
    compare: Literal["previous"] | None = None,
    top: Annotated[int, Field("only the most", minimum=1, maximum=50)] | None = None,
    limit: Limit = 50,
    cursor: Cursor | None = None,
) -> Answer:
    """Show past states, statistics or the logbook (with causes), summed up, then newest first.

    Default: the last day, source by length. energy: the energy dashboard.
    """
    asked = _asked_at(cursor, home.times.now().timestamp())
    told = (entity_ids, start, end, source, period, compare, top)
    mark = f"{fingerprint({'history': told})}-{asked:x}"
    begin = start_of(cursor, mark)
    stretch = span(start, end, home.times.local(asked / 1000))
    question = Question(entity_ids, stretch, source, period, compare is not None, top)
    recorded = await home.history.read(question)
    rows = told_rows(recorded, begin, limit, mark)
    if begin:
        return home.times.header(), rows
    return home.times.header(), *told_summaries(recorded), rows


def _asked_at(cursor: str | None, now: float) -> int:
    """Return the millisecond of the first page's question; later pages look from there."""
    latest = int(now * 1000)
    found = _CURSOR.fullmatch(cursor or "")
    return min(int(found[1], 16), latest) if found else latest
