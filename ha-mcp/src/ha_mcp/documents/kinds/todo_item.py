"""Items of to-do lists; one that comes back gets a new id, at its old place in the list."""

import asyncio
from collections.abc import Sequence
from enum import IntFlag
from typing import Any, Final

from ...home import Home
from ...problems import Invalid, NotFound, nearest
from .. import etags
from ..kind import Body, Described, Facts, FieldLine, Finding, Listed, Snapshot
from ._files import refuse_unknown
from ._moments import is_day, spelled
from ._parents import parent_of

_FIELDS: Final = (
    FieldLine("list", "entity id or name", required=True, about="the to-do list; never changes"),
    FieldLine("summary", "text", required=True),
    FieldLine("status", "needs_action, completed"),
    FieldLine("due", "2026-01-31, or with a time: 2026-01-31T18:30"),
    FieldLine("description", "text"),
    FieldLine(
        "after", "uid or summary", about="its place: the item before it; empty for the first"
    ),
)
_KEYS: Final = tuple(field.name for field in _FIELDS)
_STATUS: Final = ("needs_action", "completed")
_AFTER: Final = "after"
_FIRST: Final = ""
_READ_ONLY: Final = "its integration does not let Home Assistant change this list"


class _Can(IntFlag):
    DELETE = 2
    UPDATE = 4
    MOVE = 8


