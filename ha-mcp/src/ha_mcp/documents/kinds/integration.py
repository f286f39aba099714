"""Integrations as they are set up: how they are doing, on and off, loaded anew, removed.

Adding one, and everything it asks in forms, is a config flow.
"""

from collections.abc import Sequence
from typing import Final

from ...home import Home
from ...home.kinds import FLOW_HELPERS
from ...problems import Invalid, NotFound, Unsupported
from .. import etags
from ..hiding import without_secrets
from ..kind import Body, Described, Facts, FieldLine, Finding, Listed, Snapshot
from ._files import refuse_unknown

_FIELDS: Final = (
    FieldLine("title", "text", required=True),
    FieldLine("disabled", "true, false", about="its devices and entities too"),
    FieldLine("disable_new_entities", "true, false"),
    FieldLine("disable_polling", "true, false"),
    FieldLine("reload", "true", about="load it anew, once"),
    FieldLine("domain", "text", about="told, never changes"),
    FieldLine("state", "text", about="told: loaded, setup_retry, setup_error …"),
    FieldLine("error", "text", about="told, when it does not work"),
    FieldLine("subentries", "list of texts", about="told: type: title"),
)
_KEYS: Final = tuple(field.name for field in _FIELDS)
_TOLD: Final = ("domain", "state", "error", "subentries")
_MOVING: Final = frozenset({"state", "error"})
_HELPERS: Final = frozenset((*FLOW_HELPERS, "group"))
_DIAGNOSTICS: Final = "diagnostics"
_TELLING: Final = ("data", "issues", "setup_times")
_ONLY_TOLD: Final = "diagnostics are told by the integration"
_NOTES: Final = "What is asked in forms (set up, options, sign in again) is not changed here."


