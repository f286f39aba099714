"""Blueprints, whole: Core tells their head, and the rest when it is asked to fill them in.

Each input is filled in with ``!input <name>``, so what comes back is the blueprint itself. A YAML
text or an address makes one as well; what is read back is always the body.
"""

import asyncio
import re
from collections.abc import Sequence
from typing import Any, Final

import orjson

from ...home import Home
from ...problems import Conflict, Invalid, NotFound, Problem, Rejected
from .. import etags
from ..kind import Body, Described, Facts, FieldLine, Finding, Listed, Snapshot
from . import _modern
from ._blueprint_uses import inputs_of
from ._publishing import check_address

_DOMAINS: Final = ("automation", "script", "template")
_INPUT: Final = "!input "
_TAGGED: Final = re.compile(rb'"!input ([^"\\]+)"')
_BREAKS: Final = re.compile("[\x7f-\x9f\u2028\u2029\ufeff]")  # JSON allows them, YAML does not
_NOT_A_NAME: Final = re.compile(r"[^a-z0-9]+")
_PARTS: Final = ("triggers", "conditions", "actions")
_FORMS: Final = frozenset({"yaml", "url", "path"})
_FIELDS: Final = (
    FieldLine("blueprint", "object", about="{name, domain, description, input: {name: {…}}}"),
    FieldLine("…", "", about="the rest as in an automation or script; '!input name' is an input"),
    FieldLine("yaml", "text", about="a whole blueprint, instead of the above"),
    FieldLine("url", "text", about="where a blueprint is published, instead of the above"),
    FieldLine("path", "text", about="automation/folder/name.yaml, when there is no id"),
)
_EXAMPLE: Final[Body] = {
    "blueprint": {
        "name": "Light on motion",
        "domain": "automation",
        "input": {"motion": {"name": "Motion", "selector": {"entity": {}}}},
    },
    "triggers": [{"trigger": "state", "entity_id": "!input motion", "to": "on"}],
    "actions": [{"action": "light.turn_on", "target": {"area_id": "hall"}}],
}
_NOTES: Final = (
    "Used by use_blueprint of automations and scripts, which substitute: true writes out as plain"
    " ones. variant: the id of a blueprint tells its inputs. url: a page of the forum, of GitHub or"
    " a .yaml file."
)
_HIDING: Final = "it shows inputs on conditions, so Home Assistant does not tell its whole body"


class BlueprintKind:
    """The driver of blueprints."""

    facts = Facts(
        name="blueprint",
        title="Blueprint",
        id_about="automation/folder/name.yaml: its domain and its path",
        forms=_FORMS,
    )

    def __init__(self, home: Home) -> None:
        """Take the home."""
        self._home = home

    async def all(self) -> Sequence[Listed]:
        """Return the blueprints of all domains, those that cannot be loaded too."""
        found = await asyncio.gather(*map(self._rows, _DOMAINS))
        return [
            _listed(f"{domain}/{path}", row)
            for domain, rows in zip(_DOMAINS, found, strict=True)
            for path, row in rows.items()
        ]

    async def get(self, document_id: str, /) -> Snapshot:
        """Read one."""
        domain, path = _split(document_id)
        row = (await self._rows(domain)).get(path)
        if row is None:
            raise NotFound(
                f"There is no blueprint {document_id!r}", what="blueprint", which=document_id
            )
        if "error" in row:
            reason = f"Home Assistant cannot load it: {row['error']}"
            return Snapshot({}, document_id, fixed=reason)
        head = row["metadata"]
        if _hides(head):
            return Snapshot({"blueprint": head}, head["name"], fixed=_HIDING, partial=_HIDING)
        try:
            answer = await self._home.core.command(
                "blueprint/substitute",
                domain=domain,
                path=path,
                input={name: f"{_INPUT}{name}" for name in inputs_of(head)},
            )
        except Problem:
            if (await self._rows(domain)).get(path) == row:
                raise
            return await self.get(document_id)  # it was removed or replaced in between
        body = _plain({"blueprint": head, **answer["substituted_config"]})
        return Snapshot(body, head["name"])

    async def prepare(
        self, wanted: Snapshot, document_id: str | None, before: Snapshot | None, /
    ) -> Snapshot:
        """Return the body, or the text that an address leads to."""
        body = etags.copied(wanted.body)
        if "url" in body:
            return await self._imported(str(body["url"]), body.get("path"))
        if "yaml" in body:
            name = before.name if before else ""
            return Snapshot({key: body[key] for key in ("yaml", "path") if key in body}, name)
        head = body.get("blueprint")
        if not isinstance(head, dict) or not head.get("name"):
            raise Invalid(
                "A blueprint begins with {blueprint: {name, domain, input}}",
                hint="Or give yaml, or url",
                what="body field",
                which="blueprint",
            )
        if document_id:
            head.setdefault("domain", _split(document_id)[0])
        if head.get("domain") not in _DOMAINS:
            raise Invalid(f"domain is one of {', '.join(_DOMAINS)}", which="domain")
        missing = set(_used(body)) - set(inputs_of(head))
        if missing:
            raise Invalid(
                f"The body uses inputs that the blueprint does not have: {', '.join(missing)}",
                what="field",
                which="input",
            )
        return Snapshot(_plain(body), str(head["name"]))

    def id_for(self, wanted: Snapshot, /) -> str:
        """Return the path that is said, or make one from the name."""
        if path := wanted.body.get("path"):
            return str(path)
        head = wanted.body.get("blueprint")
        if not head:
            raise Invalid(
                "A blueprint given as text needs an id or a path: automation/folder/name.yaml",
                which="path",
            )
        name = _NOT_A_NAME.sub("_", str(head["name"]).lower()).strip("_") or "blueprint"
        return f"{head['domain']}/{name}.yaml"

    async def check(self, _wanted: Snapshot, _before: Snapshot | None, /) -> Sequence[Finding]:
        """Find nothing: Core checks when it stores."""
        return ()

    async def create(self, wanted: Snapshot, document_id: str | None, /) -> str:
        """Make a new one; raises Conflict when there is one at that path."""
        new_id = document_id or self.id_for(wanted)
        await self._save(new_id, wanted.body, over=False)
        return new_id

    async def update(self, document_id: str, wanted: Snapshot, _before: Snapshot, /) -> None:
        """Replace one; what is made of it is loaded anew."""
        await self._save(document_id, wanted.body, over=True)

    async def remove(self, document_id: str, _before: Snapshot, /) -> None:
        """Remove one that nothing is made of."""
        domain, path = _split(document_id)
        if users := await self._users(domain, path):
            raise Conflict(
                f"The blueprint is in use by {', '.join(users)}",
                hint="Remove them, or write them out first: merge {substitute: true} into each",
                what="blueprint",
                which=document_id,
                similar=users,
            )
        await self._home.core.command("blueprint/delete", domain=domain, path=path)

    async def describe(self, variant: str, /) -> Described:
        """Tell what a blueprint is; of one whose id is the variant, how it is used."""
        if not variant:
            return Described(_FIELDS, _EXAMPLE, _NOTES)
        found = await self.get(variant)
        inputs = inputs_of(found.body.get("blueprint", {}))
        fields = [_told(name, one or {}) for name, one in inputs.items()]
        needed = {field.name: "…" for field in fields if field.required}
        use = {"path": _split(variant)[1], "input": needed}
        return Described(fields, {"alias": found.name, "use_blueprint": use})

    async def _users(self, domain: str, path: str) -> list[str]:
        """Return the entities that are made of a blueprint, as far as Core tells."""
        if domain not in ("automation", "script"):
            return []
        found = await self._home.core.command(
            "search/related", item_type=f"{domain}_blueprint", item_id=path
        )
        return sorted(found.get(domain, ()))

    async def _rows(self, domain: str) -> dict[str, Body]:
        rows: dict[str, Body] = await self._home.core.command("blueprint/list", domain=domain)
        return rows

    async def _imported(self, url: str, path: Any) -> Snapshot:
        check_address(url)
        try:
            answer = await self._home.core.command("blueprint/import", url=url)
        except Rejected as problem:
            raise Rejected(
                f"Home Assistant could not get a blueprint from {url}: {problem.message}",
                hint="Give the text of the blueprint as yaml instead",
            ) from problem
        if errors := answer["validation_errors"]:
            raise Invalid(f"This blueprint does not fit: {'; '.join(errors)}", which=url)
        head = answer["blueprint"]["metadata"]
        suggested = f"{head['domain']}/{answer['suggested_filename']}.yaml"
        body = {"url": url, "yaml": answer["raw_data"], "path": path or suggested}
        return Snapshot(body, head["name"])

    async def _save(self, document_id: str, body: Body, *, over: bool) -> None:
        domain, path = _split(document_id)
        source = {"source_url": body["url"]} if "url" in body else {}
        await self._home.core.command(
            "blueprint/save",
            domain=domain,
            path=path,
            yaml=body.get("yaml") or _as_yaml(body),
            allow_override=over,
            **source,
        )


