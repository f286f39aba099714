"""Notes are kept: over restarts, under their numbers, each write a version."""

from pathlib import Path

import pytest

from ha_mcp.journal import Notes, Unwritable
from ha_mcp.problems import Conflict, NotFound


async def test_a_note_is_there_after_a_restart_with_what_was_written_last(tmp_path: Path) -> None:
    """Its version counts the writes."""
    notes = Notes(tmp_path / "notes.db")
    number = await notes.add({"text": "first"})
    await notes.put(number, {"text": "second"})
    await notes.close()

    again = Notes(tmp_path / "notes.db")
    note = await again.get(number)
    everything = await again.all()
    await again.close()

    assert (note.version, note.body) == (2, {"text": "second"})
    assert everything == [note]


async def test_a_number_is_given_once_and_comes_back_when_it_is_asked_for(tmp_path: Path) -> None:
    """Whoever remembers n1 never meets another note under it."""
    notes = Notes(tmp_path / "notes.db")
    first = await notes.add({"text": "a"})
    await notes.drop(first)
    second = await notes.add({"text": "b"})
    back = await notes.add({"text": "a"}, first)

    with pytest.raises(Conflict):
        await notes.add({"text": "c"}, second)
    await notes.close()

    assert (first, second, back) == (1, 2, 1)


async def test_what_is_not_there_is_not_found(tmp_path: Path) -> None:
    """Reading, writing and removing say the same."""
    notes = Notes(tmp_path / "notes.db")

    with pytest.raises(NotFound):
        await notes.get(1)
    with pytest.raises(NotFound):
        await notes.put(1, {"text": "a"})
    with pytest.raises(NotFound):
        await notes.drop(1)
    await notes.close()


async def test_a_file_that_cannot_be_used_is_told(tmp_path: Path) -> None:
    """By its name: it is not the journal."""
    (tmp_path / "notes.db").mkdir()
    notes = Notes(tmp_path / "notes.db")

    with pytest.raises(Unwritable, match="notes cannot be used"):
        await notes.all()
    await notes.close()
