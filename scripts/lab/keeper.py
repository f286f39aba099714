"""A small process around one Home Assistant Core: starts it again when it asks, ends it with us.

Run as `python keeper.py PID_FILE LOG_FILE COMMAND...`. Core asks for a restart by leaving with
code 100. When the process that started the keeper is gone, for whatever reason, Core is ended too.
"""

import ctypes
import os
import signal
import subprocess
import sys
from pathlib import Path
from types import FrameType

RESTART = 100
_LOOK_EVERY = 0.25
_DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG


def end_with_parent() -> None:
    """Ask Linux to end this process when the thread that started it is gone."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL)


def keep(pid_file: Path, log_file: Path, command: list[str]) -> int:
    """Run the command until it ends by itself for good, is told to end, or our parent is gone."""
    parent = os.getppid()
    core: subprocess.Popen[bytes] | None = None

    def forward(number: int, _frame: FrameType | None) -> None:
        if core is not None:
            core.send_signal(signal.SIGCONT)
            core.send_signal(number)

    signal.signal(signal.SIGTERM, forward)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    code = RESTART
    while code == RESTART:
        with log_file.open("ab") as log:
            core = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                preexec_fn=end_with_parent,  # noqa: PLW1509 - this process has no threads
            )
        new = pid_file.with_suffix(".new")
        new.write_text(str(core.pid))
        new.replace(pid_file)
        code = _wait(core, parent)
    return code


def _wait(core: subprocess.Popen[bytes], parent: int) -> int:
    """Wait for Core to leave; end it when our parent did."""
    while True:
        try:
            return core.wait(_LOOK_EVERY)
        except subprocess.TimeoutExpired:
            if os.getppid() != parent:
                core.kill()
                return core.wait()


if __name__ == "__main__":
    sys.exit(keep(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:]))
