"""Only what plays with real programs is run once more, and only when little of it failed."""

import json
from pathlib import Path

import pytest

from lab.repeating import last_failed, may_be_run_again


@pytest.mark.parametrize(
    ("failed", "again"),
    [
        ([], False),
        (["tests/live/test_a.py::test_one", "tests/live/test_a.py::test_two"], True),
        (["tests/live/relay/test_a.py::test_one", "tests/browser/test_b.py::test_two[x]"], True),
        (["tests/live/test_a.py::test_one", "tests/server/test_b.py::test_two"], False),
        ([f"tests/live/test_{name}.py::test_one" for name in "abcd"], False),
        (["tests/contracts/test_a.py"], False),
    ],
)
def test_a_mistake_is_never_run_away_from(failed: list[str], again: bool) -> None:  # noqa: FBT001 - the parameter of a table
    """What needs no other program fails for a reason, and so does what fails everywhere."""
    assert may_be_run_again(failed) is again


def test_what_failed_is_read_as_pytest_keeps_it(tmp_path: Path) -> None:
    """Without its file nothing is known to have failed."""
    assert last_failed(tmp_path) == []
    kept = tmp_path / "v/cache/lastfailed"
    kept.parent.mkdir(parents=True)

    kept.write_text(json.dumps({"tests/b.py::two": True, "tests/a.py::one": True}))

    assert last_failed(tmp_path) == ["tests/a.py::one", "tests/b.py::two"]
