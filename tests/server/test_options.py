"""What the owner decides is read once, checked, and explained when it is wrong."""

import json
import stat
from pathlib import Path
from typing import Any

import pytest
import yaml

from fakes.supervisor import App
from fakes.supervisor.schema import WrongOption, checked
from ha_mcp.access.asked import Asked
from ha_mcp.access.grants import Only
from ha_mcp.app_options import AppOptions, app_options, read_app_options
from ha_mcp.options import read_days, state_dir, stdio_options, web_options
from ha_mcp.problems import Invalid
from ha_mcp.secret import Secret, kept
from lab.paths import REPOSITORY

HOME = {"HOMEASSISTANT_URL": "http://home.example:8123", "HOMEASSISTANT_TOKEN": "top-secret-token"}
APP = {"SUPERVISOR_TOKEN": "supervisor-token"}


def _written(folder: Path, options: Any) -> Path:
    file = folder / "options.json"
    file.write_text(json.dumps(options), encoding="utf-8")
    return file


def test_the_app_talks_to_core_through_the_supervisor(tmp_path: Path) -> None:
    """The app's token opens the Supervisor's proxy, not Core itself."""
    _written(tmp_path, {"log_level": "debug"})

    options = app_options(APP, data=tmp_path)

    assert options.core_rest == "http://supervisor/core/api"
    assert options.core_ws == "ws://supervisor/core/websocket"
    assert options.token.reveal() == "supervisor-token"
    assert options.log_level == "debug"


def test_the_app_makes_its_private_path_once(tmp_path: Path) -> None:
    """A client keeps its address over restarts."""
    first = app_options(APP, data=tmp_path).edge
    second = app_options(APP, data=tmp_path).edge

    assert first is not None
    assert first == second
    assert first.path.reveal().startswith("/private_")
    assert len(first.path.reveal()) == len("/private_") + 22
    assert (first.port, first.guessable) == (9583, False)


def test_only_the_owner_reads_the_file_of_the_secret(tmp_path: Path) -> None:
    """And nothing half-written is left beside it."""
    kept(tmp_path / "secret")

    assert [file.name for file in tmp_path.iterdir()] == ["secret"]
    assert stat.S_IMODE((tmp_path / "secret").stat().st_mode) == 0o600


def test_two_homes_have_two_secrets(tmp_path: Path) -> None:
    """The secret is random, not made from something known."""
    assert kept(tmp_path / "one") != kept(tmp_path / "other")


def test_a_damaged_secret_is_not_replaced_in_silence(tmp_path: Path) -> None:
    """Clients that hold the old address would be locked out without a word."""
    (tmp_path / "secret").write_text("priv\n", encoding="ascii")

    with pytest.raises(Invalid, match="4 characters") as caught:
        kept(tmp_path / "secret")

    assert caught.value.hint == "Set the option secret_path"


@pytest.mark.parametrize("given", ["/my_very_private_path", "my_very_private_path"])
def test_the_option_secret_path_replaces_the_made_one(tmp_path: Path, given: str) -> None:
    """So a leaked address can be changed, with or without the slash."""
    _written(tmp_path, {"secret_path": given})

    edge = app_options(APP, data=tmp_path).edge

    assert edge is not None
    assert edge.path == Secret("/my_very_private_path")
    assert not (tmp_path / "secret").exists()


