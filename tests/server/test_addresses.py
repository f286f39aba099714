"""The addresses in the log are those under which the home's machine is reached."""

import pytest

from ha_mcp.addresses import machine_hosts, own_host
from ha_mcp.ha import Addresses, Interface, NetworkInfo


def interface(
    *addresses: str, enabled: bool = True, connected: bool = True, primary: bool = False
) -> Interface:
    """Return a network interface as the Supervisor describes it."""
    return Interface(
        enabled=enabled,
        connected=connected,
        primary=primary,
        ipv4=Addresses([one for one in addresses if ":" not in one]),
        ipv6=Addresses([one for one in addresses if ":" in one]),
    )


@pytest.mark.parametrize(
    ("interfaces", "found"),
    [
        ([interface("192.168.1.20/24")], ["192.168.1.20"]),
        ([interface("192.168.1.20/24", "10.9.8.7/8")], ["192.168.1.20", "10.9.8.7"]),
        (
            [interface("10.0.0.2/8"), interface("192.168.1.20/24", primary=True)],
            ["192.168.1.20", "10.0.0.2"],
        ),
        ([interface("192.168.1.20/24", enabled=False)], []),
        ([interface("192.168.1.20/24", connected=False)], []),
        ([interface("169.254.3.4/16")], []),
        ([Interface(connected=True)], []),
        ([interface("fe80::1/64", "fd00::5/64")], ["[fd00::5]"]),
        ([interface("192.168.1.20/24", "fd00::5/64")], ["192.168.1.20"]),
    ],
    ids=[
        "one",
        "two",
        "primary first",
        "off",
        "unplugged",
        "link-local",
        "none",
        "only v6",
        "both",
    ],
)
def test_the_machine_is_reached_by_what_is_plugged_in(
    interfaces: list[Interface], found: list[str]
) -> None:
    """An address nobody can reach is not worth copying."""
    assert machine_hosts(NetworkInfo(interfaces)) == found


@pytest.mark.parametrize(
    ("host", "shown"), [("127.0.0.1", "127.0.0.1"), ("::1", "[::1]"), ("home.local", "home.local")]
)
def test_a_server_that_listens_on_one_address_is_reached_there(host: str, shown: str) -> None:
    """As it stands in a URL."""
    assert own_host(host) == shown


@pytest.mark.parametrize("host", ["0.0.0.0", "::"])
def test_a_server_that_listens_everywhere_is_not_reached_at_everywhere(host: str) -> None:
    """That address means nothing to others."""
    assert own_host(host).count(".") == 3
    assert own_host(host) != "0.0.0.0"
