"""The Supervisor's store finds our apps, nothing else, and all of what they need.

Every trap here was read in the Supervisor's or the linter's source: a file of the wrong name is an
app in somebody's store, a key with its default value fails the linter, and an image of the wrong
size is shown blurred.
"""

import re
import struct
import subprocess
from dataclasses import fields
from pathlib import Path, PurePosixPath
from typing import Any, Final

import pytest
import yaml

from ha_mcp import __version__
from ha_mcp.app_options import APP_PORT, AppOptions

REPOSITORY: Final = Path(__file__).resolve().parents[2]
APPS: Final = sorted(path.parent for path in REPOSITORY.glob("*/Dockerfile"))
SERVER: Final = REPOSITORY / "ha-mcp"

OLDEST_CORE: Final = "2026.8.0"
REGISTRIES: Final = re.compile(
    r"https?://(?!127\.0\.0\.1)\S*(?:pypi|simple|wheels|registry)|--(?:extra-)?index-url"
)
PLACEHOLDER: Final = "address-of-this-repository.invalid"

# What a key means when it is left out; the linter refuses to see it written.
DEFAULTS: Final[dict[str, Any]] = {
    "apparmor": True,
    "audio": False,
    "auth_api": False,
    "backup": "hot",
    "boot": "auto",
    "devices": [],
    "devicetree": False,
    "docker_api": False,
    "environment": {},
    "full_access": False,
    "gpio": False,
    "hassio_api": False,
    "hassio_role": "default",
    "homeassistant_api": False,
    "host_dbus": False,
    "host_ipc": False,
    "host_network": False,
    "host_pid": False,
    "host_uts": False,
    "ingress": False,
    "ingress_entry": "/",
    "ingress_port": 8099,
    "ingress_stream": False,
    "init": True,
    "journald": False,
    "kernel_modules": False,
    "legacy": False,
    "machine": [],
    "map": [],
    "panel_admin": True,
    "panel_icon": "mdi:puzzle",
    "privileged": [],
    "realtime": False,
    "stage": "stable",
    "startup": "application",
    "stdin": False,
    "timeout": 10,
    "tmpfs": False,
    "uart": False,
    "udev": False,
    "usb": False,
    "video": False,
}
REFUSED: Final = {"advanced", "auto_uart", "codenotary", "watchdog"}
KNOWN: Final = DEFAULTS.keys() | {
    "arch",
    "backup_exclude",
    "backup_post",
    "backup_pre",
    "breaking_versions",
    "description",
    "discovery",
    "homeassistant",
    "image",
    "name",
    "options",
    "panel_title",
    "ports",
    "ports_description",
    "schema",
    "services",
    "slug",
    "ulimits",
    "url",
    "version",
    "webui",
}

every_app = pytest.mark.parametrize("app", APPS, ids=lambda path: path.name)


def tracked() -> list[PurePosixPath]:
    """List what a clone of this repository holds, and what the next commit adds."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=True)
    return [PurePosixPath(name) for name in listed.stdout.split("\0") if name]


def described(stem: str) -> set[str]:
    """List the tracked files that the Supervisor reads as a description because of their name."""
    return {
        str(path)
        for path in tracked()
        if path.stem == stem and path.suffix in {".json", ".yaml", ".yml"}
    }


def config(app: Path) -> dict[str, Any]:
    """Read what an app tells the Supervisor."""
    read: dict[str, Any] = yaml.safe_load((app / "config.yaml").read_text(encoding="utf-8"))
    return read


def translations(app: Path) -> dict[str, Any]:
    """Read what an app's options are called in English."""
    file = app / "translations" / "en.yaml"
    read: dict[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))
    return read