@pytest.mark.parametrize("options", [{}, {"secret_path": ""}, {"removed_option": 1}])
def test_what_is_not_set_has_its_default(tmp_path: Path, options: dict[str, Any]) -> None:
    """An option of an older version is dropped, as the Supervisor does."""
    assert read_app_options(_written(tmp_path, options)) == AppOptions()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"log_level": "loud"}, ["log_level", "'loud'", "debug, info, warning, error"]),
        ({"log_level": None}, ["log_level", "None"]),
        ({"secret_path": "short"}, ["secret_path", "5 characters", "at least 16"]),
        ({"secret_path": "sixteen letters with spaces"}, ["secret_path", "cannot carry"]),
        ({"secret_path": 1234567890123456}, ["secret_path", "not a text"]),
        ([], ["options.json", "expected a dictionary"]),
        ({"private_urls": "x"}, ["private_urls", "expected a list"]),
        ({"private_urls": [{"access": "read"}]}, ["private_urls", "each needs a name"]),
        ({"private_urls": [{"name": "a"}]}, ["private_urls", "each needs its access"]),
        ({"private_urls": [{"name": " ", "access": "read"}]}, ["private_urls", "' ' is no name"]),
        (
            {"private_urls": [{"name": "a", "access": "all"}]},
            ["private_urls", "read, control, configure, admin are accepted"],
        ),
        (
            {"private_urls": [{"name": "a", "access": "read", "only": "light.a kitchen"}]},
            ["private_urls", "'kitchen' is no part of a home"],
        ),
        (
            {"private_urls": [{"name": "a", "access": one} for one in ("read", "admin")]},
            ["private_urls", "'a' is there twice"],
        ),
    ],
    ids=[
        *("level", "no level", "short", "spaces", "a number", "a list"),
        *("no list", "no name", "no access", "empty name", "wrong access", "no part", "twice"),
    ],
)
def test_a_wrong_app_option_is_named_with_what_is_accepted(
    tmp_path: Path, options: Any, words: list[str]
) -> None:
    """The owner reads one sentence in the log and can act on it."""
    file = _written(tmp_path, options)

    with pytest.raises(Invalid) as caught:
        read_app_options(file)

    assert [word for word in words if word not in caught.value.message] == []


def test_private_addresses_are_asked_for(tmp_path: Path) -> None:
    """Without a part they are for the whole home; commas between parts are forgiven."""
    rows = [
        {"name": " Tablet ", "access": "control", "only": "area:kitchen, light.hall"},
        {"name": "Dashboard", "access": "read"},
        {"name": "Helper", "access": "admin", "only": ""},
    ]
    part = Only(areas=frozenset({"kitchen"}), entities=frozenset({"light.hall"}))

    read = read_app_options(_written(tmp_path, {"private_urls": rows}))
    options = app_options(APP, data=tmp_path)

    assert options.further == read.private_urls
    assert read.private_urls == (
        Asked(name="Tablet", right="control", only=part),
        Asked(name="Dashboard", right="read"),
        Asked(name="Helper", right="admin"),
    )


@pytest.mark.parametrize(
    ("rows", "saved"),
    [
        ([], True),
        ([{"name": "Tablet", "access": "control", "only": "area:kitchen"}], True),
        ([{"name": "Tablet", "access": "control"}], True),
        ([{"name": "Tablet", "access": "everything"}], False),
        ([{"access": "read"}], False),
        (["Tablet"], False),
    ],
)
def test_the_supervisor_saves_the_private_addresses_that_are_read(
    tmp_path: Path,
    rows: list[Any],
    saved: bool,  # noqa: FBT001 - a table's column
) -> None:
    """What the interface takes stops no start later."""
    config = yaml.safe_load((REPOSITORY / "ha-mcp" / "config.yaml").read_text(encoding="utf-8"))
    app = App(slug="local_ha_mcp", schema=config["schema"])
    try:
        checked(app, config["options"] | {"private_urls": rows}, {})
    except WrongOption:
        assert not saved
    else:
        assert saved
        assert len(
            read_app_options(_written(tmp_path, {"private_urls": rows})).private_urls
        ) == len(rows)


def test_a_wrong_secret_path_is_not_repeated(tmp_path: Path) -> None:
    """The log of a failed start is the one that people post."""
    file = _written(tmp_path, {"secret_path": "my own secret with spaces"})

    with pytest.raises(Invalid) as caught:
        read_app_options(file)

    assert "my own secret" not in str(caught.value)


def test_options_that_are_not_json_are_said_to_be_so(tmp_path: Path) -> None:
    """Never a traceback for a damaged file."""
    (tmp_path / "options.json").write_text("{", encoding="utf-8")

    with pytest.raises(Invalid, match="cannot be read"):
        app_options(APP, data=tmp_path)


def test_the_app_needs_the_supervisors_token(tmp_path: Path) -> None:
    """Whoever starts the app mode by hand is told what to run instead."""
    with pytest.raises(Invalid, match="SUPERVISOR_TOKEN is not set") as caught:
        app_options({}, data=tmp_path)

    assert caught.value.hint is not None
    assert "ha-mcp-web" in caught.value.hint


