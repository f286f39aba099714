"""Answers are text a model can read, within a bound."""

from dataclasses import dataclass
from typing import Any

import pytest

from ha_mcp.toolkit import Picture, Table, fingerprint, present, start_of
from ha_mcp.toolkit.answers import HARD_CEILING, clean

ROWS = [[f"lamp {number}", number] for number in range(100)]


def text_of(answer: Any, ceiling: int = 10_000) -> str:
    """Present an answer."""
    return present(answer, ceiling).text


def test_a_table_has_a_header_a_column_line_and_rows() -> None:
    """The first line says how much there is."""
    table = Table(("name", "state"), [("Lamp", "on"), ("Fan", "off")])

    assert text_of(table) == "2 of 2\nname,state\nLamp,on\nFan,off"


def test_an_empty_table_says_what_was_looked_through() -> None:
    """Without a line of columns for no rows."""
    assert text_of(Table(("name",), [], total=0, lead="0 of 9 windows open")) == (
        "0 of 9 windows open"
    )
    assert text_of(Table(("name",), [])) == "0 of 0"


@pytest.mark.parametrize("nothing", [None, "", (), []])
def test_a_column_in_which_nothing_is_said_is_left_out(nothing: Any) -> None:
    """It would cost a comma in each row."""
    table = Table(("name", "area", "n"), [("Lamp", nothing, 1), ("Fan", nothing, 2)], note="so")

    assert text_of(table) == "2 of 2\nname,n\nLamp,1\nFan,2\nso"


def test_a_page_names_the_next_one() -> None:
    """And where it is itself."""
    mark = fingerprint({"query": "lamp"})
    first = text_of(Table(("name", "n"), ROWS[:20], total=100, mark=mark))
    cursor = first.splitlines()[0].removeprefix("20 of 100, next: ")
    start = start_of(cursor, mark)
    second = text_of(Table(("name", "n"), ROWS[20:30], total=100, start=start, mark=mark))

    assert start == 20
    assert second.startswith("21-30 of 100, next: 30-")


def test_more_than_can_be_paged_says_what_to_do() -> None:
    """A table without cursors is narrowed."""
    assert text_of(Table(("n",), [[1]], total=9)).startswith("1 of 9, 8 more: narrow the question")


def test_a_table_is_cut_between_rows_and_the_next_page_begins_there() -> None:
    """Nothing is lost between two pages."""
    head, _columns, *rows = text_of(Table(("name", "n"), ROWS, mark="m"), 1_000).splitlines()

    assert head == f"{len(rows)} of 100, next: {len(rows)}-m"
    assert 0 < len(rows) < 100
    assert rows == [f"lamp {number},{number}" for number in range(len(rows))]


def test_one_row_is_shown_however_long() -> None:
    """Else the next page would be the same again."""
    assert text_of(Table(("a", "b"), [("x" * 390, "y" * 390)] * 2, mark="m"), 600).startswith(
        "1 of 2, next: 1-m"
    )


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        (None, ""),
        ("plain", "plain"),
        ("a, b", '"a, b"'),
        ('5" pipe', '"5\' pipe"'),
        ("two\nlines\u2028and\u202e more", "two lines and  more"),
        (["a", 1], "a 1"),
        (3.5, "3.5"),
        ("x" * 500, "x" * 399 + "…"),
    ],
)
def test_a_cell_stays_in_its_row(cell: Any, shown: str) -> None:
    """Names come from outside and hold anything."""
    assert text_of(Table(("a", "b"), [("1", cell), ("2", "z")])).splitlines()[2] == f"1,{shown}"


@dataclass
class Row:
    """Something orjson writes by itself."""

    a: int


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        ("as it is", "as it is"),
        ({"a": 1, "b": None, 3: [None, {"c": None}]}, '{"a":1,"3":[null,{}]}'),
        ([Row(1), {1, 2} - {2}], '[{"a":1},"{1}"]'),
        (("one", {"a": (1, 2)}, ""), 'one\n{"a":[1,2]}'),
    ],
    ids=["text", "an object without nulls", "other classes", "several"],
)
def test_other_answers_are_text_or_compact_json(answer: Any, text: str) -> None:
    """No nulls in objects; places in lists mean something."""
    assert text_of(answer) == text


def test_pictures_go_beside_the_text() -> None:
    """With their captions in it."""
    picture = Picture(b"data", "image/png", "the door")
    outcome = present(("now", picture, Picture(b"", "image/png")), 1_000)

    assert outcome.text == "now\nthe door"
    assert outcome.pictures == (picture, Picture(b"", "image/png"))
    assert "data" not in repr(picture)


def test_text_is_cut_with_a_note_that_says_how_to_get_the_rest() -> None:
    """Never in the middle of a character."""
    text = text_of("ä" * 5_000, 1_000)

    assert len(text.encode()) <= 1_000
    assert text.endswith("… cut at 1000 bytes: ask for less (fewer ids, a filter, a path)")


def test_no_tool_may_answer_more_than_the_hard_ceiling() -> None:
    """Whatever it says of itself."""
    assert len(text_of("x" * 100_000, 1_000_000)) <= HARD_CEILING


def test_parts_share_the_room() -> None:
    """A table after a long text has what is left."""
    outcome = present(("x" * 900, Table(("name", "n"), ROWS, mark="m")), 1_500)

    assert len(outcome.text.encode()) <= 1_500
    assert "next: " in outcome.text


def test_clean_text_is_one_line_of_bounded_length() -> None:
    """Also where it is not in a table."""
    assert clean("a\x00b\r\nc\u200b", 4) == "a b…"
