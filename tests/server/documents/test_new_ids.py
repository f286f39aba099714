"""Entity ids are exchanged as wholes, and only where an entity is meant."""

from typing import Any

import pytest

from ha_mcp.documents.new_ids import NewIds

NEW = NewIds({"light.kitchen": "light.galley", "script.night": "script.sleep"})


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("light.kitchen", "light.galley"),
        ("light.kitchen, light.kitchen_2", "light.galley, light.kitchen_2"),
        ("my_light.kitchen", "my_light.kitchen"),
        ("{{ states.light.kitchen.state }}", "{{ states.light.galley.state }}"),
        ("{{ is_state('light.kitchen','on') }}", "{{ is_state('light.galley','on') }}"),
        ("[[[ states['light.kitchen'].state ]]]", "[[[ states['light.galley'].state ]]]"),
        ("media-source://light/light.kitchen", "media-source://light/light.galley"),
        ("/history?entity_id=light.kitchen", "/history?entity_id=light.galley"),
        ("/local/light.kitchen.png", "/local/light.kitchen.png"),
        ("other.light.kitchen", "other.light.kitchen"),
    ],
)
def test_an_id_is_a_whole_one(old: str, new: str) -> None:
    """A neighbour whose id begins alike keeps its own."""
    assert NEW.body(old) == new


def test_keys_are_ids_too_and_keep_their_order() -> None:
    """Scenes and some cards hold an entity's settings under its id."""
    body = {"light.hall": 1, "light.kitchen": {"state": "on"}, 7: "light.kitchen"}

    changed = NEW.body(body)

    assert changed == {"light.hall": 1, "light.galley": {"state": "on"}, 7: "light.galley"}
    assert list(changed) == ["light.hall", "light.galley", 7]


def test_an_action_keeps_its_name() -> None:
    """Home Assistant names the action of a script after the script, not after its entity."""
    step: dict[str, Any] = {"action": "script.night", "target": {"entity_id": "script.night"}}

    assert NEW.body([step]) == [{"action": "script.night", "target": {"entity_id": "script.sleep"}}]
    assert NEW.places([step]) == ["/0/target/entity_id"]
    assert NEW.kept([step]) == ["/0/action"]


def test_an_action_of_a_card_is_no_name() -> None:
    """Under ``action`` a card may hold an object."""
    assert NEW.body({"action": {"entity": "light.kitchen"}}) == {
        "action": {"entity": "light.galley"}
    }


def test_places_are_pointers() -> None:
    """As a patch would name them."""
    body = {"a/b": ["light.hall", "light.kitchen"], "light.kitchen": "/x/light.kitchen.png"}

    assert NEW.places(body) == ["/a~1b/1", "/light.kitchen"]
    assert NEW.kept(body) == ["/light.kitchen"]
