"""The address that is shown is the one assistants reach, and what they trip over is said."""

from typing import Any

import pytest

from webhook_proxy.address import Address, remote_address
from webhook_proxy.core import Core, Refused


class TellingCore(Core):
    """A Core that knows some addresses; without the cloud it does not know its command."""

    def __init__(self, **said: dict[str, Any]) -> None:
        """Take what it says to each command."""
        self._said = said

    async def command(self, kind: str, /, **_: Any) -> Any:
        """Say it."""
        try:
            return self._said[kind.replace("/", "_")]
        except KeyError:
            raise Refused("unknown_command", "Unknown command.") from None


CLOUD = {"logged_in": True, "remote_connected": True, "remote_domain": "x.ui.nabu.casa"}


@pytest.mark.parametrize(
    ("core", "configured", "expected"),
    [
        (TellingCore(cloud_status=CLOUD), "https://own.example", "https://x.ui.nabu.casa"),
        (
            TellingCore(cloud_status={"logged_in": False}),
            "https://own.example",
            "https://own.example",
        ),
        (
            TellingCore(cloud_status=CLOUD | {"remote_connected": False}),
            "https://own.example",
            "https://own.example",
        ),
        (
            TellingCore(network_url={"external": "https://core.example/", "cloud": None}),
            None,
            "https://core.example",
        ),
    ],
    ids=["the cloud is connected", "nobody logged in", "cloud cut off", "only Core knows one"],
)
async def test_the_address(core: Core, configured: str | None, expected: str) -> None:
    """Nabu Casa's, else the option, else what Home Assistant was told."""
    assert await remote_address(core, configured) == Address(expected)


async def test_a_home_without_one() -> None:
    """Nothing is invented."""
    assert await remote_address(TellingCore(), None) is None


@pytest.mark.parametrize(
    ("base", "doubt"),
    [
        ("https://home.example:8123", "port 8123"),
        ("http://home.example", "not https"),
    ],
)
async def test_what_assistants_trip_over_is_said(base: str, doubt: str) -> None:
    """Never a ready address that claude.ai does not reach."""
    address = await remote_address(TellingCore(), base)

    assert address is not None
    assert doubt in address.doubts[0]


async def test_the_usual_port_is_no_doubt() -> None:
    """Written out or not."""
    assert await remote_address(TellingCore(), "https://a.example:443") == Address(
        "https://a.example:443"
    )