def test_the_web_server_listens_on_this_machine_unless_told_otherwise() -> None:
    """The default path is known to everybody, so the default host is not."""
    edge = web_options(HOME).edge

    assert edge is not None
    assert (edge.host, edge.port, edge.path) == ("127.0.0.1", 8086, Secret("/mcp"))
    assert edge.on_loopback
    assert edge.guessable


def test_the_web_server_can_be_opened_to_others() -> None:
    """It is a decision of the owner, with a path of their own."""
    edge = web_options(
        HOME
        | {"MCP_HOST": "192.0.2.7", "MCP_PORT": "80", "MCP_SECRET_PATH": "/a/long_secret_path/"}
    ).edge

    assert edge is not None
    assert (edge.host, edge.port, edge.path.reveal()) == ("192.0.2.7", 80, "/a/long_secret_path")
    assert not edge.on_loopback
    assert not edge.guessable


def test_stdio_has_no_edge() -> None:
    """Nobody connects to a process that its client started."""
    assert stdio_options(HOME).edge is None


@pytest.mark.parametrize(
    ("url", "rest", "socket"),
    [
        ("http://ha:8123", "http://ha:8123/api", "ws://ha:8123/api/websocket"),
        ("https://HA.example/", "https://ha.example/api", "wss://ha.example/api/websocket"),
        ("http://ha/api/", "http://ha/api", "ws://ha/api/websocket"),
        ("http://[::1]:8123", "http://[::1]:8123/api", "ws://[::1]:8123/api/websocket"),
    ],
)
def test_the_address_of_home_assistant_is_taken_as_people_write_it(
    url: str, rest: str, socket: str
) -> None:
    """A slash too much is not worth an error."""
    options = stdio_options(HOME | {"HOMEASSISTANT_URL": url})

    assert (options.core_rest, options.core_ws) == (rest, socket)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HOMEASSISTANT_URL", "homeassistant.local:8123"),
        ("HOMEASSISTANT_URL", "http://ha:port"),
        ("HOMEASSISTANT_URL", "http://[::1"),
        ("HOMEASSISTANT_URL", "http://me:mine@ha:8123"),
        ("HOMEASSISTANT_URL", " "),
        ("HOMEASSISTANT_TOKEN", ""),
        ("MCP_PORT", "0"),
        ("MCP_PORT", "70000"),
        ("MCP_PORT", "eighty"),
        ("MCP_SECRET_PATH", "/a path"),
        ("MCP_SECRET_PATH", "/healthz"),
        ("LOG_LEVEL", "loud"),
    ],
)
def test_a_wrong_variable_is_named(name: str, value: str) -> None:
    """The sentence begins with what has to be changed."""
    with pytest.raises(Invalid) as caught:
        web_options(HOME | {name: value})

    assert name in caught.value.message
    assert caught.value.details == {"what": "option", "which": name}


def test_a_password_in_the_address_is_not_repeated() -> None:
    """It would end in a log."""
    with pytest.raises(Invalid) as caught:
        stdio_options(HOME | {"HOMEASSISTANT_URL": "http://me:mine@ha:8123"})

    assert "mine" not in str(caught.value)


def test_each_home_has_its_own_folder_in_the_users_state() -> None:
    """Two homes on one machine do not share a journal."""
    environ = {"XDG_STATE_HOME": "/state"}

    one = state_dir(environ, "http://one:8123", platform="linux")
    other = state_dir(environ, "http://other:8123", platform="linux")

    assert one.parent == other.parent == Path("/state/ha-mcp")
    assert one != other


@pytest.mark.parametrize(
    ("platform", "environ", "folder"),
    [
        ("linux", {}, ".local/state/ha-mcp"),
        ("darwin", {}, "Library/Application Support/ha-mcp"),
        ("win32", {"LOCALAPPDATA": "C:/Users/me/AppData/Local"}, "AppData/Local/ha-mcp"),
    ],
)
def test_state_is_kept_where_the_system_expects_it(
    platform: str, environ: dict[str, str], folder: str
) -> None:
    """No dot-folder of our own invention."""
    assert state_dir(environ, "http://ha", platform=platform).parent.as_posix().endswith(folder)


