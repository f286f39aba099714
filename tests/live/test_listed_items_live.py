"""Items of to-do lists and events of calendars, where they are not like other documents."""

from collections.abc import AsyncIterator
from dataclasses import replace

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


async def test_an_item_is_moved_and_moved_back(store: Store) -> None:
    """Named by its summary or by its uid; first is after nothing."""
    receipts = [await make(store, _item(f"Case {one}")) for one in "abc"]
    last = await store.get("todo_item", receipts[2].written[0].id)

    moved = await edit(store, last, [{"op": "replace", "path": "/after", "value": "case A"}])
    between = [one.name for one in await store.all("todo_item") if one.name.startswith("Case ")]
    front = await edit(
        store,
        await store.get("todo_item", last.id),
        [{"op": "replace", "path": "/after", "value": ""}],
    )
    first = (await store.get("todo_item", last.id)).snapshot.body["after"]
    await undo(store, front.change, moved.change)
    after = [one.name for one in await store.all("todo_item") if one.name.startswith("Case ")]
    wish = Wish(Edit(merge={"after": "Case z"}), id=last.id, etag=last.etag)
    plan = await store.plan_set("todo_item", [wish], may_shrink=False)
    await undo(store, *(one.change for one in receipts))

    assert between == ["Case a", "Case c", "Case b"]
    assert moved.written[0].unlike == front.written[0].unlike == ()
    assert first == ""
    assert after == ["Case a", "Case b", "Case c"]
    assert [one.path for one in plan.advice] == ["/after"]
    assert "Case a" in plan.advice[0].similar


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
    assert [row.id for row in bins] == [
        f"{made.written[0].id}/203001{day}T070000" for day in ("07", "14", "21", "28")
    ]
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


COUNTED = replace(
    WEEKLY,
    config={
        **WEEKLY.config,
        "start": "2030-01-07T07:00",
        "end": "2030-01-07T07:10",
        "rrule": "FREQ=WEEKLY;BYDAY=MO;COUNT=4",
    },
)


TWELVE = "FREQ=WEEKLY;COUNT=12;BYDAY=MO"


async def test_one_occurrence_is_changed_alone_and_back(store: Store) -> None:
    """The others stay, and the series is the one it was."""
    made = await make(store, COUNTED)
    series = made.written[0].id
    one = await store.get("calendar_event", f"{series}/20300114T070000")

    moved = await edit(
        store,
        one,
        [
            {"op": "replace", "path": "/start", "value": "2030-01-15T09:00"},
            {"op": "replace", "path": "/end", "value": "2030-01-15T09:30"},
            {"op": "replace", "path": "/summary", "value": "Case late"},
        ],
    )
    between = await store.get("calendar_event", one.id)
    whole = await store.get("calendar_event", series)
    await undo(store, moved.change)
    after = await store.get("calendar_event", one.id)
    await remove(store, await store.get("calendar_event", series))

    assert "rrule" not in one.snapshot.body
    assert moved.written[0].unlike == ()
    assert between.snapshot.body["start"] == "2030-01-15T09:00:00+01:00"
    assert whole.snapshot.body["start"] == "2030-01-07T07:00:00+01:00"
    assert after.etag == one.etag


async def test_one_occurrence_is_left_out_and_comes_back_by_itself(store: Store) -> None:
    """As an event of its own, which is what calendars can do."""
    made = await make(store, COUNTED)
    series = made.written[0].id
    one = await store.get("calendar_event", f"{series}/20300121T070000")

    removed = await remove(store, one)
    with pytest.raises(NotFound, match="no occurrence"):
        await store.get("calendar_event", one.id)
    left = await store.get("calendar_event", f"{series}/20300128T070000")
    back = await undo(store, removed.change)
    again = await store.get("calendar_event", back.written[0].id)
    await remove(store, again)
    await remove(store, await store.get("calendar_event", series))

    assert left.snapshot.body["summary"] == "Case bins"
    assert again.etag == one.etag
    assert not again.id.startswith(series)


async def _bins(store: Store, home: Home) -> list[tuple[str, str]]:
    """Return when and what happens of the series that these tests make."""
    span = agenda("2030-01-01", "2030-03-31", home.times.now())
    found = await store.inside("calendar_event", "Family", span)
    return [(row.about[4:20], row.name) for row in found.rows if row.name.startswith("Case ")]


AS_MADE = [(f"2030-01-{day} 07:00", "Case bins") for day in ("07", "14", "21", "28")]


