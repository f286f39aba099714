"""The panel costs nothing until somebody looks at it: most owners rarely do."""

import subprocess
import sys

import pytest

STARTED = "import sys, ha_mcp.modes.app; print(*sys.modules)"
LOOKED_AT = f"import importlib; importlib.import_module('ha_mcp.panel.pages'); {STARTED}"


def loaded(program: str) -> set[str]:
    """Return what a program of its own has imported."""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    return set(done.stdout.split())


@pytest.fixture(scope="module")
def at_start() -> set[str]:
    """Return what the app has loaded before anybody comes."""
    return loaded(STARTED)


def test_at_the_start_no_page_and_no_template_is_loaded(at_start: set[str]) -> None:
    """A Pi has little memory."""
    panel = {name for name in at_start if name.startswith("ha_mcp.panel.")}

    assert panel == {"ha_mcp.panel.loading", "ha_mcp.panel.parts"}
    assert "jinja2" not in at_start


def test_with_the_first_page_they_are(at_start: set[str]) -> None:
    """Else the test above would look for names that are none."""
    assert {"ha_mcp.panel.connect", "ha_mcp.panel.frame", "jinja2"} <= loaded(LOOKED_AT) - at_start