def _split(document_id: str) -> tuple[str, str]:
    domain, _, path = document_id.partition("/")
    if domain not in _DOMAINS or not path.endswith(".yaml"):
        raise NotFound(
            f"There is no blueprint {document_id!r}: its id is domain/path.yaml",
            what="blueprint",
            which=document_id,
        )
    return domain, path


def _as_yaml(body: Body) -> str:
    """Return a body as YAML: JSON is YAML, but for the tags and some characters."""
    tagged = _TAGGED.sub(rb"!input \1", orjson.dumps(body, option=orjson.OPT_INDENT_2))
    return _BREAKS.sub(lambda found: f"\\u{ord(found.group()):04x}", tagged.decode())


def _plain(body: Body) -> Body:
    """Return a body with today's names, without what is empty or given by default in its head."""
    head = {key: value for key, value in body["blueprint"].items() if value not in (None, "", {})}
    for one in inputs_of(head).values():
        for name, options in (one or {}).get("selector", {}).items():
            said = {key: value for key, value in (options or {}).items() if value is not False}
            one["selector"][name] = said
    rest = {key: value for key, value in body.items() if key != "blueprint"}
    listed = all(not isinstance(rest.get(key), str) for key in _PARTS)
    if head.get("domain") == "automation" and listed:
        rest = _modern.automation(rest)
    return {"blueprint": head, **rest}


def _hides(head: Body) -> bool:
    rows = [*(head.get("input") or {}).values(), *inputs_of(head).values()]
    return any(isinstance(one, dict) and one.get("visible", True) is not True for one in rows)


def _used(value: Any) -> list[str]:
    """Return the inputs that a body names."""
    if isinstance(value, dict):
        return [name for one in value.values() for name in _used(one)]
    if isinstance(value, list):
        return [name for one in value for name in _used(one)]
    is_input = isinstance(value, str) and value.startswith(_INPUT)
    return [value.removeprefix(_INPUT)] if is_input else []


def _listed(document_id: str, row: Body) -> Listed:
    if "error" in row:
        return Listed(document_id, document_id, "cannot be loaded")
    return Listed(document_id, row["metadata"]["name"], document_id.partition("/")[0])


def _told(name: str, one: Body) -> FieldLine:
    selector = next(iter(one.get("selector") or {}), "")
    about = str(one.get("description") or one.get("name") or "")
    return FieldLine(name, selector, required="default" not in one, about=about)
