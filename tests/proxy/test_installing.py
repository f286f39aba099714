"""The integration is on Home Assistant's disk as a whole, in the version the app brings."""

import json
from pathlib import Path

import pytest

from webhook_proxy.installing import install, version_in
from webhook_proxy.trouble import Trouble


def made(folder: Path, version: str, *names: str) -> Path:
    """Make an integration with a version and some modules."""
    (folder / "translations").mkdir(parents=True)
    (folder / "manifest.json").write_text(json.dumps({"version": version}))
    (folder / "translations" / "en.json").write_text("{}")
    for name in names:
        (folder / name).write_text("")
    return folder


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """Make what the app brings."""
    return made(tmp_path / "app" / "ha_mcp_proxy", "2.0.0", "__init__.py", "relay.py")


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """Make Home Assistant's configuration, in which there never was a custom integration."""
    folder = tmp_path / "config"
    folder.mkdir()
    return folder


def names(folder: Path) -> set[str]:
    """List what is in a folder."""
    return {path.name for path in folder.iterdir()}


def test_the_first_time_it_is_put_there(source: Path, config: Path) -> None:
    """Also where there was no folder for such things."""
    assert install(source, config) == "2.0.0"

    there = config / "custom_components" / "ha_mcp_proxy"
    assert names(there) == {"manifest.json", "translations", "__init__.py", "relay.py"}
    assert names(config) == {"custom_components"}


@pytest.mark.parametrize("older_or_newer", ["1.9.0", "3.0.0"])
def test_another_version_is_replaced_as_a_whole(
    source: Path, config: Path, older_or_newer: str
) -> None:
    """The app and what it installs belong together, also after going back."""
    there = made(config / "custom_components" / "ha_mcp_proxy", older_or_newer, "gone.py")

    install(source, config)

    assert version_in(there) == "2.0.0"
    assert "gone.py" not in names(there)


def test_the_same_version_is_left_alone(source: Path, config: Path) -> None:
    """Home Assistant has it open, with its own bytecode in it."""
    install(source, config)
    mark = config / "custom_components" / "ha_mcp_proxy" / "__pycache__"
    mark.mkdir()

    install(source, config)

    assert mark.exists()


def test_a_part_that_went_missing_is_repaired(source: Path, config: Path) -> None:
    """A copy that broke off under an older app, or somebody who tidied up."""
    install(source, config)
    (config / "custom_components" / "ha_mcp_proxy" / "relay.py").unlink()

    install(source, config)

    assert "relay.py" in names(config / "custom_components" / "ha_mcp_proxy")


def test_what_a_crash_left_behind_is_cleared(source: Path, config: Path) -> None:
    """It stood beside the place where Home Assistant looks, so nothing was half there."""
    made(config / ".ha_mcp_proxy.new", "1.0.0")
    made(config / ".ha_mcp_proxy.old", "1.0.0")

    install(source, config)

    assert names(config) == {"custom_components"}


def test_bytecode_of_the_image_stays_there(source: Path, config: Path) -> None:
    """Another Python runs it."""
    (source / "__pycache__").mkdir()

    install(source, config)

    assert "__pycache__" not in names(config / "custom_components" / "ha_mcp_proxy")


def test_an_app_without_the_integration_says_so(tmp_path: Path, config: Path) -> None:
    """Instead of removing what is there."""
    with pytest.raises(Trouble, match="broken"):
        install(tmp_path / "nothing", config)


def test_a_disk_that_cannot_be_written_says_so(source: Path, config: Path) -> None:
    """Here a file stands where the folder should be."""
    (config / "custom_components").write_text("")

    with pytest.raises(Trouble, match="cannot be installed"):
        install(source, config)
