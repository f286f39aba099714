"""Every way of editing is a body that becomes another, and nothing is lost by accident."""

import re
from typing import Any

import pytest

from ha_mcp.documents import Edit, difference
from ha_mcp.documents.diff import stat, told
from ha_mcp.documents.etags import etag_of
from ha_mcp.problems import Invalid

BODY: dict[str, Any] = {"alias": "Lamp", "actions": [{"a": 1}, {"b": 2}], "labels": ["x"]}


@pytest.mark.parametrize(
    ("edit", "body"),
    [
        (Edit(config={"alias": "New"}), {"alias": "New"}),
        (
            Edit(patch=[{"op": "replace", "path": "/actions/1/b", "value": 3}]),
            BODY | {"actions": [{"a": 1}, {"b": 3}]},
        ),
        (Edit(merge={"alias": None, "mode": "single"}),
         {"actions": BODY["actions"], "labels": ["x"], "mode": "single"}),
        (Edit(merge={"labels": {"add": ["y"], "remove": ["x"]}}), BODY | {"labels": ["y"]}),
        (Edit(merge={"labels": {"add": "night"}}), BODY | {"labels": ["x", "night"]}),
    ],
    ids=[
        "config replaces",
        "patch changes a place",
        "merge drops nulls",
        "labels come and go",
        "one label comes",
    ],
)  # fmt: skip
def test_an_edit_makes_a_new_body(edit: Edit, body: dict[str, Any]) -> None:
    """And leaves the old one alone."""
    before = etag_of(BODY)

    assert edit.applied(BODY) == body
    assert etag_of(BODY) == before


@pytest.mark.parametrize(
    "patch",
    [
        [{"op": "replace", "path": "/nowhere/0", "value": 1}],
        [{"op": "test", "path": "/alias", "value": "Other"}],
        [{"op": "explode", "path": "/alias"}],
        [{"op": "replace", "path": "", "value": []}],
    ],
    ids=["no such path", "a test fails", "no such operation", "no object is left"],
)
def test_a_patch_that_does_not_apply_is_invalid(patch: list[dict[str, Any]]) -> None:
    """As a whole: there is no half of a patch."""
    with pytest.raises(Invalid):
        Edit(patch=patch).applied(BODY)


@pytest.mark.parametrize(
    ("last", "said"),
    [
        ({"op": "replace", "path": "/actions/9/a", "value": 1}, "replace /actions/9/a: "),
        ({"op": "test", "path": "/alias", "value": "Fan"}, "test /alias: Lamp is not equal to"),
        ({"op": "remove", "path": "/mode"}, "remove /mode: "),
    ],
)
def test_what_does_not_apply_is_named(last: dict[str, Any], said: str) -> None:
    """Of several operations that one, in words of people."""
    first = {"op": "add", "path": "/description", "value": "d"}

    with pytest.raises(Invalid) as caught:
        Edit(patch=[first, last]).applied(BODY)

    assert said in caught.value.message
    assert "class" not in caught.value.message


def test_one_way_of_editing_is_chosen() -> None:
    """Two at once have no order."""
    with pytest.raises(Invalid):
        Edit(config={}, merge={})
    with pytest.raises(Invalid):
        Edit()


@pytest.mark.parametrize(
    ("edit", "loses"),
    [
        (Edit(config={"alias": "Lamp", "actions": [{"a": 1}], "labels": ["x"]}), True),
        (Edit(merge={"actions": None}), True),
        (Edit(config={**BODY, "alias": "Other"}), False),
        (Edit(patch=[{"op": "remove", "path": "/actions"}]), False),
    ],
    ids=["an item is missing", "a list is gone", "nothing is missing", "a patch says so itself"],
)
def test_what_is_dropped_is_noticed(edit: Edit, *, loses: bool) -> None:
    """Models forget half of a list when they write it again."""
    assert bool(edit.loses(BODY, edit.applied(BODY))) is loses


def test_labels_area_and_category_need_no_etag() -> None:
    """Nobody's work is lost by them."""
    assert not Edit(merge={"labels": ["x"], "area": "kitchen"}).needs_etag
    assert Edit(merge={"alias": "Other", "area": "kitchen"}).needs_etag


def test_a_difference_names_each_place() -> None:
    """In the order of the new body, moved items as what came and went."""
    found = difference(BODY, {"alias": "Lamp", "actions": [{"b": 2}, {"c": 3}], "mode": "single"})

    assert {one.line() for one in found} == {
        '- /labels: ["x"]',
        '- /actions/0: {"a":1}',
        '+ /actions/1: {"c":3}',
        '+ /mode: "single"',
    }
    assert stat(found) == "+2 -2"


def test_numbers_that_are_equal_are_no_difference() -> None:
    """Core turns 2 into 2.0; true is still not 1."""
    assert difference({"a": 2, "b": [1.0]}, {"a": 2.0, "b": [1]}) == []
    assert etag_of({"a": 2}) == etag_of({"a": 2.0})
    assert difference({"a": True}, {"a": 1}) != []


def test_a_long_difference_is_cut() -> None:
    """It is read by a model that pays for it."""
    text = told(difference({}, {str(number): "x" * 500 for number in range(100)}), most=10)

    assert len(text) < 2_000
    assert text.endswith("90 more places")


def test_codes_and_passwords_are_not_shown() -> None:
    """A difference is read by whoever asks for the journal."""
    before = {"data": {"code": "1234"}, "password": "secret"}
    after = {"data": {"code": "9876"}, "steps": [{"pin": "0000", "delay": 5}]}

    text = told(difference(before, after))

    assert not {"1234", "9876", "secret", "0000"} & set(re.findall(r"\w+", text))
    assert '{"pin":"…","delay":5}' in text
