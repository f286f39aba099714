"""Notes: what the owner wants assistants to know of entities, devices, areas, labels, the home."""

from collections.abc import Sequence
from typing import Final

from ...home import Home
from ...journal import Notes
from ...problems import Invalid, NotFound
from .. import etags
from ..kind import Body, Described, Facts, FieldLine, Finding, Listed, Snapshot
from ._files import refuse_unknown

_FIELDS: Final = (
    FieldLine("text", "text", required=True, about="at best 500 bytes, at most 1000"),
    FieldLine("rule", "true, false", about="stops actions against it until they say so"),
    FieldLine("entities", "list of ids or names"),
    FieldLine("devices", "list of ids or names"),
    FieldLine("areas", "list of ids or names"),
    FieldLine("labels", "list of ids or names"),
)
_KEYS: Final = tuple(field.name for field in _FIELDS)
_BOUND: Final = ("entities", "devices", "areas", "labels")
_SHORT: Final = 500  # bytes
_LONGEST: Final = 1000
_SHOWN: Final = 60  # characters
_EXAMPLE: Final[Body] = {
    "text": "The light in the kids' room is never above 40 % after 20:00.",
    "rule": True,
    "areas": ["kids_room"],
}
_NOTES: Final = "Bound to nothing, it is about the whole home."


class NoteKind:
    """The driver of notes, which live here and not in Home Assistant."""

    facts = Facts(name="note", title="Note", id_about="n and a number, chosen here", loose=True)

    def __init__(self, home: Home, notes: Notes) -> None:
        """Take the home, for names, and where notes are kept."""
        self._home = home
        self._notes = notes

    async def all(self) -> Sequence[Listed]:
        """Return every note, the oldest first."""
        return [
            Listed(f"n{one.number}", _name(one.body["text"]), _about(dict(one.body), one.version))
            for one in await self._notes.all()
        ]

    async def get(self, document_id: str, /) -> Snapshot:
        """Read one."""
        note = await self._notes.get(_number(document_id))
        return Snapshot(dict(note.body), _name(note.body["text"]))

    async def prepare(
        self, wanted: Snapshot, document_id: str | None, _before: Snapshot | None, /
    ) -> Snapshot:
        """Return it with ids for names, without what is empty."""
        if document_id:
            _number(document_id)
        body = etags.copied(wanted.body)
        refuse_unknown(self.facts.name, body, _KEYS, ("text",))
        text = "".join(one for one in str(body["text"]) if one.isprintable() or one == "\n").strip()
        if not text or len(text.encode()) > _LONGEST:
            raise Invalid(
                f"The text of a note has 1 to {_LONGEST} bytes, not {len(text.encode())}",
                what="field",
                which="text",
            )
        if not isinstance(body.get("rule", False), bool):
            raise Invalid("rule is true or false", what="field", which="rule")
        body["text"] = text
        names = self._home.names
        resolve = {
            "entities": names.entity,
            "devices": names.device,
            "areas": names.area,
            "labels": names.label,
        }
        for key in _BOUND:
            given = body.get(key) or []
            texts = given if isinstance(given, list) else [given]
            body[key] = sorted({resolve[key](str(one)) for one in texts})
        return Snapshot({key: body[key] for key in _KEYS if body.get(key)}, _name(text))

    def id_for(self, _wanted: Snapshot, /) -> str:
        """Return nothing: the next number is known when it is kept."""
        return ""

    async def check(self, wanted: Snapshot, _before: Snapshot | None, /) -> Sequence[Finding]:
        """Advise to be brief: whoever looks at what it is bound to reads it."""
        size = len(str(wanted.body["text"]).encode())
        if size <= _SHORT:
            return ()
        return (Finding("/text", f"{size} bytes are read with every look at it: {_SHORT} do"),)

    async def create(self, wanted: Snapshot, document_id: str | None, /) -> str:
        """Keep a new one, under its id when that is given."""
        number = _number(document_id) if document_id else None
        return f"n{await self._notes.add(wanted.body, number)}"

    async def update(self, document_id: str, wanted: Snapshot, _before: Snapshot, /) -> None:
        """Replace one."""
        await self._notes.put(_number(document_id), wanted.body)

    async def remove(self, document_id: str, _before: Snapshot, /) -> None:
        """Remove one."""
        await self._notes.drop(_number(document_id))

    async def describe(self, _variant: str, /) -> Described:
        """Tell what a note is."""
        return Described(_FIELDS, _EXAMPLE, _NOTES)


def _number(document_id: str) -> int:
    digits = document_id.removeprefix("n")
    if not digits.isdecimal() or digits == document_id or len(digits) > 18:
        raise NotFound(
            f"There is no note {document_id!r}: ids are n1, n2 …", what="note", which=document_id
        )
    return int(digits)


def _name(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _SHOWN else f"{line[: _SHOWN - 1]}…"


def _about(body: Body, version: int) -> str:
    bound = [one for key in _BOUND for one in body.get(key, [])]
    place = " ".join(bound) or "the home"
    return ", ".join(filter(None, ("rule" if body.get("rule") else "", place, f"v{version}")))
