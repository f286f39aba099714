"""Template helpers that a helper of their own type makes without a template."""

import re
from typing import Final

from ..kind import Body, Finding
from .native import condition_for, is_clock

_ENTITY: Final = r"states\(\s*['\"][a-z0-9_]+\.[a-z0-9_]+['\"]\s*\)"
_AS_NUMBER: Final = rf"{_ENTITY}\s*\|\s*(?:float|int)(?:\s*\([^)]*\))?"
_SUM: Final = re.compile(
    rf"\{{\{{\s*\(?\s*\(?{_AS_NUMBER}\)?(?:\s*\+\s*\(?{_AS_NUMBER}\)?)+\s*\)?"
    r"\s*(?:/\s*\d+(?:\.\d+)?)?\s*(?:\|\s*round(?:\s*\([^)]*\))?)?\s*\}\}"
)


def helper_for(variant: str, body: Body) -> list[Finding]:
    """Return the type of helper that a template helper repeats."""
    template = body.get("state")
    if not isinstance(template, str):
        return []
    better = ""
    if variant == "template/binary_sensor":
        said = condition_for(template)
        if said is not None and said["condition"] == "numeric_state":
            better = "threshold"
        elif said is None and is_clock(template):
            better = "tod"
    elif variant == "template/sensor" and _SUM.fullmatch(template.strip()):
        better = "min_max"
    if not better:
        return []
    return [Finding("/state", f"a helper of the variant {better} does this without a template")]
