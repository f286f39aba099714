"""Dashboards that Home Assistant stores, the default one included.

A body is what the dashboard shows (``views`` …) with what the list says of it under ``dashboard``.
"""

import asyncio
from collections.abc import Sequence
from typing import Any, Final

import orjson
from msgspec import Raw

from ...home import Home
from ...home.finding.words import plain
from ...problems import Invalid, NotFound, Unsupported
from ..brought import brought_in
from ..kind import Body, Described, Facts, FieldLine, Finding, Listed, Snapshot
from ._templates import uncompiled

_DEFAULT: Final = "lovelace"
_TITLE: Final = "component.onboarding.dashboard.overview.title"
_LARGEST: Final = 4_000_000  # bytes; Core closes a connection at more
_LISTED: Final = ("title", "icon", "show_in_sidebar", "require_admin")
_FIELDS: Final = (
    FieldLine("views", "list", required=True, about="{title, path, type, cards or sections, …}"),
    FieldLine("dashboard", "object", about="{title, icon, show_in_sidebar, require_admin}"),
)
_EXAMPLE: Final[Body] = {
    "dashboard": {"title": "Evening", "icon": "mdi:sofa"},
    "views": [
        {
            "title": "Home",
            "type": "sections",
            "sections": [{"type": "grid", "cards": [{"type": "tile", "entity": "light.kitchen"}]}],
        }
    ],
}
_NOTES: Final = (
    "Cards: tile, entities, button, gauge, history-graph, markdown, heading, grid, conditional,"
    " area, weather-forecast, thermostat, … Paths such as /views/0/sections/1/cards/2 address one."
)


