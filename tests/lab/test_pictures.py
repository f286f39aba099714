"""The pictures are small, show no secret, and are made by the script beside them."""

import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from lab.paths import REPOSITORY
from lab.pictures import PANEL, PROXY, SERVER, drawn, without_secrets

every_picture = pytest.mark.parametrize("picture", [SERVER, PROXY], ids=lambda path: path.parts[-3])


@every_picture
def test_a_picture_is_small_and_can_be_drawn(picture: Path) -> None:
    """Whoever opens the page loads it."""
    root = ET.fromstring(picture.read_bytes())

    assert picture.stat().st_size < 60_000
    assert root.tag.endswith("svg")
    assert len(root.findall(".//{*}text")) >= 5


@every_picture
def test_every_secret_in_a_picture_is_made_up(picture: Path) -> None:
    """A real one would lead into somebody's home."""
    text = picture.read_text(encoding="utf-8")
    secrets = re.findall(r"(?:private|mcp)_[A-Za-z0-9_-]{8,}", text)

    assert secrets
    assert [one for one in secrets if "made-up" not in one and "0123456789abcdef" not in one] == []


def test_the_picture_of_the_panel_is_small_and_whole() -> None:
    """As the browser took it; its secrets were replaced before, or there is no picture."""
    data = PANEL.read_bytes()

    assert len(data) < 120_000
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    assert data.endswith(b"IEND\xaeB`\x82")


@pytest.mark.parametrize("picture", [SERVER, PROXY, PANEL], ids=lambda path: path.name)
def test_the_readme_shows_the_picture(picture: Path) -> None:
    """It is drawn for those who look for the address."""
    text = (REPOSITORY / "README.md").read_text(encoding="utf-8")

    assert f"]({picture.relative_to(REPOSITORY)})" in text


def test_secrets_are_replaced_wherever_they_stand() -> None:
    """In an address and alone."""
    lines = without_secrets(f"GET /private_{'x' * 22}\n/api/webhook/mcp_{'a' * 32}?b")

    assert lines == [
        "GET /private_this-one-is-made-up-00",
        "/api/webhook/mcp_0123456789abcdef0123456789abcdef?b",
    ]


def test_a_long_line_is_broken_and_what_is_markup_is_not_lost() -> None:
    """A log holds what anybody sent."""
    picture = drawn([f"2026-11-21 13:00:00,123 WARNING {'word ' * 40}<b> & more"])
    rows = ["".join(row.itertext()) for row in ET.fromstring(picture).findall(".//{*}text")]

    assert len(rows) == 3
    assert rows[0].startswith("2026-11-21 13:00:00 WARNING word")
    assert rows[-1].endswith("<b> & more")
