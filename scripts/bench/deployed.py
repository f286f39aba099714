"""What is measured is what runs in a home: compiled, in the environment of the app's image."""

import compileall
import re
from pathlib import Path

from lab.paths import REPOSITORY

_APP = REPOSITORY / "ha-mcp"
_ENV = re.compile(r"^ENV ((?:.*\\\n)*.*)$", re.MULTILINE)


def compile_sources() -> None:
    """Make the bytecode that the image holds; without it a start compiles, and keeps the scraps."""
    compileall.compile_dir(_APP / "src", quiet=1)


def image_environment(dockerfile: Path = _APP / "Dockerfile") -> dict[str, str]:
    """Return the variables that the Dockerfile sets."""
    text = "\n".join(_ENV.findall(dockerfile.read_text(encoding="utf-8")))
    return dict(re.findall(r"([A-Z_]+)=(\S+)", text))
