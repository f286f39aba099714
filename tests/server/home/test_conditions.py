"""A condition on a state is read as people write it, or refused with examples."""

import pytest

from ha_mcp.home.finding.conditions import parse
from ha_mcp.home.rows import State
from ha_mcp.problems import Invalid


def _state(entity_id: str, state: str, device_class: str | None = None) -> State:
    return State(
        entity_id=entity_id,
        state=state,
        raw_attributes=b"{}",
        last_changed=0.0,
        last_updated=0.0,
        context_id="",
        parent_id=None,
        name=None,
        device_class=device_class,
        unit=None,
    )


_WINDOW = "binary_sensor.window"


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("on", _state("light.a", "on")),
        ("ON", _state("light.a", "on")),
        ("<20", _state("sensor.a", "19.5")),
        (">= 5", _state("sensor.a", "5")),
        ("20", _state("sensor.a", "20.0")),
        ("!=idle", _state("media_player.a", "playing")),
        ("=idle", _state("media_player.a", "idle")),
        ("open", _state(_WINDOW, "on", "window")),
        ("on", _state(_WINDOW, "on", "window")),
        ("closed", _state(_WINDOW, "off", "door")),
        ("open", _state("cover.a", "open")),
        ("offline", _state("light.a", "unavailable")),
        ("active", _state("climate.a", "heat")),
        ("active", _state("lock.a", "unlocked")),
        ("not home", _state("person.a", "not_home")),
        ("< 1,5", _state("sensor.a", "1.4")),
        ("<20%", _state("sensor.a", "3")),
    ],
)
def test_it_holds(text: str, state: State) -> None:
    """Each way to write it means what it says."""
    assert parse(text).holds(state)


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("<20", _state("sensor.a", "unavailable")),
        ("<20", _state("sensor.a", "nan")),
        ("open", _state("binary_sensor.motion", "on", "motion")),
        ("open", _state("cover.a", "opening")),
        ("active", _state("light.a", "off")),
        ("active", _state("automation.a", "on")),
        ("!=20", _state("sensor.a", "20.0")),
    ],
)
def test_it_does_not_hold(text: str, state: State) -> None:
    """What cannot be compared is not under a limit."""
    assert not parse(text).holds(state)


@pytest.mark.parametrize("text", ["", "  ", "<", ">=", "<abc", "<>5", "!="])
def test_what_is_no_condition_is_refused_with_examples(text: str) -> None:
    """A wrong filter never becomes an empty list."""
    with pytest.raises(Invalid) as caught:
        parse(text)

    assert "<20" in (caught.value.hint or "")
