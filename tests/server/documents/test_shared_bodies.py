"""A patched body shares with the old one what it leaves alone, and never changes that."""

import json
from copy import deepcopy
from typing import Any, Final

import jsonpatch
import jsonpointer
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ha_mcp.documents import Edit, difference
from ha_mcp.problems import Invalid

BODY: Final[dict[str, Any]] = {
    "title": "Home",
    "views": [
        {"cards": [{"type": "tile", "tap": {"action": "none"}}, {"type": "map"}, 7]},
        {"cards": []},
    ],
    "1": {"~/": [None, True]},
}
PATHS: Final = [
    "", "/title", "/views", "/views/0", "/views/1", "/views/-", "/views/01", "/views/0/cards",
    "/views/0/cards/0", "/views/0/cards/0/tap", "/views/0/cards/0/tap/action",
    "/views/0/cards/1/type", "/views/0/cards/2", "/views/0/cards/2/type", "/views/0/cards/-",
    "/views/1/cards", "/views/1/cards/0", "/views/1/cards/0/type", "/1", "/1/~0~1",
    "/1/~0~1/0", "/new", "/new/type", "/title/0", "views",
]  # fmt: skip

places = st.sampled_from(PATHS)
values: st.SearchStrategy[Any] = st.sampled_from(
    [1, True, None, "map", [], {"type": "grid"}, {"cards": [{"type": "a"}]}]
)
valued = st.fixed_dictionaries(
    {"op": st.sampled_from(["add", "replace", "test"]), "path": places, "value": values}
)
moved = st.fixed_dictionaries(
    {"op": st.sampled_from(["copy", "move"]), "from": places, "path": places}
)
removed = st.fixed_dictionaries({"op": st.just("remove"), "path": places})
operations = st.one_of(valued, moved, removed)


@given(st.lists(operations, min_size=1, max_size=6))
def test_a_patch_does_what_the_library_does_with_a_copy(patch: list[dict[str, Any]]) -> None:
    """Whatever the operations are, and in whatever order."""
    body, asked = deepcopy(BODY), deepcopy(patch)

    assert outcome(body, patch) == by_the_library(patch)
    assert body == BODY
    assert patch == asked


def test_what_is_left_alone_is_the_same() -> None:
    """So that comparing a megabyte costs nothing."""
    patch = [{"op": "replace", "path": "/views/0/cards/1/type", "value": "grid"}]

    new = Edit(patch=patch).applied(BODY)

    assert new["views"][1] is BODY["views"][1]
    assert new["views"][0]["cards"][0] is BODY["views"][0]["cards"][0]
    assert BODY["views"][0]["cards"][1] == {"type": "map"}
    assert [one.path for one in difference(BODY, new)] == ["/views/0/cards/1/type"]


@pytest.mark.parametrize(
    ("old", "new", "paths"),
    [
        ({"a": 1}, {"a": True}, ["/a"]),
        ({"a": [1, 2]}, {"a": [True, 2]}, ["/a/0"]),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}, []),
        ({"a": 2.0}, {"a": 2}, []),
        ({"a": 1e300, "b": 2.0}, {"a": 1e300, "b": 2}, []),
        ([BODY, 1, BODY], [BODY, True, BODY], ["/1"]),
        ([BODY, 1.0, 3], [BODY, 1, 4], ["/2"]),
    ],
)
def test_what_is_shared_hides_no_difference(old: Any, new: Any, paths: list[str]) -> None:
    """Python takes 1 for true; JSON and Core do not."""
    assert [one.path for one in difference(old, new)] == paths


def outcome(body: dict[str, Any], patch: list[dict[str, Any]]) -> str:
    """Return the new body, or that there is none."""
    try:
        return json.dumps(Edit(patch=patch).applied(body))
    except Invalid:
        return "refused"


def by_the_library(patch: list[dict[str, Any]]) -> str:
    """Return what the library makes of it."""
    try:
        patched = jsonpatch.apply_patch(deepcopy(BODY), patch)
    except (jsonpatch.JsonPatchException, jsonpointer.JsonPointerException):
        return "refused"
    return json.dumps(patched) if isinstance(patched, dict) else "refused"
