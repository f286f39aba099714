"""The panel costs nothing until somebody looks at it: most owners rarely do."""

import asyncio
import re
import subprocess
import sys
from pathlib import Path

import httpx2
import pytest
from starlette.types import Receive, Scope, Send

from fakes.house import FakeHouse
from ha_mcp.panel.loading import Panel
from ha_mcp.web.ingress import VISITOR, Visitor

from .looking import BASE, panel_of

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


async def test_who_comes_at_the_same_time_meets_the_same_panel(tmp_path: Path) -> None:
    """Else the form of one of them would be nobody's."""
    async with panel_of(FakeHouse(), tmp_path) as made:
        panel = Panel(made.parts)

        async def entered(scope: Scope, receive: Receive, send: Send) -> None:
            await panel({**scope, VISITOR: Visitor("anna", "Anna", BASE)}, receive, send)

        transport = httpx2.ASGITransport(app=entered)
        async with httpx2.AsyncClient(transport=transport, base_url="http://panel") as http:
            pages = await asyncio.gather(*(http.get("/doctor") for _ in range(8)))

    assert len({re.findall(r'name="token" value="([0-9a-f]+)"', one.text)[0] for one in pages}) == 1