class TodoItemKind:
    """The driver of the items of all to-do lists."""

    facts = Facts(
        name="todo_item",
        title="To-do item",
        id_about="<entity id of the list>/<uid>; Home Assistant chooses the uid",
        beside=frozenset({_AFTER}),
    )

    def __init__(self, home: Home) -> None:
        """Take the home."""
        self._home = home

    async def all(self) -> Sequence[Listed]:
        """Return the items of all lists."""
        lists = [one.entity_id for one in self._home.states if one.domain == "todo"]
        found = await asyncio.gather(*(self._items_if_there(one) for one in lists))
        return [
            Listed(f"{entity_id}/{row['uid']}", row["summary"], self._about(entity_id, row))
            for entity_id, rows in zip(lists, found, strict=True)
            for row in rows
        ]

    async def get(self, document_id: str, /) -> Snapshot:
        """Read one."""
        entity_id, _, uid = document_id.partition("/")
        rows = await self._items(entity_id)
        for at, row in enumerate(rows):
            if row["uid"] == uid:
                body = self._plain({"list": entity_id, **row})
                if self._can(entity_id, _Can.MOVE):
                    body[_AFTER] = rows[at - 1]["uid"] if at else _FIRST
                fixed = "" if self._can(entity_id, _Can.UPDATE | _Can.DELETE) else _READ_ONLY
                return Snapshot(body, row["summary"], fixed=fixed)
        raise NotFound(
            f"There is no item {uid!r} in {entity_id}", what="todo_item", which=document_id
        )

    async def prepare(
        self, wanted: Snapshot, document_id: str | None, before: Snapshot | None, /
    ) -> Snapshot:
        """Return it with the id of its list and with its times spelled in one way."""
        body = etags.copied(wanted.body)
        body["list"] = parent_of(self._home, body, "todo", "list", document_id)
        refuse_unknown(self.facts.name, body, _KEYS, ("list", "summary"))
        body["summary"] = str(body["summary"]).strip()
        if not body["summary"]:
            raise Invalid("summary is empty", what="field", which="summary")
        body["status"] = body.get("status") or _STATUS[0]
        if body["status"] not in _STATUS:
            raise Invalid(f"status is {' or '.join(_STATUS)}", what="field", which="status")
        prepared = self._plain(body)
        place = body.get(_AFTER, (before.body if before else {}).get(_AFTER))
        if place is not None:
            prepared[_AFTER] = await self._place(str(body["list"]), str(place))
        return Snapshot(prepared, body["summary"])

    def id_for(self, _wanted: Snapshot, /) -> str:
        """Return nothing: Home Assistant chooses."""
        return ""

    async def check(self, wanted: Snapshot, before: Snapshot | None, /) -> Sequence[Finding]:
        """Find a place that does not exist; the integration of the list checks the rest."""
        place, list_id = wanted.body.get(_AFTER), str(wanted.body["list"])
        if place is None or place == (before.body if before else {}).get(_AFTER):
            return ()
        if not self._can(list_id, _Can.MOVE):
            return (Finding("/after", f"{list_id} has no order, so its items stay where they are"),)
        rows = await self._items(list_id)
        if place in (_FIRST, *(row["uid"] for row in rows)):
            return ()
        similar = tuple(nearest(place, (row["summary"] for row in rows), limit=3))
        return (Finding("/after", f"there is no item {place!r}", similar=similar),)

    async def create(self, wanted: Snapshot, _document_id: str | None, /) -> str:
        """Make a new one; its uid is told by the list only."""
        body, entity_id = wanted.body, str(wanted.body["list"])
        known = {row["uid"] for row in await self._items(entity_id)}
        fields = _due(body.get("due")) if "due" in body else {}
        if "description" in body:
            fields["description"] = body["description"]
        await self._act("add_item", entity_id, item=body["summary"], **fields)
        rows = await self._items(entity_id)
        new = [row["uid"] for row in rows if row["uid"] not in known]
        named = [row["uid"] for row in rows if row["uid"] in new and row["summary"] == wanted.name]
        if not new:
            raise NotFound(f"{entity_id} took the item but does not list it", what="todo_item")
        uid: str = (named or new)[-1]
        if body["status"] != _STATUS[0]:
            await self._act("update_item", entity_id, item=uid, status=body["status"])
        await self._put_after(body.get(_AFTER), entity_id, uid, known)
        return f"{entity_id}/{uid}"

    async def update(self, document_id: str, wanted: Snapshot, before: Snapshot, /) -> None:
        """Change what differs."""
        entity_id, _, uid = document_id.partition("/")
        old, new = before.body, wanted.body
        fields: Body = {"rename": new["summary"], "status": new["status"]}
        if new.get("description") != old.get("description"):
            fields["description"] = new.get("description")
        if new.get("due") != old.get("due"):
            fields |= _due(new["due"]) if "due" in new else dict.fromkeys(_due(old["due"]))
        await self._act("update_item", entity_id, item=uid, **fields)
        if new.get(_AFTER) != old.get(_AFTER):
            known = {row["uid"] for row in await self._items(entity_id)} - {uid}
            await self._put_after(new.get(_AFTER), entity_id, uid, known)

    async def remove(self, document_id: str, _before: Snapshot, /) -> None:
        """Remove one."""
        entity_id, _, uid = document_id.partition("/")
        await self._act("remove_item", entity_id, item=[uid])

    async def describe(self, _variant: str, /) -> Described:
        """Tell what an item has, and which lists there are."""
        lists = [one.entity_id for one in self._home.states if one.domain == "todo"]
        example = {"list": lists[0] if lists else "todo.shopping", "summary": "Buy milk"}
        return Described(_FIELDS, example, f"Lists: {', '.join(lists) or 'none'}")

    async def _items(self, entity_id: str) -> list[Body]:
        answer = await self._home.core.command("todo/item/list", entity_id=entity_id)
        return [row for row in answer["items"] if row.get("uid")]

    async def _items_if_there(self, entity_id: str) -> list[Body]:
        try:
            return await self._items(entity_id)
        except NotFound:
            return []  # an entity that its integration has not brought back yet

    async def _put_after(
        self, after: str | None, entity_id: str, uid: str, known: set[str]
    ) -> None:
        """Move an item to where it was, when what was before it is still there."""
        if after in {*known, _FIRST} and self._can(entity_id, _Can.MOVE):
            previous = {"previous_uid": after} if after else {}
            await self._home.core.command(
                "todo/item/move", entity_id=entity_id, uid=uid, **previous
            )

    async def _act(self, service: str, entity_id: str, **data: Any) -> None:
        await self._home.core.command(
            "call_service",
            domain="todo",
            service=service,
            target={"entity_id": entity_id},
            service_data=data,
        )

    def _can(self, entity_id: str, ability: _Can) -> bool:
        state = self._home.states.get(entity_id)
        return bool(state and state.attributes.get("supported_features", 0) & ability)

    async def _place(self, entity_id: str, text: str) -> str:
        """Return the uid of the item that a place names; the text itself when there is none."""
        rows = await self._items(entity_id)
        if any(row["uid"] == text for row in rows):
            return text
        found = (row["uid"] for row in rows if row["summary"].casefold() == text.casefold())
        return str(next(found, text))

    def _plain(self, body: Body) -> Body:
        said = {key: body[key] for key in _KEYS if body.get(key) and key != _AFTER}
        if "due" in said:
            said["due"] = spelled(said["due"], self._home.config.zone, "due")
        return said

    def _about(self, entity_id: str, row: Body) -> str:
        due = f"due {row['due']}" if row.get("due") else ""
        status = "completed" if row.get("status") == "completed" else ""
        return ", ".join(filter(None, (self._home.names.name(entity_id), status, due)))


def _due(due: Any) -> Body:
    return {"due_date" if is_day(str(due)) else "due_datetime": due}
