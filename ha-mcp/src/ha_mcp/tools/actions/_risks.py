"""What the calls of actions add to the risk of calling them."""

from collections.abc import Collection, Mapping
from typing import Any, Final

from ...home import Home, for_administrators
from ...toolkit import Resources, Risk
from ._shapes import all_shaped

_OWN: Final = ("action", "target", "data", "calls", "watch", "despite_notes")


async def risks_of_calls(resources: Resources, arguments: Mapping[str, Any]) -> Collection[Risk]:
    """Return GUARD for what protects the house, EDIT for what Core keeps for administrators."""
    home: Home = resources[Home]
    await home.awake()
    alone = {key: arguments.get(key) for key in ("action", "target", "data")}
    rest = {key: value for key, value in arguments.items() if key not in _OWN}
    calls = all_shaped(arguments.get("calls"), rest, alone)
    risks: set[Risk] = set()
    for meant in await home.acting.meant(calls):
        if for_administrators(meant.action):
            risks.add(Risk.EDIT)
        if home.guards.guarded(meant.action, meant.entity_ids, meant.data):
            risks.add(Risk.GUARD)
    return risks
