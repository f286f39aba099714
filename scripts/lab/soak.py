"""The long tests beside the everyday ones: many changes, and every kind on the oldest Core."""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from .environments import OLDEST_CORE_VERSION, core_python, server_python
from .paths import REPOSITORY
from .progress import Trouble, say
from .system import FOR_CORE, require

_CHANGES: Final = "changes"
_OLDEST: Final = "oldest"
_OPERATIONS: Final = "10000"
_KINDS: Final = (
    "tests/live/test_documents_live.py",
    "tests/live/test_new_ids_live.py",
    "tests/live/test_loaded_bodies_live.py",
    "tests/live/test_one_look_live.py",
    "tests/live/test_further_kinds_live.py",
    "tests/live/test_listed_items_live.py",
)


def main(arguments: Sequence[str]) -> int:
    """Run what was asked for, or all."""
    asked = list(arguments)
    number = next((one for one in asked if one.isdecimal()), _OPERATIONS)
    parts = [one for one in asked if not one.isdecimal()] or [_CHANGES, _OLDEST]
    if unknown := set(parts) - {_CHANGES, _OLDEST}:
        raise Trouble(f"There is no {', '.join(sorted(unknown))}: {_CHANGES} or {_OLDEST}")
    require(*FOR_CORE)
    return max([_changes(number) if one == _CHANGES else _oldest() for one in parts])


def _changes(number: str) -> int:
    say(f"{number} random changes, alone and by several clients at once")
    return _tests({"HA_MCP_OPERATIONS": number}, "tests/live/test_many_changes_live.py")


def _oldest() -> int:
    say(f"Every kind of document on Home Assistant Core {OLDEST_CORE_VERSION}")
    core_python(OLDEST_CORE_VERSION)
    return _tests({"HA_MCP_CORE": OLDEST_CORE_VERSION}, *_KINDS)


def _tests(environment: dict[str, str], *files: str) -> int:
    command: list[str | Path] = [server_python(), "-m", "pytest", "-q", *files]
    inherited = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    done = subprocess.run(command, cwd=REPOSITORY, env=inherited | environment, check=False)
    return done.returncode


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Trouble as trouble:
        say(str(trouble))
    except KeyboardInterrupt:
        say("Stopped.")
    sys.exit(1)
