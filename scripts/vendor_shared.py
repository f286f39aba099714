"""Copy shared/ to where it is needed; with --check only say what differs.

Each app's image is built from the app's own folder, and Home Assistant loads the integration from
its folder alone: all three need copies. Copies are byte for byte what stands in shared/.
"""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

REPOSITORY: Final = Path(__file__).resolve().parents[1]
SOURCE: Final = Path("shared/ha_mcp_shared")
TARGETS: Final = {
    "ha-mcp/src/ha_mcp/_shared": {"__init__", "relay"},
    "webhook-proxy/src/webhook_proxy/_shared": {"__init__", "relay"},
    "webhook-proxy/custom_components/ha_mcp_proxy/_shared": {"__init__", "relay"},
}


def drift(root: Path) -> Iterator[str]:
    """Say of each file that is missing, changed or too many, where it is."""
    for target, modules in TARGETS.items():
        wanted = _wanted(root, modules)
        present = {path.name: path.read_bytes() for path in (root / target).glob("*.py")}
        yield from (f"missing: {target}/{name}" for name in sorted(wanted.keys() - present.keys()))
        yield from (f"extra: {target}/{name}" for name in sorted(present.keys() - wanted.keys()))
        both = sorted(wanted.keys() & present.keys())
        yield from (f"changed: {target}/{name}" for name in both if wanted[name] != present[name])


def repair(root: Path) -> None:
    """Make every copy what it should be."""
    for target, modules in TARGETS.items():
        folder = root / target
        folder.mkdir(parents=True, exist_ok=True)
        wanted = _wanted(root, modules)
        for path in folder.glob("*.py"):
            if path.name not in wanted:
                path.unlink()
        for name, content in wanted.items():
            (folder / name).write_bytes(content)


def _wanted(root: Path, modules: set[str]) -> dict[str, bytes]:
    return {f"{name}.py": (root / SOURCE / f"{name}.py").read_bytes() for name in modules}


def main() -> None:
    """Report what differs, and repair it unless only asked to check."""
    parser = argparse.ArgumentParser(description="Copy shared/ to where it is needed.")
    parser.add_argument("--check", action="store_true", help="only report, and fail on a finding")
    only_check = bool(parser.parse_args().check)
    findings = list(drift(REPOSITORY))
    for finding in findings:
        print(finding)
    if only_check:
        sys.exit(1 if findings else 0)
    repair(REPOSITORY)


if __name__ == "__main__":
    main()
