"""A cursor belongs to the question it came from."""

import pytest

from ha_mcp.problems import Invalid
from ha_mcp.toolkit.cursors import cursor_at, fingerprint, start_of


def test_a_cursor_leads_to_where_it_was_made() -> None:
    """The order in which arguments are written does not matter."""
    mark = fingerprint({"query": "lamp", "area": None})

    assert start_of(cursor_at(40, mark), fingerprint({"area": None, "query": "lamp"})) == 40


@pytest.mark.parametrize("cursor", [None, ""])
def test_without_a_cursor_a_page_begins_at_the_beginning(cursor: str | None) -> None:
    """Some clients send empty text for nothing."""
    assert start_of(cursor, "mark") == 0


@pytest.mark.parametrize("cursor", ["20-other", "x-mark", "20", "-mark", "-1-mark"])
def test_a_foreign_cursor_is_refused(cursor: str) -> None:
    """It would show a page of something else."""
    with pytest.raises(Invalid) as caught:
        start_of(cursor, "mark")

    assert caught.value.details == {"what": "cursor", "which": cursor}
