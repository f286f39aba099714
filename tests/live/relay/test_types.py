"""The integration is typed as strictly as Home Assistant's own, against the Core it runs in."""

import subprocess
import sys
from pathlib import Path

import pytest

from lab.environments import CORE_VERSION, OLDEST_CORE_VERSION, core_python

from .homes import INTEGRATION

pytestmark = pytest.mark.live
SETTINGS = """\
[mypy]
strict = true
[mypy-homeassistant.*]
follow_imports = silent
[mypy-voluptuous.*]
follow_imports = skip
ignore_missing_imports = true
"""


def test_mypy_has_nothing_to_say(tmp_path: Path) -> None:
    """Core gives its own schema library the name voluptuous; only its types are left out."""
    settings = tmp_path / "mypy.ini"
    settings.write_text(SETTINGS)
    command: list[str | Path] = [sys.executable, "-m", "mypy", "--config-file", settings]
    command += [
        "--python-executable",
        core_python(),
        "--cache-dir",
        tmp_path,
        "-p",
        INTEGRATION.name,
    ]

    done = subprocess.run(
        command, cwd=INTEGRATION.parent, capture_output=True, text=True, check=False
    )

    assert done.stdout.startswith("Success"), done.stdout + done.stderr


@pytest.mark.parametrize("version", [CORE_VERSION, OLDEST_CORE_VERSION])
def test_every_module_can_be_imported(version: str) -> None:
    """A platform that cannot is left out by Core in silence, and types do not tell."""
    modules = [f"{INTEGRATION.name}.{file.stem}" for file in INTEGRATION.glob("*.py")]
    script = f"import importlib; [importlib.import_module(name) for name in {modules}]"

    done = subprocess.run(
        [core_python(version), "-c", script],
        cwd=INTEGRATION.parent,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
