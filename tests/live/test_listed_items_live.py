"""Items of to-do lists and events of calendars, where they are not like other documents."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from ha_mcp.documents import Edit, Store, Wish
from ha_mcp.home import Home, agenda
from ha_mcp.problems import Invalid, NotFound, Unsupported
from lab.core import running_core
from live.documents import Case, documents, edit, make, remove, undo

pytestmark = pytest.mark.live

WEEKLY = Case(
    "calendar_event",
    {
        "calendar": "calendar.family",
        "summary": "Case bins",
        "start": "2020-01-06T07:00",
        "end": "2020-01-06T07:10",
        "rrule": "FREQ=WEEKLY;BYDAY=MO",
    },
    [],
)


@pytest_asyncio.fixture(scope="module")
async def both(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[tuple[Store, Home]]:
    """Open the documents of the small home."""
    async with (
        running_core(home="demo") as core,
        documents(core, tmp_path_factory.mktemp("journal")) as both,
    ):
        yield both


@pytest.fixture(scope="module")
def store(both: tuple[Store, Home]) -> Store:
    """Return the store."""
    return both[0]


@pytest.fixture(scope="module")
def home(both: tuple[Store, Home]) -> Home:
    """Return the home."""
    return both[1]


def _item(summary: str) -> Case:
    return Case("todo_item", {"list": "todo.chores", "summary": summary}, [])


@pytest.mark.parametrize("at", [0, 1])
async def test_an_item_comes_back_to_its_place(store: Store, at: int) -> None:
    """The first one too."""
    receipts = [await make(store, _item(f"Case {one}")) for one in "ab"]
    mine = [row for row in await store.all("todo_item") if row.id.startswith("todo.chores/")]
    row = mine[at]

    removed = await remove(store, await store.get("todo_item", row.id))
    await undo(store, removed.change)
    after = [one.name for one in await store.all("todo_item") if one.id.startswith("todo.chores/")]
    await undo(store, *(one.change for one in receipts))

    assert after == [one.name for one in mine]


async def test_nothing_moves_to_another_calendar(store: Store) -> None:
    """The new one would give it a new id; and a light is no calendar."""
    document = await store.get("calendar_event", "Dentist")

    for other, words in (("Calendar 1", "stays there"), ("light.bed_light", "is no calendar")):
        with pytest.raises(Invalid, match=words):
            await edit(store, document, [{"op": "replace", "path": "/calendar", "value": other}])


async def test_a_series_is_one_event_as_it_began(store: Store) -> None:
    """However long ago that was, and whatever changes: the whole series follows."""
    made = await make(store, WEEKLY)
    rows = [row for row in await store.all("calendar_event") if row.name == "Case bins"]
    document = await store.get("calendar_event", made.written[0].id)
    patched = await edit(
        store, document, [{"op": "replace", "path": "/summary", "value": "Case paper"}]
    )
    await undo(store, patched.change)
    after = await store.get("calendar_event", document.id)
    await remove(store, after)

    assert [row.id for row in rows] == [document.id]
    assert "repeats" in rows[0].about
    assert str(document.snapshot.body["start"]).startswith("2020-01-06T07:00:00")
    assert patched.written[0].unlike == ()
    assert after.etag == document.etag


async def test_a_span_has_each_occurrence_in_it_and_no_other(store: Store, home: Home) -> None:
    """Of the calendar that was asked for."""
    made = await make(store, WEEKLY)
    span = agenda("2030-01-01", "2030-01-31", home.times.now())

    found = await store.inside("calendar_event", "Family", span)
    elsewhere = await store.inside("calendar_event", "calendar.calendar_1", span)
    await undo(store, made.change)

    bins = [row for row in found.rows if row.name == "Case bins"]
    assert [row.about[:27] for row in bins] == [
        f"Mon 2030-01-{day} 07:00-07:10," for day in ("07", "14", "21", "28")
    ]
    assert {row.id for row in bins} == {made.written[0].id}
    assert all(row.name != "Case bins" for row in elsewhere.rows)
    assert found.note == ""


async def test_what_is_in_a_parent_and_nothing_else(store: Store) -> None:
    """Lists, dashboards and integrations of the small home."""
    chores = await store.inside("todo_item", "todo.chores", None)
    cards = await store.inside("dashboard", (await store.all("dashboard"))[0].id, None)
    entries = await store.inside("integration", "local_todo", None)
    entities = await store.inside("entity", "local_todo", None)

    assert {row.id.partition("/")[0] for row in chores.rows} == {"todo.chores"}
    assert cards.rows[0].id == "/views/0"
    assert {row.about for row in entries.rows} == {"local_todo"}
    assert "todo.chores" in {row.id for row in entities.rows}
    with pytest.raises(NotFound):
        await store.inside("integration", "local_tdo", None)


async def test_a_calendar_that_cannot_be_changed_says_so(store: Store) -> None:
    """Its events are listed all the same."""
    document = await store.get("calendar_event", "Future Event")
    wish = Wish(Edit(merge={"summary": "Past"}), id=document.id, etag=document.etag)

    assert document.snapshot.body["location"] == "Future Location"
    with pytest.raises(Unsupported, match="does not let"):
        await store.plan_set("calendar_event", [wish], may_shrink=False)


async def test_times_that_make_no_sense_are_told(store: Store) -> None:
    """Before anything is sent."""
    for end in ("2030-01-01", "2030-01-02", "soon"):
        config = {
            "calendar": "calendar.family",
            "summary": "Case",
            "start": "2030-01-01T10:00",
            "end": end,
        }
        with pytest.raises(Invalid):
            await store.plan_set("calendar_event", [Wish(Edit(config=config))], may_shrink=False)