class DashboardKind:
    """The driver of dashboards."""

    facts = Facts(
        name="dashboard",
        title="Dashboard",
        id_about="its address: small letters with a hyphen; lovelace is the default one",
    )

    def __init__(self, home: Home) -> None:
        """Take the home."""
        self._home = home
        self._last: tuple[bytes, Body] = (b"", {})  # as it was told, and decoded

    async def all(self) -> Sequence[Listed]:
        """Return every dashboard that is in the list, and the default one."""
        rows = [
            Listed(row["url_path"], row.get("title") or row["url_path"], _about(row))
            for row in await self._rows()
        ]
        if any(row.id == _DEFAULT for row in rows) or not await self._is_default_stored():
            return rows
        return [Listed(_DEFAULT, "Overview", "default"), *rows]

    async def get(self, document_id: str, /) -> Snapshot:
        """Read one; what nobody has saved since it was read last is not asked for again."""
        row = await self._row(document_id)  # what was announced before this answer is heard
        kept = self._kept(document_id)
        config = await self._config(document_id) if kept is None else self._decoded(kept)
        return await self._snapshot(document_id, row, config)

    async def get_written(self, document_id: str, wanted: Snapshot, /) -> Snapshot:
        """Read one, which is not decoded when it arrives as it is wanted."""
        row, config = await asyncio.gather(
            self._row(document_id), self._config(document_id, _shown(wanted.body))
        )
        return await self._snapshot(document_id, row, config)

    async def _snapshot(self, document_id: str, row: Body | None, config: Body | None) -> Snapshot:
        if row is None and (document_id != _DEFAULT or config is None):
            raise NotFound(
                f"There is no dashboard {document_id!r}", what="dashboard", which=document_id
            )
        body = dict(config or {"views": []})
        listed = row if row is not None else await self._to_be()
        body["dashboard"] = {key: listed[key] for key in _LISTED if listed.get(key) is not None}
        name = str(row.get("title") or document_id) if row else "Overview"
        return Snapshot(body, name, fixed=_fixed(row, body))

    async def prepare(
        self, wanted: Snapshot, document_id: str | None, before: Snapshot | None, /
    ) -> Snapshot:
        """Return it with the defaults of the list; raises Invalid for what is no dashboard."""
        body = {**wanted.body}
        if "strategy" in body:
            raise Unsupported(
                "A dashboard with a strategy makes its cards by itself and is not edited here",
                hint="Give views with cards or sections instead",
            )
        if not isinstance(body.get("views"), list):
            raise Invalid("A dashboard needs views, a list", what="body field", which="dashboard")
        if len(orjson.dumps(body, option=orjson.OPT_NON_STR_KEYS)) > _LARGEST:
            raise Invalid(f"A dashboard of more than {_LARGEST} bytes cannot be sent")
        body["dashboard"] = await self._listing(body, document_id, before)
        name = str(body["dashboard"]["title"])
        return Snapshot(body, name)

    def id_for(self, wanted: Snapshot, /) -> str:
        """Return its title as an address."""
        words = plain(str(wanted.body.get("dashboard", {}).get("title", ""))).split()
        return "-".join(words if len(words) > 1 else ["dashboard", *words])

    async def check(self, wanted: Snapshot, before: Snapshot | None, /) -> Sequence[Finding]:
        """Find templates that cannot be read: Core stores whatever it is given."""
        was, comes = brought_in(before.body if before else {}, wanted.body)
        return await uncompiled(self._home, comes, was)

    async def create(self, wanted: Snapshot, document_id: str | None, /) -> str:
        """Make a new one."""
        path = document_id or self.id_for(wanted)
        if path != _DEFAULT:
            await self._home.core.command(
                "lovelace/dashboards/create",
                url_path=path,
                mode="storage",
                allow_single_word=True,
                **wanted.body["dashboard"],
            )
            await self._config(path)  # what is first read while it is first saved forgets it
        await self._save(path, wanted.body)
        return path

    async def update(self, document_id: str, wanted: Snapshot, before: Snapshot, /) -> None:
        """Change what it shows and what the list says of it."""
        said = wanted.body.get("dashboard", {})
        listed = said != before.body.get("dashboard", {})
        row = await self._row(document_id) if listed else None
        if row is not None:
            fields = {key: said.get(key) for key in _LISTED}
            await self._home.core.command(
                "lovelace/dashboards/update", dashboard_id=row["id"], **fields
            )
        if _shown(wanted.body) != _shown(before.body):
            await self._save(document_id, wanted.body)

    async def remove(self, document_id: str, _before: Snapshot, /) -> None:
        """Remove one; the default one becomes what Home Assistant makes by itself."""
        row = await self._row(document_id)
        if row is None:
            await self._home.core.command("lovelace/config/delete", url_path=None)
        else:
            await self._home.core.command("lovelace/dashboards/delete", dashboard_id=row["id"])

    async def describe(self, _variant: str, /) -> Described:
        """Tell what a dashboard is made of."""
        return Described(_FIELDS, _EXAMPLE, _NOTES)

    async def _listing(self, body: Body, document_id: str | None, before: Snapshot | None) -> Body:
        """Return what the list says: as wanted with Core's defaults, else as it was."""
        was = before.body.get("dashboard", {}) if before else {}
        asked = body.get("dashboard", was)
        wanted: Body = asked if isinstance(asked, dict) else {}
        if document_id == _DEFAULT and await self._row(_DEFAULT) is None:
            return self._unlisted(wanted, await self._to_be())
        said = {"show_in_sidebar": True, "require_admin": False, **wanted}
        if not said.get("title"):
            raise Invalid(
                "A dashboard needs a title",
                hint='Give "dashboard": {"title": …} in the body',
                what="body field",
                which="dashboard",
            )
        return {key: said[key] for key in _LISTED if said.get(key) is not None}

    def _unlisted(self, wanted: Body, to_be: Body) -> Body:
        """Return what the list will say of the default dashboard; nobody can say otherwise yet."""
        if any(to_be.get(key) != value for key, value in wanted.items()):
            raise Unsupported(
                "Home Assistant puts the default dashboard into its list when it starts: until"
                " then its title and icon cannot be changed",
                hint="Leave dashboard out of the body, or restart Home Assistant first",
            )
        return to_be

    async def _to_be(self) -> Body:
        """Return what Core's list will say of the default dashboard from its next start on."""
        config = await self._home.core.command("get_config")
        answer = await self._home.core.command(
            "frontend/get_translations",
            language=config.get("language") or "en",
            category="dashboard",
            integration=["onboarding"],
        )
        title = answer["resources"].get(_TITLE, "Overview")
        listed = {"title": title, "icon": "mdi:view-dashboard"}
        return {**listed, "show_in_sidebar": True, "require_admin": False}

    async def _rows(self) -> list[Body]:
        rows: list[Body] = await self._home.core.command("lovelace/dashboards/list")
        return rows

    async def _row(self, path: str) -> Body | None:
        return next((row for row in await self._rows() if row["url_path"] == path), None)

    async def _is_default_stored(self) -> bool:
        return self._kept(_DEFAULT) is not None or await self._config(_DEFAULT) is not None

    def _kept(self, document_id: str) -> bytes | None:
        """Return what a dashboard shows, if every change of it would have been announced."""
        if not self._home.mirror.is_current("dashboards"):
            return None
        kept = self._home.bodies.get("dashboard", document_id)
        return None if kept is None or kept.partial else kept.raw

    async def _config(self, document_id: str, wanted: Body | None = None) -> Body | None:
        """Return what a dashboard shows; just what is wanted when that is it, byte for byte."""
        path = _url_path(document_id)
        try:
            raw = bytes(await self._home.core.fetch("lovelace/config", Raw, url_path=path))
        except NotFound:
            return None
        if wanted and raw == orjson.dumps(wanted, option=orjson.OPT_NON_STR_KEYS):
            self._last = raw, wanted
        return self._decoded(raw)

    def _decoded(self, raw: bytes) -> Body:
        """Decode what a dashboard shows, unless it is what was decoded last."""
        if raw != self._last[0]:
            self._last = raw, orjson.loads(raw)
        return self._last[1]

    async def _save(self, document_id: str, body: Body) -> None:
        path, shown = _url_path(document_id), _shown(body)
        await self._home.core.command("lovelace/config/save", url_path=path, config=shown)


def _url_path(document_id: str) -> str | None:
    """Return the path that Core knows a dashboard by; none is the default one, listed or not."""
    return None if document_id == _DEFAULT else document_id


def _shown(body: Body) -> Body:
    return {key: value for key, value in body.items() if key != "dashboard"}


def _about(row: Body) -> str:
    return "in YAML" if row.get("mode") == "yaml" else ""


def _fixed(row: Body | None, body: dict[str, Any]) -> str:
    if row is not None and row.get("mode") == "yaml":
        return "it is kept in a YAML file"
    if "strategy" in body:
        return (
            "a strategy makes its cards, so there are none to edit;"
            " take control of it in the dashboard's editor first"
        )
    return ""
