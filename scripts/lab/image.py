"""The app as an image, built from its own folder alone, as the Supervisor builds it.

Where the official base image cannot be pulled, a stand-in is made of Debian's packages. Either way
the lab's base has this machine's settings for pip and its certificates, so that the build reaches
the package index the way the machine does; the Dockerfile knows nothing of it.
"""

import hashlib
import os
import platform
import shutil
import ssl
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import yaml

from .engine import Engine, as_root, install
from .paths import REPOSITORY, SCRIPTS, cache
from .progress import Trouble, step
from .provide import run_logged

APP_FOLDER: Final = REPOSITORY / "ha-mcp"
OFFICIAL_BASE: Final = "python:3.14-slim-trixie"

_SUITE = "forky"
_RECIPE = "1"  # another number makes another stand-in
_STAND_IN = f"ha-mcp-lab/python:{_SUITE}-{_RECIPE}"
_PACKAGES = "ca-certificates,python3,python3-venv"
_PULL_LIMIT = 180.0
_BUILD_LIMIT = 900.0
_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
_CERTIFICATES = "etc/ssl/certs/ca-certificates.crt"
_PIP_SETTINGS = ("index-url", "extra-index-url", "find-links", "trusted-host", "proxy", "timeout")
_LEFT_OUT = ("var/cache/apt/", "var/lib/apt/lists/", "usr/share/doc/", "usr/share/man/")


def app_image(engine: Engine, folder: Path = APP_FOLDER) -> str:
    """Build the app and return the name of its image."""
    base = _settled(engine, _base(engine))
    facts = yaml.safe_load((folder / "config.yaml").read_text(encoding="utf-8"))
    name = f"ha-mcp-lab/{facts['slug']}:{facts['version']}"
    with step("Building the app's image"):
        engine.ask(
            "build",
            "--network=host",
            f"--build-arg=BUILD_FROM={base}",
            f"--build-arg=BUILD_VERSION={facts['version']}",
            f"--build-arg=BUILD_ARCH={_architecture()}",
            f"--tag={name}",
            folder,
            limit=_BUILD_LIMIT,
        )
    if engine.own:
        engine.ask("image", "prune", "--force")
    return name


def replica_image(engine: Engine) -> str:
    """Build the server for many people, as `scripts/replicas` does, and return its name."""
    base = _settled(engine, _base(engine))
    name = "ha-mcp-lab/oauth"
    with step("Building the image of the server for many people"):
        engine.ask(
            "build",
            "--network=host",
            f"--build-arg=BUILD_FROM={base}",
            f"--file={SCRIPTS / 'replicas' / 'Dockerfile'}",
            f"--tag={name}",
            APP_FOLDER,
            limit=_BUILD_LIMIT,
        )
    return name


def _architecture() -> str:
    """Name this machine as the Supervisor does."""
    return {"x86_64": "amd64", "arm64": "aarch64"}.get(platform.machine(), platform.machine())


def _base(engine: Engine) -> str:
    """Return an image with Python 3.14: the official one, or what stands in for it."""
    for name in (OFFICIAL_BASE, _STAND_IN):
        if engine.inspect("image", name):
            return name
    try:
        engine.ask("pull", "--quiet", OFFICIAL_BASE, limit=_PULL_LIMIT)
    except (Trouble, subprocess.TimeoutExpired):
        return _make_stand_in(engine)
    return OFFICIAL_BASE


def _make_stand_in(engine: Engine) -> str:
    as_root("Making a base image out of Debian's packages")
    with (
        step(f"Making a base image out of Debian {_SUITE}'s packages"),
        tempfile.TemporaryDirectory(prefix="base-", dir=cache()) as folder,
    ):
        root = Path(folder) / "root"
        _bootstrap(Path(folder), root)
        # `python` and `pip` stand where the official image has them.
        venv: list[str | Path] = ["chroot", root, "python3", "-m", "venv", "--copies", "/usr/local"]
        run_logged(venv, "base-image", doing="Preparing Python in the base image")
        archive = Path(folder) / "root.tar"
        with tarfile.open(archive, "w") as tar:
            tar.add(root, arcname=".", filter=_wanted)
        engine.ask("import", f"--change=ENV PATH={_PATH}", archive, _STAND_IN, limit=_BUILD_LIMIT)
    return _STAND_IN


