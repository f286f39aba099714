"""Automations and scripts that are made of a blueprint: what it needs, what it makes of that."""

import re
from typing import Any, Final

from ...home import Home
from ...home.references.mentions import named_entities
from ...problems import Invalid, Problem, nearest
from ..diff import pointer
from ..kind import Body, FieldLine, Finding
from ._modern import automation, script
from ._validating import validated

SUBSTITUTE: Final = "substitute"
FIELD: Final = FieldLine(
    SUBSTITUTE, "true", about="once: write out what use_blueprint makes, and leave the blueprint"
)
_PATH: Final = "/use_blueprint/path"
_INPUT: Final = "/use_blueprint/input"
_PARTS: Final = ("triggers", "conditions", "actions")
_KNOWN: Final = re.compile(r"/(entity_id|device_id|area_id|label_id|floor_id)(/\d+)?$")


class BlueprintUses:
    """Asks Core about the blueprints of one domain."""

    def __init__(self, home: Home, domain: str) -> None:
        """Take the home, and automation or script."""
        self._home = home
        self._domain = domain

    async def written_out(self, body: Body) -> Body:
        """Return a body that is asked for without its blueprint; others as they are."""
        if SUBSTITUTE not in body:
            return body
        rest = {key: value for key, value in body.items() if key != SUBSTITUTE}
        if body[SUBSTITUTE] is not True or not isinstance(rest.get("use_blueprint"), dict):
            raise Invalid(
                "substitute is true, and only where there is use_blueprint",
                what="body field",
                which=self._domain,
            )
        use = rest.pop("use_blueprint")
        return {**await self._filled(use), **rest}

    async def check(self, body: Body) -> list[Finding]:
        """Return what is wrong with the use of a blueprint, and with what it makes."""
        use = body.get("use_blueprint")
        if use is None:
            return []
        if not isinstance(use, dict) or not isinstance(use.get("path"), str):
            return [Finding(_PATH, "use_blueprint is {path, input}", error=True)]
        rows = await self._home.core.command("blueprint/list", domain=self._domain)
        row = rows.get(use["path"])
        if row is None:
            similar = tuple(nearest(use["path"], rows, limit=3))
            message = f"there is no blueprint {use['path']!r} for this kind"
            return [Finding(_PATH, message, error=True, similar=similar)]
        if "error" in row:
            return [Finding(_PATH, f"it cannot be loaded: {row['error']}", error=True)]
        found = self._inputs(inputs_of(row["metadata"]), use.get("input") or {})
        if any(one.error for one in found):
            return found
        return [*found, *await self._made(use)]

    def _inputs(self, known: dict[str, Any], given: Any) -> list[Finding]:
        if not isinstance(given, dict):
            return [Finding(_INPUT, "input is an object", error=True)]
        needed = [
            name
            for name, one in known.items()
            if "default" not in (one or {}) and name not in given
        ]
        if needed:
            return [Finding(_INPUT, f"it needs: {', '.join(needed)}", error=True)]
        unknown = [
            Finding(
                pointer(_INPUT, name),
                "the blueprint has no such input",
                similar=tuple(nearest(name, known, limit=3)),
            )
            for name in given
            if name not in known
        ]
        return [*unknown, *self._missing(given)]

    def _missing(self, given: Body) -> list[Finding]:
        """Return the entities in inputs that do not exist; their keys tell nothing elsewhere."""
        home = self._home
        return [
            Finding(
                f"{_INPUT}{one.path}",
                f"there is no entity {one.id!r}",
                similar=tuple(home.states.similar(one.id, 3)),
            )
            for one in named_entities(given)
            if one.id not in home.states
            and one.id not in home.registries.entities
            and not _KNOWN.search(one.path)
        ]

    async def _made(self, use: Body) -> list[Finding]:
        """Have Core look at what comes out."""
        try:
            made = await self._filled(use)
        except Problem as problem:
            return [Finding(_INPUT, problem.message, error=True)]
        if self._domain == "script":
            made["actions"] = made.pop("sequence", None)
        found = await validated(self._home, {key: made.get(key) for key in _PARTS})
        return [
            Finding(
                _INPUT, f"filled in, {one.path}: {one.message}", error=True, similar=one.similar
            )
            for one in found
        ]

    async def _filled(self, use: Body) -> Body:
        answer = await self._home.core.command(
            "blueprint/substitute",
            domain=self._domain,
            path=use.get("path"),
            input=use.get("input") or {},
        )
        made: Body = answer["substituted_config"]
        return automation(made) if self._domain == "automation" else script(made)


def inputs_of(head: Body) -> dict[str, Any]:
    """Return the inputs of a blueprint by name, those of sections too."""
    found: dict[str, Any] = {}
    for name, one in (head.get("input") or {}).items():
        found |= one["input"] if isinstance(one, dict) and "input" in one else {name: one}
    return found
