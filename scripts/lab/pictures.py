"""Draw the logs of both apps and the panel, from a run of their images in a home of the lab.

What people look for on the Log tab and in the sidebar is what they see in the README. The run is
real; only secrets are replaced, by ones that are visibly made up.
"""

import asyncio
import re
import sys
import tempfile
from html import escape
from pathlib import Path
from typing import Final

from mcp import Client, types

from live.apps import OUTSIDE, Home, both_installed

from .panel_picture import panel_picture
from .paths import REPOSITORY
from .progress import step

PANEL: Final = REPOSITORY / "ha-mcp/images/panel.png"
SERVER: Final = REPOSITORY / "ha-mcp/images/log.svg"
PROXY: Final = REPOSITORY / "webhook-proxy/images/log.svg"
MADE_UP: Final = {
    r"private_[A-Za-z0-9_-]{22}": "private_this-one-is-made-up-00",
    r"mcp_[0-9a-f]{32}": "mcp_0123456789abcdef0123456789abcdef",
}
_ADDRESS: Final = re.compile(r"/private_[A-Za-z0-9_-]{22}")
_CALLS: Final = (
    ("ha_search", {"query": "kitchen lights"}),
    ("ha_call_action", {"action": "light.toggle", "target": {"entity_id": "light.kitchen_lights"}}),
)
_LINE: Final = re.compile(r"(?P<when>\S+ \S+?)(?:,\d+)? (?P<level>[A-Z]+) (?P<said>.*)")
_COLORS: Final = {"INFO": "#7ee2a8", "WARNING": "#ffd479", "ERROR": "#ff8a80"}
_FONT = "ui-monospace, SFMono-Regular, Menlo, Consolas, monospace"
_WIDEST = 104  # characters in a line
_CHARACTER, _HEIGHT, _EDGE = 7.3, 20, 18


def main() -> int:
    """Play the run and write all pictures."""
    with step("Running both apps"):
        server, proxy, panel = asyncio.run(_seen())
    for picture, log in ((SERVER, server), (PROXY, proxy)):
        picture.parent.mkdir(exist_ok=True)
        picture.write_text(drawn(without_secrets(log)), encoding="utf-8")
        print(picture.relative_to(REPOSITORY))
    PANEL.write_bytes(panel)
    print(PANEL.relative_to(REPOSITORY))
    return 0


async def _seen() -> tuple[str, str, bytes]:
    """Do what the README says, let a client use the server once, and look at the panel."""
    options = {"log_level": "info", "remote_url": OUTSIDE}
    with tempfile.TemporaryDirectory(prefix="ha-mcp-pictures-") as folder:
        async with both_installed(Path(folder), options) as home:
            await home.server.installed()
            server = await home.server.until("The home is mirrored")
            await _use(home, server)
            server = await home.server.until("ha_call_action by")
            await home.proxy.installed()
            await home.proxy.until("Restart Home Assistant once")
            await home.core.restart()
            proxy = await home.proxy.until("Everything works")
            await home.on_the_panel("Nothing keeps assistants away")
            return server, proxy, await panel_picture(home, Path(folder) / "browser", MADE_UP)


async def _use(home: Home, log: str) -> None:
    path = _ADDRESS.search(log)
    if path is None:
        raise LookupError("The server's log shows no address")
    url = f"http://{home.server.app.ip_address}:9583{path[0]}"
    who = types.Implementation(name="some-assistant", version="1.0")
    async with Client(url, client_info=who) as client:
        for tool, arguments in _CALLS:
            await client.call_tool(tool, arguments)


def without_secrets(log: str) -> list[str]:
    """Return the lines with made-up secrets."""
    for real, made_up in MADE_UP.items():
        log = re.sub(real, made_up, log)
    return log.splitlines()


def drawn(lines: list[str]) -> str:
    """Return the lines as a picture: the time dim, the level in its color."""
    rows = [row for line in lines for row in _rows(line)]
    width = round(_WIDEST * _CHARACTER + 2 * _EDGE)
    height = len(rows) * _HEIGHT + 2 * _EDGE
    texts = [
        f'<text x="{_EDGE}" y="{_EDGE + 14 + number * _HEIGHT}" xml:space="preserve">{row}</text>'
        for number, row in enumerate(rows)
    ]
    size = f'width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-label="A log">',
            f'<rect width="{width}" height="{height}" rx="10" fill="#1c1f24"/>',
            f'<g font-family="{_FONT}" font-size="12" fill="#e8eaed">',
            *texts,
            "</g>",
            "</svg>\n",
        ]
    )


def _rows(line: str) -> list[str]:
    """Color one line of the log, and break it where it would leave the picture."""
    found = _LINE.fullmatch(line)
    if found is None:
        return [escape(line)]
    when, level, said = found["when"], found["level"], found["said"]
    indent = len(f"{when} {level} ")
    first, *others = _broken(said, _WIDEST - indent)
    color = _COLORS.get(level, "#e8eaed")
    head = f'<tspan fill="#8b929c">{when}</tspan> <tspan fill="{color}">{level}</tspan> '
    return [head + escape(first), *(" " * indent + escape(other) for other in others)]


def _broken(said: str, most: int) -> list[str]:
    rows = [""]
    for word in said.split(" "):
        longer = f"{rows[-1]} {word}".strip()
        if len(longer) <= most:
            rows[-1] = longer
        else:
            rows.append(word)
    return rows


if __name__ == "__main__":
    sys.exit(main())