def size_of(picture: Path) -> tuple[int, int]:
    """Read the size out of a PNG's header."""
    header = picture.read_bytes()[:24]
    assert header[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = struct.unpack(">II", header[16:24])
    return width, height


def test_there_are_apps_to_look_at() -> None:
    """An empty list would let every other test here pass."""
    assert SERVER in APPS


def test_only_apps_have_a_file_named_config() -> None:
    """Any other would be offered to users as an app, or fill their log."""
    assert described("config") == {f"{app.name}/config.yaml" for app in APPS}


def test_only_one_file_is_named_repository() -> None:
    """The first one that a recursive search finds wins."""
    assert described("repository") == {"repository.yaml"}


def test_no_file_is_named_build() -> None:
    """Inside an app it would be read as a deprecated build file and change the base image."""
    assert described("build") == set()


def test_no_dockerfile_is_for_one_architecture() -> None:
    """It would silently win over the one that is tested."""
    assert [str(path) for path in tracked() if path.name.startswith("Dockerfile.")] == []


def test_the_repository_says_its_name() -> None:
    """Without one the store refuses it; the other keys are all that it knows."""
    facts = yaml.safe_load((REPOSITORY / "repository.yaml").read_text(encoding="utf-8"))

    assert {"name", "url", "maintainer"} == set(facts)


def test_the_repositorys_address_stands_in_one_place() -> None:
    """What is not known yet is invented once, and visibly."""
    looked_at = [path for path in tracked() if path.suffix not in {".png", ".json"}]
    holders = {
        str(path)
        for path in looked_at
        if PLACEHOLDER in (REPOSITORY / path).read_text(encoding="utf-8", errors="replace")
    }

    assert holders <= {"repository.yaml", "tests/architecture/test_store.py"}


@every_app
def test_the_base_image_is_written_in_the_dockerfile(app: Path) -> None:
    """The Supervisor passes none."""
    lines = (app / "Dockerfile").read_text(encoding="utf-8").splitlines()
    bases = [line.split()[1] for line in lines if line.startswith("FROM ")]

    assert lines[0] == "ARG BUILD_FROM=python:3.14-slim-trixie"
    assert set(bases) == {"${BUILD_FROM}"}


@every_app
def test_the_build_context_is_the_app_folder(app: Path) -> None:
    """The Supervisor mounts nothing else, so a link out of it dangles."""
    inside = [REPOSITORY / path for path in tracked() if path.parts[0] == app.name]

    assert [path for path in inside if path.is_symlink()] == []


@every_app
def test_the_health_of_the_app_is_asked(app: Path) -> None:
    """It makes the start wait, and lets the watchdog see a server that hangs."""
    text = (app / "Dockerfile").read_text(encoding="utf-8")

    assert "HEALTHCHECK" in text
    assert "/healthz" in text or "/tmp/heartbeat" in text, "An app without a port leaves a sign"
    assert "curl" not in text


@every_app
def test_every_key_is_one_that_the_supervisor_knows(app: Path) -> None:
    """Unknown ones are dropped in silence by it and refused by the linter."""
    assert config(app).keys() - KNOWN == set()
    assert config(app).keys() & REFUSED == set()


@every_app
def test_no_key_repeats_its_default(app: Path) -> None:
    """The linter calls it an error."""
    given = config(app)

    assert {key: given[key] for key in given.keys() & DEFAULTS if given[key] == DEFAULTS[key]} == {}


@every_app
def test_the_app_is_for_todays_machines_and_cores(app: Path) -> None:
    """Older architectures are deprecated, and an older Core lacks what we use."""
    assert config(app)["arch"] == ["aarch64", "amd64"]
    assert config(app)["homeassistant"] == OLDEST_CORE


@every_app
def test_an_option_with_a_default_is_in_the_schema(app: Path) -> None:
    """And one without a default is optional, else the app could not start untouched."""
    given = config(app)
    options, schema = given.get("options", {}), given.get("schema", {})

    assert options.keys() - schema.keys() == set()
    assert [name for name in schema.keys() - options.keys() if not schema[name].endswith("?")] == []


@every_app
def test_every_option_and_port_is_explained(app: Path) -> None:
    """The configuration tab shows these words."""
    words = translations(app)
    options = words.get("configuration", {})

    assert options.keys() == config(app).get("schema", {}).keys()
    assert [name for name, text in options.items() if text.keys() != {"name", "description"}] == []
    assert words.get("network", {}).keys() == config(app).get("ports", {}).keys()


@every_app
def test_every_option_is_documented(app: Path) -> None:
    """The documentation tab is where people look."""
    text = (app / "DOCS.md").read_text(encoding="utf-8")

    assert [name for name in config(app).get("schema", {}) if f"### `{name}`" not in text] == []


@every_app
@pytest.mark.parametrize(("picture", "size"), [("icon.png", (128, 128)), ("logo.png", (250, 100))])
def test_pictures_have_the_size_that_is_shown(
    app: Path, picture: str, size: tuple[int, int]
) -> None:
    """Others are scaled, and look it."""
    assert size_of(app / picture) == size


@every_app
def test_the_store_finds_its_texts(app: Path) -> None:
    """Each of these has its place in the interface."""
    files = {"DOCS.md", "README.md", "CHANGELOG.md", "apparmor.txt", ".dockerignore"}

    assert [name for name in files if not (app / name).is_file()] == []


@every_app
def test_there_is_one_profile_and_it_has_the_apps_name(app: Path) -> None:
    """The Supervisor renames it, and refuses a file with two."""
    text = (app / "apparmor.txt").read_text(encoding="utf-8")
    profiles = re.findall(r"^profile\s+(\S+)", text, flags=re.MULTILINE)

    assert profiles == [config(app)["slug"]]


@every_app
def test_the_profile_gives_away_neither_the_files_nor_the_system(app: Path) -> None:
    """A rule without a path, or a capability, would make the rest of it idle."""
    lines = (app / "apparmor.txt").read_text(encoding="utf-8").splitlines()
    rules = [line.strip() for line in lines]

    assert [rule for rule in rules if rule in {"file,", "capability,", "network,"}] == []
    assert [rule for rule in rules if rule.startswith("capability ")] == []


@every_app
def test_every_requirement_is_pinned_and_hashed(app: Path) -> None:
    """What is installed in a home is what was tested here."""
    for file in app.glob("requirements*.txt"):
        text = file.read_text(encoding="utf-8").replace("\\\n", " ")
        lines = [line for line in text.splitlines() if line and not line.startswith("#")]

        assert lines
        assert [line for line in lines if not re.match(r"\S+==\S+\s+--hash=sha256:", line)] == []


def test_no_file_names_a_package_index() -> None:
    """Everybody's own settings say where packages come from."""
    ours = {"tests/architecture/test_store.py", "package-lock.json"}
    suspects = [path for path in tracked() if str(path) not in ours]
    kinds = {".txt", ".toml", ".in", ".yaml", ".yml", ".py", ".sh", ".cfg", ""}
    found = {
        str(path)
        for path in suspects
        if path.suffix in kinds
        and REGISTRIES.search((REPOSITORY / path).read_text(encoding="utf-8", errors="replace"))
    }

    assert found == set()


@every_app
def test_the_newest_entry_of_the_changelog_is_this_version(app: Path) -> None:
    """Users read it before they update."""
    text = (app / "CHANGELOG.md").read_text(encoding="utf-8")
    newest = re.search(r"^## (\S+)", text, flags=re.MULTILINE)

    assert newest is not None
    assert newest[1] == config(app)["version"]


def test_the_server_has_one_version() -> None:
    """The store, the package and the code tell the same."""
    package = (SERVER / "pyproject.toml").read_text(encoding="utf-8")

    assert config(SERVER)["version"] == __version__
    assert f'\nversion = "{__version__}"\n' in package


def test_the_servers_options_are_those_that_it_reads() -> None:
    """A switch in the interface that nothing reads is a lie."""
    read = {field.name for field in fields(AppOptions)}

    assert config(SERVER)["schema"].keys() == read


def test_the_servers_defaults_are_those_of_the_store() -> None:
    """They are written twice, because the Supervisor needs its own."""
    defaults = AppOptions()

    assert config(SERVER)["options"] == {
        "log_level": defaults.log_level,
        "announce_to_assist": defaults.announce_to_assist,
        "read_only": defaults.read_only,
        "private_urls": list(defaults.private_urls),
    }


def test_the_servers_port_is_the_one_it_listens_on() -> None:
    """In the store, in the image, and in the code."""
    text = (SERVER / "Dockerfile").read_text(encoding="utf-8")

    assert config(SERVER)["ports"] == {f"{APP_PORT}/tcp": APP_PORT}
    assert f"EXPOSE {APP_PORT}\n" in text
    assert f"'127.0.0.1', {APP_PORT}" in text


def test_the_panel_is_for_administrators_and_behind_the_one_port() -> None:
    """A second port would be a second way in; the sidebar has little room."""
    given = config(SERVER)

    assert (given["ingress"], given["ingress_port"]) == (True, APP_PORT)
    assert given.get("panel_admin", True) is True
    assert len(given["panel_title"]) <= len("Developer Tools")


def test_the_server_has_the_rights_it_needs_and_no_others() -> None:
    """Core through the proxy, the Supervisor as a manager, and nothing of the machine."""
    given = config(SERVER)

    assert given["homeassistant_api"] is True
    assert given["hassio_api"] is True
    assert given["hassio_role"] == "manager"
    assert given["map"] == ["homeassistant_config"]  # to read, which is the default
    assert given.keys() & {"host_network", "privileged", "docker_api", "full_access"} == set()


def test_of_home_assistants_folder_the_server_sees_four_files() -> None:
    """The values that it hides, and what it writes; whatever else there is, is not its business."""
    lines = (SERVER / "apparmor.txt").read_text(encoding="utf-8").splitlines()

    assert [line.strip() for line in lines if "/homeassistant" in line] == [
        "/homeassistant/{secrets,automations,scripts,scenes}.yaml r,"
    ]
