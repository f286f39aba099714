"""The way into a home: one spelling for each address, and no token in any message."""

import pytest

from ha_mcp.many.way import Way, home_url, way_in
from ha_mcp.problems import Forbidden, Invalid

WAY = Way("http://ha.local:8123", "an-id", "a-secret-token")


def test_a_way_comes_back_as_it_was() -> None:
    """Every replica reads what one of them wrote."""
    assert way_in(WAY.sealed()) == WAY


def test_the_token_shows_itself_nowhere() -> None:
    """Whatever is logged."""
    assert "a-secret-token" not in f"{WAY} {WAY!r} {[WAY]}"


@pytest.mark.parametrize("sealed", [None, b"", b"\x93\xa1a\xa1b", b"{}", b"\xc1"])
def test_a_token_without_a_way_leads_nowhere(sealed: bytes | None) -> None:
    """It says what to do."""
    with pytest.raises(Forbidden, match="leads to no home"):
        way_in(sealed)


@pytest.mark.parametrize(
    ("typed", "url"),
    [
        ("http://homeassistant.local:8123", "http://homeassistant.local:8123"),
        (" HTTP://HomeAssistant.local:8123/ ", "http://homeassistant.local:8123"),
        ("homeassistant.local:8123", "http://homeassistant.local:8123"),
        ("https://home.example:443/api/", "https://home.example"),
        ("http://home.example:80", "http://home.example"),
        ("https://home.example/lovelace", "https://home.example"),
        ("https://home.example/behind/a/path/", "https://home.example/behind/a/path"),
        ("[fd00::5]:8123", "http://[fd00::5]:8123"),
    ],
)
def test_an_address_has_one_spelling(typed: str, url: str) -> None:
    """Two spellings would be two homes."""
    assert home_url(typed) == url


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "ftp://home.example",
        "file:///etc/passwd",
        "http://me:mine@home.example",
        "http://@home.example",
        "http://home.example/?a=b",
        "http://home.example/#a",
        "http://home.example:99999",
        "http://[::1",
        "http://home example",
        "http://home.example/\r\nHost: other",
        "http://" + "a" * 2000,
    ],
)
def test_what_is_no_address_is_said_to_be_none(typed: str) -> None:
    """With an example of one, and without repeating what may hold a password."""
    with pytest.raises(Invalid) as caught:
        home_url(typed)

    assert "http://homeassistant.local:8123" in str(caught.value.hint)
    assert "mine" not in str(caught.value)