async def test_the_rest_of_a_series_is_changed_and_back(store: Store, home: Home) -> None:
    """What was before stays as it was, however often; how often it still happens is counted."""
    made = await make(store, COUNTED)
    series = made.written[0].id
    whole = await store.get("calendar_event", series)
    rest = await store.get("calendar_event", f"{series}/20300121T070000/on")

    renamed = await edit(
        store, rest, [{"op": "replace", "path": "/summary", "value": "Case paper"}]
    )
    between = await _bins(store, home)
    paper = await store.get("calendar_event", rest.id)
    placed = await edit(store, paper, [{"op": "add", "path": "/location", "value": "Kerb"}])
    twice = await _bins(store, home)
    await undo(store, placed.change)
    once = await store.get("calendar_event", rest.id)
    await undo(store, renamed.change)
    after = await store.get("calendar_event", rest.id)
    back = await _bins(store, home)
    whole_again = await store.get("calendar_event", series)
    await remove(store, whole_again)

    assert rest.snapshot.body["rrule"] == "FREQ=WEEKLY;COUNT=2;BYDAY=MO"
    assert [name for _, name in between] == [name for _, name in twice]
    assert between == [*AS_MADE[:2], *((when, "Case paper") for when, _ in AS_MADE[2:])]
    assert renamed.written[0].unlike == placed.written[0].unlike == ()
    assert once.etag == paper.etag
    assert after.etag == rest.etag
    assert whole_again.etag == whole.etag
    assert back == AS_MADE


async def test_what_was_left_out_stays_out_when_the_rest_changes(store: Store, home: Home) -> None:
    """Before it and after it."""
    made = await make(store, replace(COUNTED, config={**COUNTED.config, "rrule": TWELVE}))
    series = made.written[0].id
    for day in ("0114", "0218"):
        await remove(store, await store.get("calendar_event", f"{series}/2030{day}T070000"))
    before = await _bins(store, home)
    rest = await store.get("calendar_event", f"{series}/20300128T070000/on")

    patch = [{"op": "replace", "path": "/summary", "value": "Case paper"}]
    renamed = await edit(store, rest, patch)
    between = await _bins(store, home)
    undone = await undo(store, renamed.change)
    again = await undo(store, undone.change)
    twice = await _bins(store, home)
    await undo(store, again.change)
    after = await _bins(store, home)
    await remove(store, await store.get("calendar_event", series))

    assert [when for when, _ in between] == [when for when, _ in before]
    assert [name for _, name in between] == [*["Case bins"] * 2, *["Case paper"] * 8]
    assert twice == between
    assert after == before


@pytest.mark.parametrize("rule", ["FREQ=WEEKLY;BYDAY=MO", TWELVE])
async def test_until_when_the_rest_happens_is_changed_and_back(
    store: Store, home: Home, rule: str
) -> None:
    """Of a series without an end, and of one that is counted."""
    made = await make(store, replace(COUNTED, config={**COUNTED.config, "rrule": rule}))
    series = made.written[0].id
    whole = await store.get("calendar_event", series)
    before = await _bins(store, home)
    rest = await store.get("calendar_event", f"{series}/20300121T070000/on")

    until = "FREQ=WEEKLY;BYDAY=MO;UNTIL=20300129T000000"
    ended = await edit(store, rest, [{"op": "replace", "path": "/rrule", "value": until}])
    between = await _bins(store, home)
    await undo(store, ended.change)
    after = await _bins(store, home)
    again = await store.get("calendar_event", series)
    await remove(store, again)

    assert ended.written[0].unlike == ()
    assert again.etag == whole.etag
    assert between == AS_MADE
    assert after == before
    assert len(before) > len(between)


async def test_a_whole_series_is_moved_and_counted_anew_and_back(store: Store, home: Home) -> None:
    """With everything that a body may say, and with what it says no more."""
    config = {**COUNTED.config, "location": "Kerb", "description": "Both"}
    made = await make(store, replace(COUNTED, config=config))
    document = await store.get("calendar_event", made.written[0].id)

    patched = await edit(
        store,
        document,
        [
            {"op": "replace", "path": "/rrule", "value": "RRULE:FREQ=WEEKLY;BYDAY=TU;COUNT=3"},
            {"op": "replace", "path": "/start", "value": "2030-01-08T06:00"},
            {"op": "replace", "path": "/end", "value": "2030-01-08T06:30"},
            {"op": "remove", "path": "/location"},
            {"op": "remove", "path": "/description"},
        ],
    )
    between = await store.get("calendar_event", document.id)
    happens = await _bins(store, home)
    await undo(store, patched.change)
    after = await store.get("calendar_event", document.id)
    await remove(store, after)

    assert patched.written[0].unlike == ()
    assert not {"location", "description"} & between.snapshot.body.keys()
    assert happens == [(f"2030-01-{day} 06:00", "Case bins") for day in ("08", "15", "22")]
    assert after.etag == document.etag