def _wanted(entry: tarfile.TarInfo) -> tarfile.TarInfo | None:
    return None if entry.name.removeprefix("./").startswith(_LEFT_OUT) else entry


def _bootstrap(folder: Path, root: Path) -> None:
    """Unpack Debian; a distribution that does not know the suite yet borrows unstable's script."""
    if not shutil.which("debootstrap"):
        install("debootstrap", "debian-archive-keyring")
    scripts = folder / "debootstrap"
    shutil.copytree("/usr/share/debootstrap", scripts, symlinks=True)
    script = scripts / "scripts" / _SUITE
    if not script.exists():
        script.symlink_to("sid")
    run_logged(
        [
            "debootstrap",
            "--variant=minbase",
            f"--include={_PACKAGES}",
            _SUITE,
            root,
            *_own_mirror(),
        ],
        "base-image",
        doing="Fetching Debian's packages",
        env=os.environ | {"DEBOOTSTRAP_DIR": str(scripts)},
    )


def _own_mirror() -> list[str]:
    """Return where this machine fetches Debian's packages from; else debootstrap knows a place."""
    shown = subprocess.run(
        ["apt-get", "indextargets", "--format", "$(LABEL)|$(COMPONENT)|$(REPO_URI)"],
        capture_output=True,
        text=True,
        check=False,
    )
    rows = (line.split("|") for line in shown.stdout.splitlines())
    return [row[2] for row in rows if row[:2] == ["Debian", "main"]][:1]


def _settled(engine: Engine, base: str) -> str:
    """Return the base with this machine's settings for pip and its certificates."""
    files = _settings()
    digest = hashlib.sha256(base.encode())
    for name, content in files.items():
        digest.update(name.encode() + content)
    name = f"ha-mcp-lab/base:{digest.hexdigest()[:12]}"
    if engine.inspect("image", name) is None:
        with tempfile.TemporaryDirectory() as folder:
            _write(Path(folder), {"Dockerfile": f"FROM {base}\nCOPY root/ /\n".encode()})
            _write(Path(folder) / "root", files)
            engine.ask("build", f"--tag={name}", folder, limit=_BUILD_LIMIT)
    return name


def _write(folder: Path, files: dict[str, bytes]) -> None:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)


def _settings() -> dict[str, bytes]:
    """Collect what pip needs to know inside, at the places where it looks."""
    pip = [f"cert = /{_CERTIFICATES}", *(f"{key} = {value}" for key, value in _pip_settings())]
    return {
        "etc/pip.conf": "\n".join(["[global]", *pip, ""]).encode(),
        _CERTIFICATES: _certificates(),
    }


def _pip_settings() -> Iterator[tuple[str, str]]:
    """Read this machine's settings; folders of the machine are not there inside."""
    shown = subprocess.run(
        [sys.executable, "-m", "pip", "config", "list"], capture_output=True, text=True, check=False
    )
    for line in shown.stdout.splitlines():
        key, _, value = line.partition("=")
        name = key.rpartition(".")[2]
        words = [word for word in _unquoted(value).split() if not word.startswith(("/", "file:"))]
        if name in _PIP_SETTINGS and words:
            yield name, " ".join(words)


def _unquoted(value: str) -> str:
    return str(yaml.safe_load(value)).replace("\\n", " ")


def _certificates() -> bytes:
    known = ssl.get_default_verify_paths()
    named = (os.environ.get("PIP_CERT"), os.environ.get("SSL_CERT_FILE"), known.cafile)
    places = [Path(path) for path in (*named, f"/{_CERTIFICATES}") if path]
    found = next((place for place in places if place.is_file()), None)
    if found is None:
        raise Trouble("This machine has no bundle of certificates; install ca-certificates.")
    return found.read_bytes()
