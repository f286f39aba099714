"""A new installation wants a login, an old one keeps what it had; nothing gets weaker unasked."""

from pathlib import Path

import pytest

from webhook_proxy.options import AppOptions
from webhook_proxy.remote_auth import remote_auth
from webhook_proxy.trouble import Trouble

NEW, OLD = False, True
ELSEWHERE = "http://server/private"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Return where the decision is kept."""
    return tmp_path / "remote_auth"


@pytest.mark.parametrize(
    ("chosen", "used_before", "decided"),
    [
        (None, NEW, "login"),
        (None, OLD, "url"),
        ("login", OLD, "login"),
        ("url", NEW, "url"),
    ],
    ids=["a new one", "one from before", "asked for a login", "asked for none"],
)
def test_what_is_decided_at_first(
    file: Path, chosen: str | None, decided: str, *, used_before: bool
) -> None:
    """The owner's word counts; without one, nobody is cut off and nobody new is let in."""
    assert remote_auth(file, AppOptions(remote_auth=chosen), used_before=used_before) == decided


@pytest.mark.parametrize("first", ["login", "url"])
def test_what_was_decided_stays(file: Path, first: str) -> None:
    """A new installation is an old one at its next start."""
    remote_auth(file, AppOptions(remote_auth=first), used_before=NEW)

    assert remote_auth(file, AppOptions(), used_before=OLD) == first
    assert remote_auth(file, AppOptions(), used_before=OLD) == first


def test_a_new_one_is_not_taken_for_an_old_one_at_its_second_start(file: Path) -> None:
    """By then it has an address, as an old one has."""
    remote_auth(file, AppOptions(), used_before=NEW)

    assert remote_auth(file, AppOptions(), used_before=OLD) == "login"


@pytest.mark.parametrize("kept", ["", "LOGIN", "\0", "url x", "\xff"])
def test_what_is_not_understood_is_a_login(file: Path, kept: str) -> None:
    """It is never taken for less."""
    file.write_text(kept, encoding="latin-1")

    assert remote_auth(file, AppOptions(), used_before=OLD) == "login"


def test_a_server_elsewhere_cannot_be_asked_for_a_login(file: Path) -> None:
    """It is reached by its private address, and nothing is decided for later."""
    options = AppOptions(mcp_server_url=ELSEWHERE)

    assert remote_auth(file, options, used_before=NEW) == "url"
    assert not file.exists()


def test_a_login_for_a_server_elsewhere_is_refused(file: Path) -> None:
    """Better no way in than one without the login that was asked for."""
    options = AppOptions(mcp_server_url=ELSEWHERE, remote_auth="login")

    with pytest.raises(Trouble, match="remote_auth") as caught:
        remote_auth(file, options, used_before=NEW)

    assert "private" not in str(caught.value)


def test_a_decision_that_cannot_be_kept_is_said(tmp_path: Path) -> None:
    """At the next start it would be another one."""
    with pytest.raises(Trouble, match="cannot be kept"):
        remote_auth(tmp_path / "away" / "remote_auth", AppOptions(), used_before=NEW)
