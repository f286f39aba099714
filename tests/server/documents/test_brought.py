"""What a write brings in is found without looking at the rest, and nothing of it is missed."""

from typing import Any

import pytest

from ha_mcp.documents import difference
from ha_mcp.documents.brought import brought_in

A, B, C, X = ({"type": "tile", "entity": f"light.{one}"} for one in "abcx")


@pytest.mark.parametrize(
    ("before", "after", "was", "comes"),
    [
        ([A, B, C], [A, X, C], [None, {"entity": "light.b"}, None],
         [None, {"entity": "light.x"}, None]),
        ([A, B, C], [A, X, B, C], [None, None, None], [None, X, None, None]),
        ([A, B, C], [A, C], [None, B, None], [None, None]),
        ([A], [A, X], [None], [None, X]),
        ([A, B], [A, B], None, None),
        (["light.a"], ["light.a", "light.x"], ["light.a"], ["light.a", "light.x"]),
        ([A, "light.a"], [A, "light.x"], [A, "light.a"], [A, "light.x"]),
    ],
)  # fmt: skip
def test_only_what_differs_is_left_at_its_place(
    before: list[Any], after: list[Any], was: Any, comes: Any
) -> None:
    """Texts of a list stay together: only all of them say what they are."""
    old, new = brought_in({"title": "T", "cards": before}, {"title": "T", "cards": after})

    assert old == ({} if was is None else {"cards": was})
    assert new == ({} if comes is None else {"cards": comes})


def test_keys_that_come_and_go() -> None:
    """On their own side each."""
    old, new = brought_in({"a": {"x": 1, "y": 2}, "b": 1}, {"a": {"x": 1, "z": 3}, "c": 2})

    assert old == {"a": {"y": 2}, "b": 1}
    assert new == {"a": {"z": 3}, "c": 2}


@pytest.mark.parametrize(
    ("before", "after", "lines"),
    [
        ([A, B, C], [A, X, C], ['~ /cards/1/entity: "light.b" → "light.x"']),
        ([A, B, C], [X, A, B, C], ['+ /cards/0: {"type":"tile","entity":"light.x"}']),
        ([A, B, C], [A, B], ['- /cards/2: {"type":"tile","entity":"light.c"}']),
        ([A, A, A], [A, A], ['- /cards/2: {"type":"tile","entity":"light.a"}']),
        ([1, 2], [True, 2], ["~ /cards/0: 1 → true"]),
        ([1.0, {"b": 1, "a": 2}], [1, {"a": 2, "b": 1}], []),
    ],
)
def test_differences_of_long_lists_are_those_of_short_ones(
    before: list[Any], after: list[Any], lines: list[str]
) -> None:
    """The ends that are the same are passed over quickly; numbers and switches are not mixed up."""
    many = [{"n": number} for number in range(50)]

    alone = [one.line() for one in difference({"cards": before}, {"cards": after})]
    among = [
        one.line() for one in difference({"cards": [*before, *many]}, {"cards": [*after, *many]})
    ]

    assert alone == lines
    assert among == lines
