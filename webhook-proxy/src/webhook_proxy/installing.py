"""The integration on Home Assistant's disk: there as a whole, in the version this app brings."""

import json
import shutil
from pathlib import Path
from typing import Final

from .trouble import Trouble

DOMAIN: Final = "ha_mcp_proxy"


def version_in(folder: Path) -> str | None:
    """Return the version of the integration in a folder, or nothing when there is none."""
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        return str(manifest["version"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def install(source: Path, config: Path) -> str:
    """Put the integration below ``config`` when another version, or a part of it, is there.

    It is written beside the place where Home Assistant looks and moved there when it is complete,
    so that a start in between finds the old one, the new one, or none. Returns its version.
    """
    version = version_in(source)
    if version is None:
        raise Trouble("This app is broken: it does not contain the integration. Install it again")
    target = config / "custom_components" / DOMAIN
    if version_in(target) == version and _names(source) <= _names(target):
        return version
    draft, old = config / f".{DOMAIN}.new", config / f".{DOMAIN}.old"
    try:
        shutil.rmtree(draft, ignore_errors=True)
        shutil.rmtree(old, ignore_errors=True)
        shutil.copytree(source, draft, ignore=shutil.ignore_patterns("__pycache__"))
        target.parent.mkdir(exist_ok=True)
        if target.exists():
            target.rename(old)
        draft.rename(target)
        shutil.rmtree(old, ignore_errors=True)
    except OSError as err:
        raise Trouble(f"The integration cannot be installed: {err}") from err
    return version


def _names(folder: Path) -> set[Path]:
    files = (path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    return {path for path in files if "__pycache__" not in path.parts}
