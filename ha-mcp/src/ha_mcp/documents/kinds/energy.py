"""The energy dashboard's preferences: one document, always there."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from ...home import Home
from ...problems import NotFound
from .. import etags
from ..kind import Body, Described, Facts, FieldLine, Finding, Listed, Snapshot
from ._files import refuse_unknown
from ._forms import entity_like
from ._kept import Kept
from ._meters import unfit
from ._unknown import Place, unknown

_ID: Final = "energy"
_FIELDS: Final = (
    FieldLine(
        "energy_sources",
        "list",
        about="{type: grid, stat_energy_from, stat_energy_to, stat_cost, entity_energy_price,"
        " number_energy_price, power_config}, {type: solar, stat_energy_from}, {type: battery,"
        " stat_energy_from, stat_energy_to}, {type: gas or water, stat_energy_from},"
        " {type: home, stat_energy_to}; each takes stat_rate (power) and name",
    ),
    FieldLine(
        "device_consumption",
        "list",
        about="{stat_consumption, name, stat_rate, included_in_stat}",
    ),
    FieldLine("device_consumption_water", "list", about="the same for water"),
)
_KEYS: Final = tuple(field.name for field in _FIELDS)
_NOTES: Final = "stat_… are ids of statistics: those of energy sensors are their entity ids."


class EnergyKind(Kept):
    """The driver of the energy preferences."""

    facts = Facts("energy", "Energy preferences", f"always {_ID}", creates=False, removes=False)
    fixed = "there is exactly one of it; change what is in it"

    def __init__(self, home: Home) -> None:
        """Take the home."""
        self._home = home

    async def all(self) -> Sequence[Listed]:
        """Return the one."""
        return [Listed(_ID, self.facts.title)]

    async def get(self, document_id: str, /) -> Snapshot:
        """Read it; nothing is set up in a home that never opened the energy dashboard."""
        if document_id != _ID:
            raise NotFound.naming("energy", document_id, [_ID])
        try:
            stored = await self._home.core.command("energy/get_prefs")
        except NotFound:
            stored = {}
        return Snapshot(_plain(stored), self.facts.title)

    async def prepare(
        self, wanted: Snapshot, _document_id: str | None, _before: Snapshot | None, /
    ) -> Snapshot:
        """Return it without what is empty."""
        refuse_unknown("energy", wanted.body, _KEYS, ())
        return Snapshot(_plain(etags.copied(wanted.body)), self.facts.title)

    async def check(self, wanted: Snapshot, before: Snapshot | None, /) -> Sequence[Finding]:
        """Find meters that do not exist or count nothing; the rest Core checks when it stores."""
        was = [value for _, value in _named(before.body, "")] if before else []
        missing = unknown(self._home, _named(wanted.body, ""), was)
        return [*missing, *unfit(self._home, wanted.body, before.body if before else {})]

    async def update(self, _document_id: str, wanted: Snapshot, _before: Snapshot, /) -> None:
        """Store it."""
        lists = {key: wanted.body.get(key, []) for key in _KEYS}
        await self._home.core.command("energy/save_prefs", **lists)

    async def describe(self, _variant: str, /) -> Described:
        """Tell what is in it."""
        meter = entity_like(self._home, "sensor", "energy")
        grid = {"type": "grid", "stat_energy_from": meter, "number_energy_price": 0.31}
        example = {
            "energy_sources": [grid],
            "device_consumption": [{"stat_consumption": meter, "name": "Washer"}],
        }
        return Described(_FIELDS, example, _NOTES)


def _plain(body: Body) -> Body:
    return {key: [_entry(one) for one in body[key]] for key in _KEYS if body.get(key)}


def _named(body: Any, path: str) -> Iterator[Place]:
    """Yield everything that may be a meter or a price, with where it stands."""
    pairs = body.items() if isinstance(body, dict) else enumerate(body)
    for key, value in pairs:
        if isinstance(value, (dict, list)):
            yield from _named(value, f"{path}/{key}")
        elif key != "name":
            yield f"{path}/{key}", value


def _entry(value: Any) -> Any:
    """Return a source or device without what is empty or computed by Core."""
    if not isinstance(value, dict):
        return value  # Core says what is wrong with it
    said = {key: one for key, one in value.items() if one is not None}
    if "power_config" in said:
        said.pop("stat_rate", None)
    if said.get("type") == "grid":
        said.setdefault("cost_adjustment_day", 0)
    return said
