"""Every copy of shared/ is what stands in shared/, and a copy that is not is found and repaired."""

import shutil
from pathlib import Path

import pytest

from vendor_shared import REPOSITORY, SOURCE, TARGETS, drift, repair

COPY = "webhook-proxy/custom_components/ha_mcp_proxy/_shared"


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """Make a repository with nothing but what is shared, and its copies."""
    shutil.copytree(REPOSITORY / SOURCE, tmp_path / SOURCE)
    repair(tmp_path)
    return tmp_path


def test_the_copies_have_not_drifted() -> None:
    """What is agreed on is the same on all sides; scripts/vendor_shared.py makes it so."""
    assert list(drift(REPOSITORY)) == []


def test_copies_that_are_missing_changed_or_too_many_are_named(clone: Path) -> None:
    """Whoever edits a copy learns which one."""
    (clone / COPY / "relay.py").unlink()
    (clone / COPY / "__init__.py").write_text("# edited in the wrong place\n")
    (clone / COPY / "more.py").write_text("")

    found = list(drift(clone))

    assert found == [
        f"missing: {COPY}/relay.py",
        f"extra: {COPY}/more.py",
        f"changed: {COPY}/__init__.py",
    ]


def test_a_repair_leaves_nothing_to_report(clone: Path) -> None:
    """One command puts everything right."""
    (clone / COPY / "relay.py").unlink()
    (clone / COPY / "more.py").write_text("")

    repair(clone)

    assert list(drift(clone)) == []


def test_every_shared_module_goes_somewhere() -> None:
    """What only one process needs is not shared."""
    shared = {path.stem for path in (REPOSITORY / SOURCE).glob("*.py")}

    assert shared == set().union(*TARGETS.values())