def test_a_secret_shows_itself_only_when_asked() -> None:
    """Whatever formats, logs or dumps it sees an ellipsis."""
    secret = Secret("top-secret-token")

    assert f"{secret} {secret!r} {[secret]}" == "… … […]"
    assert "top-secret-token" not in repr(web_options(HOME))
    assert secret == Secret("top-secret-token")
    assert secret != "top-secret-token"
    assert hash(secret) == hash(Secret("top-secret-token"))


@pytest.mark.parametrize(
    ("word", "only"),
    [("", False), ("false", False), ("0", False), ("true", True), (" ON ", True), ("1", True)],
)
def test_only_reading_is_a_switch_in_the_environment(
    word: str,
    only: bool,  # noqa: FBT001 - a table's column
) -> None:
    """And says why in half a sentence, which clients are shown."""
    options = web_options({**HOME, "READ_ONLY": word})

    assert options.read_only is only
    assert bool(options.reads_only) is only


def test_a_switch_that_is_no_switch_stops_the_start() -> None:
    """It may have been meant as yes."""
    with pytest.raises(Invalid, match="READ_ONLY is wrong: 'ture' is neither true nor false"):
        web_options({**HOME, "READ_ONLY": "ture"})


def test_the_app_only_reads_when_its_owner_wants_it(tmp_path: Path) -> None:
    """Not by itself."""
    assert not app_options(APP, data=tmp_path).read_only

    _written(tmp_path, {"read_only": True})

    assert app_options(APP, data=tmp_path).reads_only.startswith("the owner set this server")


def test_how_long_changes_are_kept(tmp_path: Path) -> None:
    """A month unless the owner wants more; and never for ever."""
    assert app_options(APP, data=tmp_path).journal_days == 30

    _written(tmp_path, {"journal_days": 365})

    assert app_options(APP, data=tmp_path).journal_days == 365


@pytest.mark.parametrize("days", [0, 366, "many"])
def test_days_that_are_too_few_or_too_many_are_refused(tmp_path: Path, days: object) -> None:
    """In the app and outside it."""
    _written(tmp_path, {"journal_days": days})

    with pytest.raises(Invalid, match="journal_days"):
        app_options(APP, data=tmp_path)
    with pytest.raises(Invalid, match="JOURNAL_DAYS"):
        read_days({"JOURNAL_DAYS": str(days)})


def test_how_long_a_login_admits_is_the_owners_choice(tmp_path: Path) -> None:
    """An hour, or up to a day for clients that renew badly."""
    assert app_options(APP, data=tmp_path).access_hours == 1

    _written(tmp_path, {"access_hours": 24})

    assert app_options(APP, data=tmp_path).access_hours == 24


@pytest.mark.parametrize("hours", [0, 25, "1", 1.5, None])
def test_hours_that_cannot_be_stop_the_start(tmp_path: Path, hours: object) -> None:
    """Named with what is accepted."""
    _written(tmp_path, {"access_hours": hours})

    with pytest.raises(Invalid, match="access_hours"):
        app_options(APP, data=tmp_path)


def test_what_nobody_may_see_is_known_in_one_place(tmp_path: Path) -> None:
    """An address that anybody could guess is none of it."""
    app = app_options(APP, data=tmp_path)
    (tmp_path / "configuration.yaml").touch()
    web = web_options({**HOME, "HOMEASSISTANT_CONFIG": str(tmp_path)})

    assert app.edge is not None
    assert app.secrets == [app.token, app.edge.path, app.voice_path]
    assert web.secrets == [Secret("top-secret-token")]
    assert web.secrets_file == tmp_path / "secrets.yaml"
    assert web_options(HOME).secrets_file is None
    assert app.secrets_file == Path("/homeassistant/secrets.yaml")


def test_a_folder_that_is_not_home_assistants_stops_the_start(tmp_path: Path) -> None:
    """A container's engine makes an empty one for a path that does not exist."""
    with pytest.raises(Invalid, match=r"HOMEASSISTANT_CONFIG.*no configuration\.yaml"):
        web_options({**HOME, "HOMEASSISTANT_CONFIG": str(tmp_path)})
