"""The proxy's options, documents and versions say the same everywhere."""

import json
import re
from dataclasses import fields
from pathlib import Path
from typing import Any, Final

import yaml

from webhook_proxy import __version__
from webhook_proxy.options import LOG_LEVELS, AppOptions

APP: Final = Path(__file__).resolve().parents[2] / "webhook-proxy"
INTEGRATION: Final = APP / "custom_components" / "ha_mcp_proxy"


def read(name: str) -> Any:
    """Return what a YAML file of the app says."""
    return yaml.safe_load((APP / name).read_text(encoding="utf-8"))


def test_options_are_the_same_everywhere() -> None:
    """Schema, the dataclass that reads them, the texts people see, and the documentation."""
    schema = read("config.yaml")["schema"].keys()
    explained = set(re.findall(r"^### `(\w+)`$", (APP / "DOCS.md").read_text(), re.MULTILINE))

    assert {field.name for field in fields(AppOptions)} == schema
    assert read("translations/en.yaml")["configuration"].keys() == schema
    assert explained == schema


def test_levels_and_defaults_are_those_of_the_schema() -> None:
    """Stated once for the Supervisor and once for us."""
    described = read("config.yaml")

    assert described["schema"]["log_level"] == f"list({'|'.join(LOG_LEVELS)})"
    assert described["options"] == {"log_level": AppOptions().log_level}


def test_the_version_is_one() -> None:
    """App, package, changelog and the integration it brings are released together."""
    manifest = json.loads((INTEGRATION / "manifest.json").read_text())
    newest = re.search(r"^## (\S+)$", (APP / "CHANGELOG.md").read_text(), re.MULTILINE)

    assert read("config.yaml")["version"] == __version__
    assert f'\nversion = "{__version__}"\n' in (APP / "pyproject.toml").read_text()
    assert newest is not None
    assert newest[1] == __version__
    assert manifest["version"] == __version__


def test_the_app_may_announce_what_it_installs() -> None:
    """The Supervisor refuses a service that is not listed, and Core takes it for the domain."""
    assert read("config.yaml")["discovery"] == [INTEGRATION.name]


def test_the_folder_it_writes_to_is_the_one_it_asks_for() -> None:
    """Nothing of Home Assistant's configuration but the integration is written."""
    profile = (APP / "apparmor.txt").read_text()
    written = re.findall(r"^\s+(/homeassistant\S*) rw,$", profile, re.MULTILINE)

    assert read("config.yaml")["map"] == ["homeassistant_config:rw"]
    assert all("custom_components" in path or ".ha_mcp_proxy." in path for path in written)
    assert written