class IntegrationKind:
    """The driver of config entries, but for those of helpers."""

    facts = Facts(
        name="integration",
        title="Integration",
        id_about="the id of its config entry; or its title, where it is the only one;"
        " <id>/diagnostics is what it tells of itself",
        creates=False,
        beside=_MOVING,
        no_undo="An integration that is removed has to be set up again",
        forms=frozenset({"reload"}),
    )

    def __init__(self, home: Home) -> None:
        """Take the home."""
        self._home = home

    async def all(self) -> Sequence[Listed]:
        """Return every integration that is set up."""
        rows: list[Body] = await self._home.core.command("config_entries/get")
        return [
            Listed(row["entry_id"], row["title"] or row["domain"], _about(row))
            for row in rows
            if row["domain"] not in _HELPERS
        ]

    async def get(self, document_id: str, /) -> Snapshot:
        """Read one, or its diagnostics."""
        entry_id, _, part = document_id.partition("/")
        if part:
            return await self._diagnostics(entry_id, part)
        answer = await self._home.core.command("config_entries/get_single", entry_id=document_id)
        row = answer["config_entry"]
        if row["domain"] in _HELPERS:
            raise NotFound(
                f"{document_id} is a helper: its kind is helper",
                what="integration",
                which=document_id,
            )
        subentries: list[Body] = []
        if row["num_subentries"]:
            subentries = await self._home.core.command(
                "config_entries/subentries/list", entry_id=document_id
            )
        body = {
            "title": row["title"],
            "disabled": row["disabled_by"] is not None,
            "disable_new_entities": row["pref_disable_new_entities"],
            "disable_polling": row["pref_disable_polling"],
            "domain": row["domain"],
            "state": row["state"],
            "error": _error(row),
            "subentries": sorted(f"{one['subentry_type']}: {one['title']}" for one in subentries),
        }
        return Snapshot(_said(body), row["title"] or row["domain"])

    async def prepare(
        self, wanted: Snapshot, document_id: str | None, before: Snapshot | None, /
    ) -> Snapshot:
        """Return it without what is empty; raises Invalid for a change of what is only told."""
        if before is None:
            raise self._gone(document_id)
        body = etags.copied(wanted.body)
        refuse_unknown(self.facts.name, body, _KEYS, ())
        for key in _TOLD:
            if body.get(key, before.body.get(key)) != before.body.get(key) and key not in _MOVING:
                raise Invalid(f"{key} is told, it cannot be set", what="field", which=key)
            body[key] = before.body.get(key)
        body["title"] = body.get("title") or before.body.get("title")
        if bool(body.get("disabled")) != bool(before.body.get("disabled")):
            body = {key: value for key, value in body.items() if key not in _MOVING}
        return Snapshot(_said(body), str(body["title"] or body["domain"]))

    def id_for(self, _wanted: Snapshot, /) -> str:
        """Return nothing: they are not made here."""
        return ""

    async def check(self, _wanted: Snapshot, _before: Snapshot | None, /) -> Sequence[Finding]:
        """Find nothing: Core checks when it stores."""
        return ()

    async def create(self, _wanted: Snapshot, document_id: str | None, /) -> str:
        """Refuse: forms make integrations."""
        raise self._gone(document_id)

    async def update(self, document_id: str, wanted: Snapshot, before: Snapshot, /) -> None:
        """Change what differs; switching on or off, and loading anew, is waited for."""
        old, new = before.body, wanted.body
        settings = {
            "title": "title",
            "disable_new_entities": "pref_disable_new_entities",
            "disable_polling": "pref_disable_polling",
        }
        fields = {
            field: new.get(key, False)
            for key, field in settings.items()
            if new.get(key) != old.get(key)
        }
        if fields:
            await self._home.core.command("config_entries/update", entry_id=document_id, **fields)
        if new.get("disabled") != old.get("disabled"):
            await self._home.core.command(
                "config_entries/disable",
                entry_id=document_id,
                disabled_by="user" if new.get("disabled") else None,
            )
        elif new.get("reload"):
            await self._home.rest.post_json(f"config/config_entries/entry/{document_id}/reload", {})

    async def remove(self, document_id: str, _before: Snapshot, /) -> None:
        """Remove one, with its devices and entities."""
        await self._home.rest.delete(f"config/config_entries/entry/{document_id}")

    async def describe(self, _variant: str, /) -> Described:
        """Tell what is told and what can be set."""
        return Described(_FIELDS, {"title": "Living room hub", "disabled": True}, _NOTES)

    async def _diagnostics(self, entry_id: str, part: str) -> Snapshot:
        """Read what an integration tells to whoever helps with it, without its secrets."""
        if part != _DIAGNOSTICS:
            raise NotFound.naming("part", part, [_DIAGNOSTICS])
        entry = await self.get(entry_id)
        try:
            told = await self._home.rest.get_json(f"diagnostics/config_entry/{entry_id}")
        except NotFound as problem:
            raise NotFound(
                f"{entry.name} ({entry.body['domain']}) offers no diagnostics",
                hint="Its state and error, and the log, are what there is",
                what="integration",
                which=entry_id,
            ) from problem
        body = {key: told[key] for key in _TELLING if told.get(key)}
        return Snapshot(without_secrets(body), entry.name, fixed=_ONLY_TOLD)

    def _gone(self, document_id: str | None) -> Unsupported:
        return Unsupported(
            f"The integration {document_id or ''} can only be set up by its own forms",
            what="integration",
            which=document_id,
        )


def _error(row: Body) -> str | None:
    error: str | None = row["reason"] or row["error_reason_translation_key"]
    return error


def _about(row: Body) -> str:
    if row["source"] == "ignore":
        state = "ignored"
    elif row["disabled_by"]:
        state = "disabled"
    else:
        state = "" if row["state"] == "loaded" else row["state"]
    return ", ".join(filter(None, (row["domain"], state, _error(row))))


def _said(body: Body) -> Body:
    return {key: body[key] for key in _KEYS if body.get(key)}
