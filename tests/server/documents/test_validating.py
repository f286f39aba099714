"""Core is asked about what a change brings, and about all of it where something is wrong."""

from types import SimpleNamespace
from typing import Any, cast

from ha_mcp.documents.kinds._validating import validated
from ha_mcp.home import Home

SUN: dict[str, Any] = {"trigger": "sun", "event": "sunset"}
STEPS: list[dict[str, Any]] = [{"delay": number} for number in range(1, 6)]
WRONG: dict[str, Any] = {"delay": "soon"}


class Core:
    """Refuses a step that is wrong, and says where it stands in what it was given."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []

    async def command(self, kind: str, /, **parts: Any) -> dict[str, Any]:
        """Validate."""
        assert kind == "validate_config"
        self.asked.append(parts)
        return {key: self._said(items) for key, items in parts.items()}

    def _said(self, items: list[Any]) -> dict[str, Any]:
        places = [at for at, one in enumerate(items) if one == WRONG]
        error = f"expected time period @ data[{places[0]}]" if places else None
        return {"valid": not places, "error": error}


async def asked(new: dict[str, Any], sound: dict[str, Any] | None) -> tuple[list[Any], list[str]]:
    """Return what Core was asked, and the paths of what it found."""
    core = Core()
    home = cast("Home", SimpleNamespace(core=core))
    found = await validated(home, new, sound)
    return core.asked, [one.path for one in found]


async def test_of_a_long_list_only_what_is_new_is_asked() -> None:
    """The rest runs already."""
    sound = {"triggers": [SUN], "actions": STEPS}
    steps = [*STEPS[:2], {"delay": 30}, *STEPS[3:]]

    assert await asked({"triggers": [SUN], "actions": steps}, sound) == (
        [{"actions": [{"delay": 30}]}],
        [],
    )


async def test_where_nothing_is_new_core_is_not_asked() -> None:
    """Removing a step, or changing a name, brings nothing."""
    sound = {"triggers": [SUN], "actions": STEPS}

    assert await asked(sound, sound) == ([], [])
    assert await asked({"triggers": [SUN], "actions": STEPS[1:]}, sound) == ([], [])


async def test_what_is_wrong_is_told_with_its_place_in_the_whole() -> None:
    """Not with that in the part that was asked about first."""
    sound = {"actions": STEPS}

    questions, paths = await asked({"actions": [*STEPS, WRONG]}, sound)

    assert questions == [{"actions": [WRONG]}, {"actions": [*STEPS, WRONG]}]
    assert paths == ["/actions/5"]


async def test_what_was_never_loaded_is_asked_whole() -> None:
    """Somebody may have written it by hand."""
    assert await asked({"actions": [WRONG, *STEPS]}, None) == (
        [{"actions": [WRONG, *STEPS]}],
        ["/actions/0"],
    )
