"""The commands of `scripts/`: set up what is needed, then do what was asked for.

Runs in any Python that can run Core, with nothing installed; what needs packages is started in the
server's environment.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from .checks import check
from .environments import CORE_VERSION, core_python, server_python
from .node import node_tools
from .paths import REPOSITORY, SCRIPTS
from .progress import Trouble, say
from .repeating import last_failed, may_be_run_again
from .system import FOR_CORE, FOR_TESTS, require

_SOME_FAILED = 1  # pytest's exit code
_HOMES = {
    "test": ("demo", "large"),
    "demo": ("demo",),
    "bench": ("large",),
    "pictures": ("demo",),
}


def test(arguments: Sequence[str]) -> int:
    """Set everything up, check the sources, run the tests."""
    _set_up("test")
    wrong = check(server_python())
    say("Tests")
    return _tested(arguments) or wrong


def check_only(_arguments: Sequence[str]) -> int:
    """Check the sources alone."""
    return check(server_python())


def demo(arguments: Sequence[str]) -> int:
    """Run the server against a real Home Assistant until Ctrl-C."""
    _set_up("demo")
    return _become("lab.demo", *arguments)


def bench(arguments: Sequence[str]) -> int:
    """Measure the server and print figures as JSON."""
    _set_up("bench")
    return _become("bench", *arguments)


def pictures(arguments: Sequence[str]) -> int:
    """Draw the logs of both apps and the panel."""
    _set_up("pictures")
    return _become("lab.pictures", *arguments)


def _set_up(command: str) -> None:
    """Provide system packages, environments, tools and homes; what is there costs nothing."""
    say("Setting up")
    started = time.monotonic()
    require(*FOR_CORE, *(FOR_TESTS if command in {"test", "pictures"} else ()))
    _at_once(lambda: core_python(CORE_VERSION), _tools if command == "test" else server_python)
    homes = [part for home in _HOMES[command] for part in (home, CORE_VERSION)]
    _prepare_homes(homes)
    say(f"Set up in {time.monotonic() - started:.1f} s")


def _tools() -> None:
    server_python()
    node_tools()


def _at_once(*providers: Callable[[], object]) -> None:
    """Run these side by side; the first trouble is told when all have ended."""
    with ThreadPoolExecutor() as pool:
        for running in [pool.submit(provider) for provider in providers]:
            running.result()


def _prepare_homes(homes: list[str]) -> None:
    done = subprocess.run([server_python(), "-m", "lab.homes", *homes], env=_env(), check=False)
    if done.returncode:
        raise Trouble("The lab's homes could not be prepared; what went wrong is said above.")


def _tested(arguments: Sequence[str]) -> int:
    """Run the tests; what failed of those against real programs is run once more, in the open.

    A dozen homes, databases and browsers on one busy machine now and then miss a moment. What is
    broken fails twice; what passes the second time is named, because it is worth a look.
    """
    with tempfile.TemporaryDirectory(prefix="ha-mcp-failed-") as kept:
        noting = ("-o", f"cache_dir={kept}")
        code = _in_server("pytest", *noting, *arguments)
        failed = last_failed(Path(kept)) if code == _SOME_FAILED else []
        if not may_be_run_again(failed):
            return code
        say("Once more, alone, what failed against real programs")
        code = _in_server("pytest", *noting, "--last-failed", *arguments)
    if not code:
        say("Passed only the second time, so worth a look:")
        for test in failed:
            say(f"  {test}")
    return code


def _in_server(module: str, *arguments: str) -> int:
    command: list[str | Path] = [server_python(), "-m", module, *arguments]
    return subprocess.run(command, cwd=REPOSITORY, check=False).returncode


def _become(module: str, *arguments: str) -> int:
    """Go on in the server's environment, as the same process: signals reach it directly."""
    python = str(server_python())
    os.execve(python, [python, "-m", module, *arguments], _env())


def _env() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": f"{SCRIPTS}{os.pathsep}{REPOSITORY / 'tests'}"}


COMMANDS = {
    "test": test,
    "check": check_only,
    "demo": demo,
    "bench": bench,
    "pictures": pictures,
}


def main() -> int:
    """Run one command; trouble is one clear sentence, never a traceback."""
    os.environ.pop("PYTHONPATH", None)
    try:
        return COMMANDS[sys.argv[1]](sys.argv[2:])
    except Trouble as trouble:
        say(str(trouble))
    except KeyboardInterrupt:
        say("Stopped.")
    return 1


if __name__ == "__main__":
    sys.exit(main())
