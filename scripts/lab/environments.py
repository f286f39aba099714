"""The virtual environments: one for each Home Assistant Core, one for the server and its tests."""

import ast
import hashlib
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from .paths import LAB, REPOSITORY
from .progress import Trouble, step
from .provide import provided, run_logged
from .system import FOR_CORE, require

CORE_VERSION = "2026.11.0"
OLDEST_CORE_VERSION = "2026.8.3"

# What the homes of the lab load beyond what Core itself depends on: installed beforehand, so that
# starting a home needs no network.
INTEGRATIONS = [
    *("assist_pipeline", "backup", "calendar", "conversation", "demo", "derivative", "energy"),
    *("frontend", "generic_thermostat", "group", "history", "image_upload", "local_calendar"),
    *("local_todo", "logbook", "mcp", "media_source", "min_max", "mobile_app", "person"),
    *("recorder", "schedule", "shopping_list", "stream", "switch_as_x", "template"),
    *("threshold", "tod", "trend", "tts", "utility_meter"),
    # The helpers that the tests make besides.
    *("filter", "generic_hygrostat", "history_stats", "integration", "mold_indicator", "otp"),
    *("random", "statistics"),
]

_REQUIREMENTS = re.compile(r"^REQUIREMENTS = (\[.*?\])", re.MULTILINE | re.DOTALL)


def core_python(version: str = CORE_VERSION) -> Path:
    """Return the interpreter of an environment that holds this version of Core."""
    name = f"core-{version}-r3"
    require(*FOR_CORE)

    def build(place: Path) -> None:
        with step(f"Installing Home Assistant Core {version}"):
            pip = _new_environment(place, name)
            run_logged(
                [*pip, f"homeassistant=={version}", "zlib-ng", "isal"],
                name,
                doing=f"Installing Home Assistant Core {version}",
            )
            package = next(place.glob("lib/python3*/site-packages/homeassistant"))
            run_logged(
                [*pip, "-c", package / "package_constraints.txt", *_requirements(package)],
                name,
                doing="Installing what the lab's homes need",
            )

    return provided(name, build) / "bin" / "python"


def server_python() -> Path:
    """Return the interpreter of an environment with the server, its tests' tools and a client."""
    locked = [REPOSITORY / "ha-mcp/requirements.txt", LAB / "requirements-dev.txt"]
    described = [*locked, REPOSITORY / "ha-mcp/pyproject.toml"]
    # The clone's path counts: the server is installed in place.
    digest = hashlib.sha256(str(REPOSITORY).encode())
    for path in described:
        digest.update(path.read_bytes() if path.exists() else b"-")
    name = f"server-{digest.hexdigest()[:12]}"

    def build(place: Path) -> None:
        with step("Installing the server and the tools of its tests"):
            pip = _new_environment(place, name)
            doing = "Installing the server and its tools"
            for path in locked:
                if path.exists():
                    run_logged([*pip, "-r", path], name, doing=doing)
            if (REPOSITORY / "ha-mcp/pyproject.toml").exists():
                run_logged([*pip, "--no-deps", "-e", REPOSITORY / "ha-mcp"], name, doing=doing)

    return provided(name, build) / "bin" / "python"


def python_with(*requirements: str) -> Path:
    """Return the interpreter of an environment of its own, for clients that need other versions."""
    digest = hashlib.sha256("\n".join(requirements).encode()).hexdigest()[:12]
    name = f"tools-{digest}"

    def build(place: Path) -> None:
        with step(f"Installing {' '.join(requirements)}"):
            pip = _new_environment(place, name)
            run_logged([*pip, *requirements], name, doing=f"Installing {' '.join(requirements)}")

    return provided(name, build) / "bin" / "python"


def _new_environment(place: Path, log: str) -> list[str | Path]:
    """Make a virtual environment and return the command that installs into it."""
    place.parent.mkdir(parents=True, exist_ok=True)
    run_logged([_base_python(), "-m", "venv", place], log, doing="Making a virtual environment")
    python = place / "bin" / "python"
    return [
        python,
        "-m",
        "pip",
        "--disable-pip-version-check",
        "install",
        "--root-user-action=ignore",
        "--prefer-binary",
    ]


def _base_python() -> Path:
    """Return a Python that can run Core, which may not be the one this runs in."""
    if (3, 14, 2) <= sys.version_info < (3, 15):
        return Path(sys.base_prefix) / "bin" / "python3.14"
    found = subprocess.run([LAB / "python"], capture_output=True, text=True, check=False)
    if found.returncode:
        raise Trouble(found.stderr.strip())
    return Path(found.stdout.strip())


def _requirements(package: Path) -> list[str]:
    """Collect what the lab's integrations, all that they depend on, and signing in require."""
    components = package / "components"
    demo = (path.stem for path in (components / "demo").glob("*.py"))
    waiting = [*INTEGRATIONS, *demo]
    seen: set[str] = set()
    needed = set(_named_in_code(package / "auth"))
    while waiting:
        name = waiting.pop()
        manifest = components / name / "manifest.json"
        if name in seen or not manifest.exists():
            continue
        seen.add(name)
        facts = json.loads(manifest.read_text())
        needed.update(facts.get("requirements", []))
        waiting.extend(facts.get("dependencies", []))
    return sorted(needed)


def _named_in_code(folder: Path) -> Iterator[str]:
    """Yield the requirements that modules name themselves; Core loads those of ``auth`` always."""
    for path in folder.rglob("*.py"):
        for named in _REQUIREMENTS.findall(path.read_text(encoding="utf-8")):
            yield from ast.literal_eval(named)
