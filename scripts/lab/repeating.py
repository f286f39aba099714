"""Which tests may have failed by chance: a few of those that play with real programs."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Final

_KEPT: Final = "v/cache/lastfailed"
_PLAYING: Final = ("tests/live/", "tests/browser/")
_MOST_FILES: Final = 3  # more is no chance


def last_failed(cache: Path) -> list[str]:
    """Return the tests that failed in the run with this cache, as pytest names them."""
    try:
        return sorted(json.loads((cache / _KEPT).read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return []


def may_be_run_again(failed: Sequence[str]) -> bool:
    """Tell whether chance may have had a part in all of these failures."""
    files = {test.partition("::")[0] for test in failed}
    return 0 < len(files) <= _MOST_FILES and all(file.startswith(_PLAYING) for file in files)
