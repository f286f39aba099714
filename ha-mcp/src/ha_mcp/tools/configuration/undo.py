"""Take it back."""

from typing import Annotated

from ...documents import Preview, Store
from ...home import Home
from ...journal import number_of
from ...problems import Invalid, NotFound
from ...toolkit import Answer, Client, Field, Risk, tool
from .._fields import End, Start
from ._changes import ME, wanted, who
from ._fields import named
from ._told import preview_told, receipt_told

_LAST = "last"
_MOST = 200


@tool(title="Undo changes", risk=Risk.EDIT, whole=True)
async def ha_undo(
    store: Store,
    home: Home,
    me: Client,
    changes: Annotated[list[str], Field("ids, or last")] | None = None,
    since: Start | None = None,
    until: End | None = None,
    client: Annotated[str, Field("me, or a name, for a span")] = ME,
    *,
    preview: bool = False,
) -> Answer:
    """Take back changes of ha_get_changes: some, the last of this client, or those of a span.

    It is itself a change. What changed again since then is a conflict.
    """
    if changes:
        numbers = [await _number(store, one, named(me)) for one in changes]
    elif since or until:
        numbers = await _of_span(store, home, who(client, named(me)), since, until)
    else:
        raise Invalid("Say which changes: ids, last, or since", what="argument", which="changes")
    plan = await store.plan_undo(numbers)
    if preview:
        return await preview_told(store, Preview("", plan))
    return receipt_told(home, await store.write(plan, named(me), ""))


async def _number(store: Store, text: str, me: str) -> int:
    if text.strip().lower() == _LAST:
        return (await store.last_change(me)).number
    return number_of(text)


async def _of_span(
    store: Store, home: Home, client: str, since: str | None, until: str | None
) -> list[int]:
    """Return what was changed in a span and is not taken back, undone changes left out."""
    asked = wanted(home, client, since=since, until=until)
    found, total = await store.changes(asked, 0, _MOST)
    if total > _MOST:
        raise Invalid(
            f"{total} changes are too many to undo at once", hint="Narrow the span", which="since"
        )
    numbers = [one.number for one in found if one.counts]
    if not numbers:
        raise NotFound(f"0 of {total} changes in this span can be taken back", what="change")
    return numbers
