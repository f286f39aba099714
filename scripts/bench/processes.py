"""What a process costs, as the kernel counts it."""

import asyncio
import os
from pathlib import Path

from lab.progress import Trouble, step

_TICKS = os.sysconf("SC_CLK_TCK")
_CALM = 5.0  # percent of one core
_CALM_SECONDS = 3.0
_PATIENCE = 300.0  # seconds


def resident_mib(pid: int) -> float:
    """Return the memory that a process has resident."""
    return _memory(pid, "VmRSS")


def peak_mib(pid: int) -> float:
    """Return the most memory that a process had resident since that was forgotten."""
    return _memory(pid, "VmHWM")


def forget_peak(pid: int) -> None:
    """Let the peak begin anew from what is resident now."""
    Path(f"/proc/{pid}/clear_refs").write_text("5")


def _memory(pid: int, kind: str) -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(f"{kind}:"):
            return round(int(line.split()[1]) / 1024, 1)
    raise LookupError(f"Process {pid} has no memory")


def cpu_seconds(pid: int) -> float:
    """Return the processor time that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


async def cpu_percent(pid: int, seconds: float) -> float:
    """Return how much of one core a process uses while this waits."""
    before = cpu_seconds(pid)
    await asyncio.sleep(seconds)
    return round((cpu_seconds(pid) - before) / seconds * 100, 2)


async def until_calm(pid: int) -> None:
    """Wait until a process has nothing left to do; raises Trouble when it never has.

    Whatever is asked of Home Assistant takes a multiple while it catches up after its start.
    """
    with step("Waiting until Home Assistant has caught up"):
        try:
            async with asyncio.timeout(_PATIENCE):
                while await cpu_percent(pid, _CALM_SECONDS) > _CALM:
                    pass
        except TimeoutError:
            raise Trouble(f"Home Assistant is still busy after {_PATIENCE:.0f} seconds") from None
