"""The checks that need no running Home Assistant."""

import subprocess
import time
from pathlib import Path

from .paths import REPOSITORY, SCRIPTS
from .progress import say

_WHOLE_TOOLKIT = (
    "tests/server/toolkit",
    *("--cov=ha_mcp.toolkit", "--cov-branch", "--cov-report=term-missing", "--cov-fail-under=100"),
)
_TYPED = ("ha-mcp/src", "webhook-proxy/src", "shared", "scripts", "tests")


def check(python: Path) -> int:
    """Run every check, say what failed, and return an exit code."""
    say("Checks")
    failed = [name for name, command in _checks(python) if not _passes(name, command)]
    if failed:
        say(f"Failed: {', '.join(failed)}. To repair layout and simple findings:")
        say(f"  {python} -m ruff format . ; {python} -m ruff check --fix .")
    return 1 if failed else 0


def _checks(python: Path) -> list[tuple[str, list[str | Path]]]:
    typed = [path for path in _TYPED if any((REPOSITORY / path).rglob("*.py"))]
    return [
        ("layout", [python, "-m", "ruff", "format", "--check", "."]),
        ("lint", [python, "-m", "ruff", "check", "--output-format", "concise", "."]),
        ("types", [python, "-m", "mypy", *typed]),
        ("shared copies", [python, SCRIPTS / "vendor_shared.py", "--check"]),
        ("every branch of toolkit/", [python, "-m", "pytest", "-q", *_WHOLE_TOOLKIT]),
    ]


def _passes(name: str, command: list[str | Path]) -> bool:
    started = time.monotonic()
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    verdict = "failed" if done.returncode else "passed"
    say(f"  {name}: {verdict} in {time.monotonic() - started:.1f} s")
    if done.returncode:
        say(done.stdout + done.stderr)
    return not done.returncode
