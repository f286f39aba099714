"""The journal keeps what it acknowledged, and no more than it may."""

import asyncio
import sqlite3
import sys
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest

from ha_mcp.journal import Filter, Intent, Journal, Status, Unwritable
from ha_mcp.journal.bounds import Bounds
from ha_mcp.problems import NotFound

BODY = {"body": {"alias": "Lamp", "text": "x" * 2_000}}
WRITES_FOR_EVER = """
import asyncio, sys
from pathlib import Path
from ha_mcp.journal import Intent, Journal
async def main():
    journal = Journal(Path(sys.argv[1]))
    while True:
        number = await journal.intend("me", "set", "", [Intent("area", "a", "A", None, {"n": 1})])
        await journal.done(number, 0, "a", "A", {"n": number})
        print(number, flush=True)
asyncio.run(main())
"""


class Clock:
    """A clock that a test turns."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        """Tell the time."""
        return self.now


@pytest.fixture
def clock() -> Clock:
    """Return a clock."""
    return Clock()


@pytest.fixture
async def journal(tmp_path: Path, clock: Clock) -> AsyncIterator[Journal]:
    """Return an empty journal."""
    journal = Journal(tmp_path / "deep" / "journal.db", Bounds(changes=250), clock)
    yield journal
    await journal.close()


async def write(journal: Journal, document: str = "1", client: str = "me") -> int:
    """Make one change."""
    intent = Intent("automation", document, "Lamp", None, BODY)
    number = await journal.intend(client, "set", "because", [intent])
    await journal.done(number, 0, document, "Lamp", BODY)
    return number


async def test_a_change_is_an_intent_until_it_is_done(journal: Journal) -> None:
    """Whoever looks in between knows that nobody knows."""
    intent = Intent("automation", "1", "Lamp", None, BODY)

    number = await journal.intend("me", "set", "because", [intent])
    between = await journal.change(number)
    await journal.done(number, 0, "1", "Lamp", {"body": {"alias": "As read"}})
    after = await journal.change(number)

    assert between.entries[0].status is Status.INTENDED
    assert between.entries[0].after == BODY
    assert after.entries[0].status is Status.DONE
    assert after.entries[0].after == {"body": {"alias": "As read"}}
    assert (after.client, after.why, after.id) == ("me", "because", f"c{number}")


async def test_equal_bodies_are_stored_once(journal: Journal, tmp_path: Path) -> None:
    """A dashboard of a megabyte that changes back and forth costs two of it."""
    for _ in range(5):
        await write(journal)

    with closing(sqlite3.connect(tmp_path / "deep" / "journal.db")) as file:
        (count,) = file.execute("SELECT count(*) FROM body").fetchone()
    assert count == 1


async def test_an_acknowledged_change_survives_a_kill(tmp_path: Path) -> None:
    """Twice, at whatever instruction it happens to be."""
    file = tmp_path / "journal.db"
    for _ in range(2):
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", WRITES_FOR_EVER, file, stdout=asyncio.subprocess.PIPE
        )
        assert process.stdout is not None
        acknowledged = [int(await process.stdout.readline()) for _ in range(15)]
        process.kill()
        await process.wait()

    journal = Journal(file)
    found = [await journal.change(number) for number in acknowledged]
    await journal.close()

    assert [one.entries[0].after for one in found] == [{"n": number} for number in acknowledged]


async def test_what_cannot_be_written_is_a_problem_before_anything_happens(tmp_path: Path) -> None:
    """The write is refused, so it never reaches Home Assistant."""
    (tmp_path / "file").write_text("no folder")
    blocked = Journal(tmp_path / "file" / "journal.db")
    (tmp_path / "noise.db").write_bytes(b"no database" * 1_000)
    damaged = Journal(tmp_path / "noise.db")

    with pytest.raises(Unwritable):
        await write(blocked)
    with pytest.raises(Unwritable):
        await write(damaged)
    await blocked.close()
    await damaged.close()


async def test_old_changes_go_and_their_bodies_with_them(
    journal: Journal, clock: Clock, tmp_path: Path
) -> None:
    """Thirty days are kept, looked at every two hundred changes."""
    first = await write(journal)
    clock.now += 31 * 86_400
    for number in range(199):
        await write(journal, str(number))

    with pytest.raises(NotFound):
        await journal.change(first)
    _, total = await journal.changes(Filter(), 0, 1)
    assert total == 199


async def test_no_more_changes_are_kept_than_allowed(journal: Journal) -> None:
    """The oldest go first."""
    for _ in range(400):
        await write(journal)

    found, total = await journal.changes(Filter(), 0, 1)

    assert total == 250
    assert found[0].number == 400


async def test_changes_are_found_by_who_what_and_when(journal: Journal, clock: Clock) -> None:
    """Newest first, without their bodies."""
    await write(journal, client="me")
    clock.now += 60
    await write(journal, client="you")

    mine, _ = await journal.changes(Filter(client="me"), 0, 10)
    late, _ = await journal.changes(Filter(since=clock.now - 1), 0, 10)
    none, total = await journal.changes(Filter(kind="area"), 0, 10)

    assert [one.client for one in mine] == ["me"]
    assert [one.client for one in late] == ["you"]
    assert (none, total) == ([], 0)


async def test_a_preview_belongs_to_its_client_for_an_hour(journal: Journal, clock: Clock) -> None:
    """What was seen an hour ago is not what is there."""
    preview = await journal.keep_preview("me", {"plan": 1})

    kept = await journal.preview("me", preview)
    with pytest.raises(NotFound):
        await journal.preview("you", preview)
    clock.now += 3_601
    with pytest.raises(NotFound):
        await journal.preview("me", preview)

    assert kept == {"plan": 1}


async def test_a_document_made_anew_is_found_by_its_old_id(journal: Journal) -> None:
    """Also when that happened twice."""
    for old, new in (("a", "b"), ("b", "c")):
        number = await journal.intend("me", "undo", "", [Intent("helper", old, "H", None, BODY)])
        await journal.done(number, 0, new, "H", BODY)

    assert await journal.became() == [("helper", "a", "b"), ("helper", "b", "c")]
    assert await journal.last_known("helper", "c") == BODY


async def test_a_journal_that_another_process_holds_refuses_the_write(
    journal: Journal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a while, and takes the next one again."""
    await write(journal)
    monkeypatch.setattr("ha_mcp.journal.database._BUSY", 0.05)
    other = Journal(tmp_path / "deep" / "journal.db")
    with closing(sqlite3.connect(tmp_path / "deep" / "journal.db")) as holding:
        holding.execute("BEGIN IMMEDIATE")
        with pytest.raises(Unwritable, match="locked"):
            await write(other)
        holding.rollback()
    number = await write(other)
    await other.close()

    assert number == 2


async def test_an_intent_that_came_to_nothing_is_withdrawn(journal: Journal) -> None:
    """One that was done stays, whoever asks."""
    intent = Intent("integration", "", "Hub", None, BODY)
    asked = await journal.intend("me", "form", "", [intent])
    done = await write(journal)

    await journal.withdraw(asked)
    await journal.withdraw(done)
    left, _ = await journal.changes(Filter(), 0, 10)

    assert [one.number for one in left] == [done]
