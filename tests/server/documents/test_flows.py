"""What flows answer is understood, and what is sent leaves nothing out by accident."""

from typing import Any

import pytest

from ha_mcp.documents.steps import answered, read, without_secrets
from ha_mcp.problems import Invalid

FORM = {
    "type": "form",
    "flow_id": "f1",
    "handler": "hub",
    "step_id": "user",
    "data_schema": [
        {"name": "host", "required": True, "description": {"suggested_value": "hub.local"}},
        {"name": "password", "selector": {"text": {"type": "password"}}},
        {"name": "port", "type": "integer", "default": 80, "valueMin": 1},
        {
            "name": "more",
            "type": "expandable",
            "required": True,
            "schema": [{"name": "unit", "type": "select", "options": [["c", "°C"], ["f", "°F"]]}],
        },
    ],
    "errors": {"base": "cannot_connect"},
}


def test_a_form_is_read() -> None:
    """With what it shows now, its sections and errors."""
    step = read(FORM)

    assert step.shown == {"host": "hub.local", "port": 80}
    assert step.errors == {"base": "cannot_connect"}
    assert [one.secret for one in step.fields] == [False, True, False, False]
    assert step.fields[3].section == "more"
    assert step.fields[3].schema == {"select": {"options": ["c", "f"], "multiple": False}}


@pytest.mark.parametrize("given", [{"unit": "f"}, {"more": {"unit": "f"}}])
def test_what_is_left_out_stays_as_shown(given: dict[str, Any]) -> None:
    """And fields of a section are nested, however they were given."""
    assert answered(read(FORM), given) == {
        "host": "hub.local",
        "port": 80,
        "more": {"unit": "f"},
    }


def test_null_empties_a_field() -> None:
    """Else nothing could be taken away."""
    assert "port" not in answered(read(FORM), {"port": None})


def test_an_unknown_field_is_refused_with_the_nearest() -> None:
    """Before it is sent."""
    with pytest.raises(Invalid, match="no field 'hots'") as refused:
        answered(read(FORM), {"hots": "x"})

    assert refused.value.details["similar"][0] == "host"


def test_a_menu_wants_one_of_its_choices() -> None:
    """Named as Home Assistant names them."""
    menu = read({"type": "menu", "flow_id": "f1", "menu_options": ["cloud", "local"]})

    assert answered(menu, {"next_step_id": "local", "host": "x"}) == {"next_step_id": "local"}
    with pytest.raises(Invalid, match="A choice is needed"):
        answered(menu, {})


def test_passwords_are_not_kept() -> None:
    """What the journal gets has sections laid flat."""
    sent = {"host": "h", "password": "geheim", "more": {"unit": "c"}}

    assert without_secrets(read(FORM), sent) == {"host": "h", "unit": "c"}
