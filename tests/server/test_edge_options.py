"""The certificate and the origins of web pages: what is accepted, and what is said otherwise."""

from pathlib import Path

import pytest

from ha_mcp.edge_options import Certificate
from ha_mcp.options import web_options
from ha_mcp.problems import Invalid

HOME = {"HOMEASSISTANT_URL": "http://home.example:8123", "HOMEASSISTANT_TOKEN": "top-secret-token"}
PRIVATE = HOME | {"MCP_SECRET_PATH": "/a_path_that_nobody_guesses"}


def test_without_a_certificate_it_is_plain_http() -> None:
    """As most home networks are."""
    edge = web_options(HOME).edge

    assert edge is not None
    assert (edge.certificate, edge.origins) == (None, frozenset())


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("/ssl/privkey.pem", "/ssl/privkey.pem"),
        ("", "/ssl/fullchain.pem"),
    ],
    ids=["two files", "both in one"],
)
def test_certificate_and_key_are_one_file_or_two(key: str, expected: str) -> None:
    """Both are usual."""
    edge = web_options(HOME | {"SSL_CERTFILE": "/ssl/fullchain.pem", "SSL_KEYFILE": key}).edge

    assert edge is not None
    assert edge.certificate == Certificate(chain=Path("/ssl/fullchain.pem"), key=Path(expected))


def test_a_key_alone_serves_nothing() -> None:
    """Serving without encryption, where it was wanted, would be worse than not serving."""
    with pytest.raises(Invalid, match="SSL_CERTFILE is not set"):
        web_options(HOME | {"SSL_KEYFILE": "/ssl/privkey.pem"})


@pytest.mark.parametrize(
    ("written", "origins"),
    [
        ("https://inspector.example", {"https://inspector.example"}),
        (
            "https://One.example/, http://localhost:6274",
            {"https://one.example", "http://localhost:6274"},
        ),
        ("http://[::1]:6274 app://desk.local", {"http://[::1]:6274", "app://desk.local"}),
        (" , ", set()),
    ],
)
def test_origins_are_taken_as_people_write_them(written: str, origins: set[str]) -> None:
    """Browsers write them in one way only, which has to be met exactly."""
    edge = web_options(HOME | {"MCP_CORS_ORIGINS": written}).edge

    assert edge is not None
    assert edge.origins == origins


@pytest.mark.parametrize(
    "written", ["inspector.example", "https://a.example/page", "null", "https://*.example", "http:"]
)
def test_what_is_no_origin_is_named(written: str) -> None:
    """It would be compared with each request and never be met."""
    with pytest.raises(Invalid, match="Option MCP_CORS_ORIGINS is wrong") as caught:
        web_options(PRIVATE | {"MCP_CORS_ORIGINS": written})

    assert repr(written) in caught.value.message


def test_every_origin_needs_an_address_that_nobody_guesses() -> None:
    """Any page that is opened at home could switch the lights at /mcp."""
    edge = web_options(PRIVATE | {"MCP_CORS_ORIGINS": "*"}).edge

    assert edge is not None
    assert edge.origins == {"*"}
    with pytest.raises(Invalid, match="MCP_SECRET_PATH"):
        web_options(HOME | {"MCP_CORS_ORIGINS": "*"})
