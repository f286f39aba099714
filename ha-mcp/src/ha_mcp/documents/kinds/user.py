"""Who can log in: a list. Users are managed by people, in Home Assistant itself."""

from collections.abc import Sequence
from typing import Final

from ...home import Home
from ...problems import NotFound
from ..kind import Body, Described, Facts, FieldLine, Listed, Snapshot
from ._kept import ReadOnly

_FIELDS: Final = (
    FieldLine("name", "text"),
    FieldLine("username", "text"),
    FieldLine("group_ids", "list", about="system-admin, system-users, system-read-only"),
    FieldLine("is_owner", "true"),
    FieldLine("is_active", "true, false"),
    FieldLine("local_only", "true", about="may not log in from outside"),
    FieldLine("system_generated", "true", about="belongs to an app or integration"),
)
_ALWAYS: Final = ("name", "is_active")
_ADMIN: Final = "system-admin"


class UserKind(ReadOnly):
    """The driver of users."""

    facts = Facts("user", "User", "made by Home Assistant", creates=False, removes=False)
    fixed = "users are managed in Settings > People"

    def __init__(self, home: Home) -> None:
        """Take the home."""
        self._home = home

    async def all(self) -> Sequence[Listed]:
        """Return all users."""
        return [Listed(row["id"], _name(row), _about(row)) for row in await self._rows()]

    async def get(self, document_id: str, /) -> Snapshot:
        """Read one."""
        for row in await self._rows():
            if row["id"] == document_id:
                said = {one.name: row.get(one.name) for one in _FIELDS}
                body = {key: said[key] for key in said if said[key] or key in _ALWAYS}
                return Snapshot(body, _name(row), fixed=self.fixed)
        raise NotFound(f"There is no user {document_id!r}", what="user", which=document_id)

    async def describe(self, _variant: str, /) -> Described:
        """Tell what is shown of one."""
        example = {"name": "Anna", "is_active": True, "group_ids": ["system-users"]}
        return Described(_FIELDS, example, f"Read only: {self.fixed}.")

    async def _rows(self) -> list[Body]:
        rows: list[Body] = await self._home.core.command("config/auth/list")
        return rows


def _name(row: Body) -> str:
    return str(row["name"] or row["username"] or row["id"])


def _about(row: Body) -> str:
    words = {
        "owner": row["is_owner"],
        "admin": _ADMIN in row["group_ids"],
        "system": row["system_generated"],
        "local only": row["local_only"],
        "inactive": not row["is_active"],
    }
    return " ".join(word for word, true in words.items() if true)
