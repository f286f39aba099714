"""Ids that Home Assistant makes anew are exchanged wherever an old image names them."""

import pytest

from ha_mcp.documents import Snapshot
from ha_mcp.documents.successors import Successors, joined, sides, split

FIRST = "01JZZZZZZZZZZZZZZZZZZZZZZ1"
SECOND = "01JZZZZZZZZZZZZZZZZZZZZZZ2"
THIRD = "01JZZZZZZZZZZZZZZZZZZZZZZ3"
CATEGORIES = Successors(
    [("category", f"automation/{FIRST}", f"automation/{SECOND}"),
     ("category", f"automation/{SECOND}", f"automation/{THIRD}"),
     ("area", "kitchen", "kitchen_2")]
)  # fmt: skip


def test_a_document_is_followed_to_the_id_it_has_today() -> None:
    """Over as many steps as it took; what never changed stays."""
    assert CATEGORIES.of("category", f"automation/{FIRST}") == f"automation/{THIRD}"
    assert CATEGORIES.of("category", "script/x") == "script/x"
    assert CATEGORIES.of("area", "kitchen") == "kitchen_2"


def test_the_entity_of_a_helper_is_found_by_the_entry_it_has_today() -> None:
    """Its unique id is made of the id of the entry."""
    helpers = Successors([("helper", FIRST, SECOND)])

    assert helpers.of("entity_id", f"sensor/utility_meter/{FIRST}_peak") == (
        f"sensor/utility_meter/{SECOND}_peak"
    )


def test_every_place_of_an_image_gets_the_id_of_today() -> None:
    """Keys and ties too; a word that happens to be the id of an area stays a word."""
    image = Snapshot(
        {"category": FIRST, "alias": "kitchen", "actions": [{"data": {"entry_id": SECOND}}]},
        ties={"after": FIRST, FIRST: 1},
    )

    assert CATEGORIES.snapshot(image) == Snapshot(
        {"category": THIRD, "alias": "kitchen", "actions": [{"data": {"entry_id": THIRD}}]},
        ties={"after": THIRD, THIRD: 1},
    )


@pytest.mark.parametrize("text", [f"{FIRST}X", f"x{FIRST}", FIRST.lower(), "kitchen", FIRST[:-1]])
def test_what_is_not_that_id_stays(text: str) -> None:
    """Whole ids only."""
    image = Snapshot({"text": text})

    assert CATEGORIES.snapshot(image) == image


def test_two_that_became_each_other_do_not_hang() -> None:
    """A journal that is confused is no reason to stop."""
    confused = Successors([("category", FIRST, SECOND), ("category", SECOND, FIRST)])

    assert confused.of("category", FIRST) in (FIRST, SECOND)


@pytest.mark.parametrize(
    ("which", "lean"),
    [
        ("c", {"area": "a", "labels": ["l", "m"], "categories": {"automation": "d"}}),
        ("a", {"labels": ["l", "m"], "category": "c", "categories": {"automation": "d"}}),
        ("l", {"area": "a", "labels": ["m"], "category": "c", "categories": {"automation": "d"}}),
        ("d", {"area": "a", "labels": ["l", "m"], "category": "c", "categories": {}}),
    ],
)
def test_a_side_is_taken_out_and_put_back(which: str, lean: dict[str, object]) -> None:
    """While what it names is not there yet."""
    body = {
        "area": "a",
        "labels": ["l", "m"],
        "category": "c",
        "categories": {"automation": "d"},
    }

    rest, taken = split(body, which)

    assert rest == lean
    assert which in sides(taken)
    assert joined(rest, taken) == body
