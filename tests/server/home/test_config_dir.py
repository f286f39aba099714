"""A file of Home Assistant's folder has another version after each write."""

import os
from pathlib import Path

import pytest

from ha_mcp.home import ConfigDir

FILE = "automations.yaml"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Make a folder with a file."""
    (tmp_path / FILE).write_text("- id: one", encoding="utf-8")
    return tmp_path


def test_a_file_that_nobody_writes_keeps_its_version(folder: Path) -> None:
    """However often it is read."""
    config_dir = ConfigDir(folder)
    seen = config_dir.version(FILE)
    (folder / FILE).read_bytes()

    assert seen is not None
    assert config_dir.version(FILE) == seen


def test_a_file_written_in_place_is_another_version(folder: Path) -> None:
    """As editors do."""
    config_dir = ConfigDir(folder)
    seen = config_dir.version(FILE)
    (folder / FILE).write_text("- id: other", encoding="utf-8")

    assert config_dir.version(FILE) != seen


def test_a_file_put_in_its_place_is_another_version(folder: Path) -> None:
    """As Home Assistant does, even with the same content."""
    config_dir = ConfigDir(folder)
    seen = config_dir.version(FILE)
    new = folder / "new"
    new.write_bytes((folder / FILE).read_bytes())
    new.replace(folder / FILE)

    assert config_dir.version(FILE) != seen


def test_a_time_that_was_set_back_is_another_version(folder: Path) -> None:
    """As tools that copy files do."""
    config_dir = ConfigDir(folder)
    file = folder / FILE
    was = file.stat()
    seen = config_dir.version(FILE)
    file.write_text("- id: two", encoding="utf-8")
    os.utime(file, ns=(was.st_atime_ns, was.st_mtime_ns))

    assert file.stat().st_size == was.st_size
    assert config_dir.version(FILE) != seen


def test_what_cannot_be_looked_at_has_no_version(tmp_path: Path) -> None:
    """There is no folder, or no such file in it."""
    assert ConfigDir().version(FILE) is None
    assert ConfigDir(tmp_path).version(FILE) is None
    assert ConfigDir(tmp_path / "nowhere").version(FILE) is None
