"""Dashboards: the listed ones, and the default one where none of the list takes its place."""

import asyncio
from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec import Raw, Struct

from ...problems import Forbidden, Problem, Unreachable, Unsupported
from .document import Document, Known, Reading, Source, Unread

_DEFAULT = "lovelace"
_YAML = "kept in YAML, so it can only be changed there"
_STRATEGY = "a strategy makes its cards, they are not stored"


class _Listed(Struct):
    url_path: str
    title: str | None = None
    mode: str = "storage"


class _Strategy(Struct):
    strategy: Any = None


class DashboardReader:
    """Reads the list and each body."""

    events = frozenset({"lovelace_updated", "panels_updated"})

    def owns(self, document: Document) -> bool:
        """Tell whether a document is a dashboard."""
        return document.kind == "dashboard"

    def concerned(self, _event: Mapping[str, Any], /) -> bool:
        """Every such event is about a dashboard."""
        return True

    async def read(self, source: Source, _known: Known, /) -> Reading:
        """Read all; their ids are their url paths."""
        try:
            listed = await source.core.fetch("lovelace/dashboards/list", list[_Listed])
        except Unsupported:
            return Reading()
        except Forbidden as problem:
            return Reading(unread=[Unread("dashboard", "", problem.message)])
        if all(one.url_path != _DEFAULT for one in listed):
            listed = [_Listed(_DEFAULT, "Overview"), *listed]
        reading = Reading()
        for one in await asyncio.gather(*(_one(source, row) for row in listed)):
            reading.add(one)
        return reading


async def _one(source: Source, row: _Listed) -> Reading:
    path = None if row.url_path == _DEFAULT else row.url_path
    try:
        raw = bytes(await source.core.fetch("lovelace/config", Raw, url_path=path))
    except (Unreachable, Unsupported):
        raise
    except Problem as problem:
        if path is None:
            return Reading()  # Home Assistant makes it up, there is nothing stored
        return Reading(unread=[Unread("dashboard", row.url_path, problem.message)])
    partial = _STRATEGY if _has_strategy(raw) else _YAML if row.mode == "yaml" else ""
    title = row.title or row.url_path
    return Reading([Document("dashboard", row.url_path, title, raw, partial=partial)])


def _has_strategy(raw: bytes) -> bool:
    return b'"strategy"' in raw and msgspec.json.decode(raw, type=_Strategy).strategy is not None
