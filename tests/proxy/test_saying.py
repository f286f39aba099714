"""What the owner reads in the log: each thing once, and nothing before it is sure."""

import pytest

from webhook_proxy.address import Address
from webhook_proxy.saying import Saying

ID = "mcp_0123456789abcdef"
HOME = Address("https://home.example")
CLOUD = Address("https://x.ui.nabu.casa")


@pytest.fixture
def saying(caplog: pytest.LogCaptureFixture) -> Saying:
    """Begin with an empty log."""
    caplog.set_level("INFO", logger="webhook_proxy")
    return Saying(ID, login=False)


def test_an_address_is_shown_once_and_whole(
    saying: Saying, caplog: pytest.LogCaptureFixture
) -> None:
    """Also when the cloud comes and goes."""
    for address in (HOME, CLOUD, None, HOME, CLOUD):
        saying.address(address)

    shown = [line for line in caplog.messages if line.startswith("https://")]
    assert shown == [f"{HOME.base}/api/webhook/{ID}", f"{CLOUD.base}/api/webhook/{ID}"]


@pytest.mark.parametrize(("login", "note"), [(True, "sign in"), (False, "password")])
def test_what_the_address_is_worth_stands_beside_it(
    caplog: pytest.LogCaptureFixture, note: str, *, login: bool
) -> None:
    """An address that admits is to be guarded; one that leads to a login is not."""
    caplog.set_level("INFO", logger="webhook_proxy")

    Saying(ID, login=login).address(HOME)

    assert note in caplog.messages[0]


def test_that_there_is_none_is_said_when_it_is_sure(
    saying: Saying, caplog: pytest.LogCaptureFixture
) -> None:
    """The cloud needs some seconds after a start."""
    saying.address(None)
    early = list(caplog.messages)
    for _ in range(10):
        saying.address(None)

    assert early == []
    assert len(caplog.messages) == 1
    assert "remote_url" in caplog.messages[0]


def test_a_doubt_stands_beside_the_address(
    saying: Saying, caplog: pytest.LogCaptureFixture
) -> None:
    """An address that Claude does not reach is never shown as if it were ready."""
    saying.address(Address("https://home.example:8123", ("it is far away",)))

    assert caplog.messages[-1].endswith("it is far away")


def test_trouble_is_said_when_it_changes(saying: Saying, caplog: pytest.LogCaptureFixture) -> None:
    """Once, however long it lasts, and that it is over."""
    for trouble in ("no server", "no server", None, None, "no server"):
        saying.trouble(trouble)

    assert [line.split(":")[0] for line in caplog.messages] == [
        "no server",
        "Everything works",
        "no server",
    ]


def test_what_was_found_is_said_again_only_when_it_is_something_else(
    saying: Saying, caplog: pytest.LogCaptureFixture
) -> None:
    """The address is examined anew after each start of the server."""
    good = {"ok": True, "origin": HOME.base, "fault": None}
    bad = {"ok": False, "origin": HOME.base, "fault": {"sentence": "No", "advice": "Do"}}
    for report in (good, good, bad, bad, good):
        saying.report(report)

    assert [line.rpartition(", ")[2] for line in caplog.messages] == [
        "nothing keeps assistants from this address",
        "assistants do not get through: No. Do",
        "nothing keeps assistants from this address",
    ]
