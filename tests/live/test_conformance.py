"""What applies of the protocol's own conformance tests passes, in both eras.

They run against the real edge with tools that they call by name. What does not apply is listed
with its reason beside them; whatever else fails, and what is listed and passes, fails the test.
"""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from lab.node import node_environment

pytestmark = pytest.mark.live

HERE = Path(__file__).parent / "conformance"
# Of the scenarios that apply in part: the checks that do not.
NOT_TESTABLE = {
    "server-stateless": {
        "sep-2575-server-rejects-undeclared-capability",
        "sep-2575-missing-capability-http-400",
        "sep-2575-http-server-no-independent-requests-on-stream",
        "sep-2575-server-no-log-without-loglevel",
    },
    "caching": {
        "sep-2549-prompts-list-caching-hints",
        "sep-2549-resources-list-caching-hints",
        "sep-2549-resources-templates-list-caching-hints",
    },
}


@pytest.fixture(scope="module")
async def url() -> AsyncIterator[str]:
    """Start the server and say where it is."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, HERE / "server.py", stdout=asyncio.subprocess.PIPE
    )
    if process.stdout is None:
        raise RuntimeError("The server has no output")
    async with asyncio.timeout(20):
        yield (await process.stdout.readline()).decode().strip()
    process.terminate()
    await process.wait()


async def conformance(url: str, revision: str, out: Path) -> tuple[int, str]:
    """Run the scenarios of a revision; return how it ended and what was said."""
    process = await asyncio.create_subprocess_exec(
        *("conformance", "server", "--url", url, "--requirements", revision, "-o", str(out)),
        *("--expected-failures", str(HERE / f"{revision}.yml")),
        env=node_environment(),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    async with asyncio.timeout(240):
        said, _ = await process.communicate()
    return process.returncode or 0, said.decode()


@pytest.mark.parametrize("revision", ["2025-11-25", "2026-07-28"])
async def test_what_applies_passes(url: str, revision: str, tmp_path: Path) -> None:
    """Both eras are served at one address."""
    code, said = await conformance(url, revision, tmp_path)

    assert code == 0, said


async def test_only_what_cannot_be_tested_fails_in_part(url: str, tmp_path: Path) -> None:
    """A scenario that is listed as failing would hide what fails in it tomorrow."""
    await conformance(url, "2026-07-28", tmp_path)

    assert {scenario: failed(tmp_path, scenario) for scenario in NOT_TESTABLE} == NOT_TESTABLE


def failed(out: Path, scenario: str) -> set[str]:
    """Return the checks of a scenario that did not pass."""
    (file,) = out.glob(f"server-{scenario}-2*/checks.json")
    checks = json.loads(file.read_text(encoding="utf-8"))
    return {check["id"] for check in checks if check["status"] in {"FAILURE", "WARNING"}}