async def test_the_rest_of_a_series_is_removed_and_comes_back(store: Store) -> None:
    """As a series of its own, with as many as there were."""
    made = await make(store, COUNTED)
    series = made.written[0].id
    rest = await store.get("calendar_event", f"{series}/20300121T070000/on")

    removed = await remove(store, rest)
    with pytest.raises(NotFound):
        await store.get("calendar_event", f"{series}/20300128T070000")
    before = await store.get("calendar_event", f"{series}/20300114T070000")
    back = await undo(store, removed.change)
    again = await store.get("calendar_event", back.written[0].id)
    await remove(store, again)
    await remove(store, await store.get("calendar_event", series))

    assert before.snapshot.name == "Case bins"
    assert again.etag == rest.etag


async def test_what_a_calendar_would_lose_is_refused(store: Store, home: Home) -> None:
    """Nothing is written: the rest is not moved, and not changed once one of it was."""
    made = await make(store, COUNTED)
    series = made.written[0].id
    whole = await store.get("calendar_event", series)
    rest = await store.get("calendar_event", f"{series}/20300121T070000/on")
    one = await store.get("calendar_event", f"{series}/20300114T070000")
    paper = {"op": "replace", "path": "/summary", "value": "Case paper"}

    for path, value in (("/start", "2030-01-21T06:00"), ("/end", "2030-01-21T08:00")):
        with pytest.raises(Unsupported, match="not moved"):
            await edit(store, rest, [{"op": "replace", "path": path, "value": value}])
    with pytest.raises(Unsupported, match="not counted anew"):
        await edit(
            store, rest, [{"op": "replace", "path": "/rrule", "value": "FREQ=DAILY;COUNT=9"}]
        )
    with pytest.raises(Unsupported, match="does not become a single event"):
        await edit(store, whole, [{"op": "remove", "path": "/rrule"}])
    with pytest.raises(Invalid, match="has no rrule"):
        await edit(store, one, [{"op": "add", "path": "/rrule", "value": "FREQ=DAILY"}])
    happens = await _bins(store, home)
    await edit(store, one, [{"op": "replace", "path": "/summary", "value": "Case late"}])
    for document in (rest, whole):
        with pytest.raises(Unsupported, match="changed alone"):
            await edit(store, document, [paper])
    with pytest.raises(NotFound, match="was changed alone"):
        await store.get("calendar_event", f"{one.id}/on")
    left = await _bins(store, home)
    await remove(store, await store.get("calendar_event", series))

    assert happens == AS_MADE
    assert left == [AS_MADE[0], (AS_MADE[1][0], "Case late"), *AS_MADE[2:]]


async def test_the_beginning_of_a_series_that_was_split_is_left_alone(
    store: Store, home: Home
) -> None:
    """Its end would go, and so would what is between, when the third part is changed."""
    made = await make(store, COUNTED)
    series = made.written[0].id
    for day, name in (("21", "Case paper"), ("28", "Case glass")):
        rest = await store.get("calendar_event", f"{series}/203001{day}T070000/on")
        await edit(store, rest, [{"op": "replace", "path": "/summary", "value": name}])
    whole = await store.get("calendar_event", series)
    first = await store.get("calendar_event", f"{series}/20300107T070000/on")
    third = await store.get("calendar_event", f"{series}/20300128T070000/on")
    before = await _bins(store, home)

    for document, words in ((whole, "its beginning"), (first, "its beginning"), (third, "before")):
        with pytest.raises(Unsupported, match=words):
            await edit(store, document, [{"op": "add", "path": "/location", "value": "Kerb"}])
    after = await _bins(store, home)
    await remove(store, await store.get("calendar_event", series))

    assert [name for _, name in before] == ["Case bins", "Case bins", "Case paper", "Case glass"]
    assert after == before


async def test_whole_days_and_other_zones_are_spelled_in_one_way(store: Store) -> None:
    """A day stays a day, and a time is that of the home whatever its offset was."""
    days = replace(
        WEEKLY,
        config={
            "calendar": "Family",
            "summary": "Case fair",
            "start": "2030-03-30",
            "end": "2030-04-02",
            "rrule": "FREQ=YEARLY",
        },
    )
    abroad = replace(
        WEEKLY,
        config={
            "calendar": "Family",
            "summary": "Case call",
            "start": "2030-07-01T08:00:00-04:00",
            "end": "2030-07-01T13:00:00Z",
        },
    )

    receipts = [await make(store, days), await make(store, abroad)]
    fair, called = [await store.get("calendar_event", one.written[0].id) for one in receipts]
    alone = await store.get("calendar_event", f"{fair.id}/20310330")
    await undo(store, *(one.change for one in receipts))

    assert [one.written[0].unlike for one in receipts] == [(), ()]
    assert (fair.snapshot.body["start"], alone.snapshot.body["end"]) == ("2030-03-30", "2031-04-02")
    assert called.snapshot.body["start"] == "2030-07-01T14:00:00+02:00"
    assert called.snapshot.body["end"] == "2030-07-01T15:00:00+02:00"


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
