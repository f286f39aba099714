"""Wrong options are named and not repeated; the webhook's id is made once and kept."""

import json
from pathlib import Path
from typing import Any

import pytest

from webhook_proxy.options import AppOptions
from webhook_proxy.trouble import Trouble
from webhook_proxy.webhook_id import webhook_id


def written(folder: Path, **options: Any) -> Path:
    """Write the options as the Supervisor does."""
    file = folder / "options.json"
    file.write_text(json.dumps(options))
    return file


def test_without_a_file_there_are_defaults(tmp_path: Path) -> None:
    """The Supervisor writes it at the start."""
    assert AppOptions.read(tmp_path / "options.json") == AppOptions()


def test_an_address_loses_the_slash_at_its_end(tmp_path: Path) -> None:
    """The webhook's path follows it."""
    file = written(tmp_path, remote_url=" https://home.example/ ", mcp_server_url="")

    assert AppOptions.read(file) == AppOptions(remote_url="https://home.example")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("remote_url", "home.example/secret"),
        ("mcp_server_url", "ftp://home/secret"),
        ("mcp_server_url", "http://[home/secret"),
        ("log_level", "secret"),
        ("remote_auth", "secret"),
    ],
)
def test_what_is_wrong_is_named_and_not_shown(tmp_path: Path, name: str, value: str) -> None:
    """Addresses of servers are secrets."""
    with pytest.raises(Trouble) as caught:
        AppOptions.read(written(tmp_path, **{name: value}))

    assert name in str(caught.value)
    assert "secret" not in str(caught.value)


def test_secrets_are_not_in_what_a_log_would_show() -> None:
    """Options are easily logged as a whole."""
    options = AppOptions(mcp_server_url="http://server/private", webhook_id="mcp_0123456789abcdef")

    assert "private" not in repr(options)
    assert "mcp_01" not in repr(options)


def test_the_id_is_made_once(tmp_path: Path) -> None:
    """Assistants are set up once."""
    file = tmp_path / "webhook_id"

    first = webhook_id(file, None)

    assert webhook_id(file, None) == first
    assert first.startswith("mcp_")
    assert len(first) == len("mcp_") + 32
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_chosen_id_wins_and_the_kept_one_stays(tmp_path: Path) -> None:
    """Taking the option away brings the old address back."""
    file = tmp_path / "webhook_id"
    kept = webhook_id(file, None)

    assert webhook_id(file, "chosen_by_the_owner") == "chosen_by_the_owner"
    assert webhook_id(file, None) == kept


@pytest.mark.parametrize("chosen", ["short", "has/slash/has/slash", "has space has space"])
def test_an_id_that_is_no_id_is_refused(tmp_path: Path, chosen: str) -> None:
    """The Supervisor checks it too, where there is one."""
    with pytest.raises(Trouble, match="webhook_id"):
        webhook_id(tmp_path / "webhook_id", chosen)


def test_a_broken_file_is_not_silently_replaced(tmp_path: Path) -> None:
    """A new id would cut off every assistant."""
    file = tmp_path / "webhook_id"
    file.write_text("\0")

    with pytest.raises(Trouble, match="broken"):
        webhook_id(file, None)
