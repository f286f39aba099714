"""The arguments of a tool: what clients see of them, and what is done with what they send.

Models write arguments in more ways than the schema names, so values are coerced where only one
meaning is possible: JSON text for lists and objects, numbers and booleans as text, a single value
or comma-separated text for a list of strings. What is not an argument is refused by name.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any, Self

import voluptuous as vol

from ..problems import Invalid, nearest
from .compiling import Compiled, compile_type
from .field import Check, Schema


@dataclass(frozen=True, slots=True)
class Fields:
    """The arguments of one tool."""

    schema: Schema
    checks: Mapping[str, Check]
    required: frozenset[str]
    open: bool  # further arguments are passed through
    reserved: frozenset[str] = frozenset()  # except these: the server gives them to the tool

    def check(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """Return the arguments, coerced; raise Invalid naming the first that is wrong."""
        checked: dict[str, Any] = {}
        for name, value in arguments.items():
            if not self._known(name):
                raise self._unknown(name)
            if value is None and name not in self.required:
                continue  # clients send null for "not given"
            check = self.checks.get(name)
            checked[name] = value if check is None else _checked(name, check, value)
        for name in self.schema["properties"]:
            if name in self.required and name not in checked:
                raise Invalid(f"The argument {name} is missing", what="argument", which=name)
        return checked

    def showing(self, names: Collection[str]) -> Self:
        """Return the same arguments, of which clients see only these; raises TypeError.

        A dotted name shows one field of an object on its own: only for a tool that is open, and
        understands it there. What is not shown is still understood.
        """
        if hidden := self.required - set(names):
            raise TypeError(f"Required arguments would be hidden: {', '.join(sorted(hidden))}")
        shown = {name.rpartition(".")[2]: self._part(name) for name in names}
        return replace(self, schema=self.schema | {"properties": shown})

    def _part(self, name: str) -> Schema:
        outer, _, inner = name.partition(".")
        part: Schema | None = self.schema["properties"].get(outer)
        if part is not None and inner:
            part = part.get("properties", {}).get(inner) if self.open else None
        if part is None:
            raise TypeError(f"There is no argument {name} that could be shown")
        return part

    def _known(self, name: str) -> bool:
        return name in self.checks or (self.open and name not in self.reserved)

    def _unknown(self, name: str) -> Invalid:
        return Invalid(
            f"There is no argument {name!r:.80}",
            hint=f"Arguments: {', '.join(self.checks) or 'none'}",
            what="argument",
            which=name,
            similar=nearest(name, self.checks, limit=3),
        )


def _checked(name: str, check: Check, value: Any) -> Any:
    try:
        return check(value)
    except vol.Invalid as err:
        where = ".".join([name, *(str(part) for part in err.path)])
        raise Invalid(f"{where}: {err.msg}", what="argument", which=where) from err


def compile_fields(
    hints: Mapping[str, Any],
    defaults: Mapping[str, Any],
    *,
    open_: bool,
    reserved: Collection[str] = (),
) -> Fields:
    """Compile the hints of a signature; those without a default are required."""
    compiled = {name: compile_type(hint) for name, hint in hints.items()}
    schema: Schema = {
        "type": "object",
        "properties": {
            name: _published(field, defaults.get(name)) for name, field in compiled.items()
        },
    }
    required = [name for name in hints if name not in defaults]
    if required:
        schema["required"] = required
    schema["additionalProperties"] = open_
    checks = {name: field.check for name, field in compiled.items()}
    return Fields(schema, checks, frozenset(required), open_, frozenset(reserved))


def _published(field: Compiled, default: Any) -> Schema:
    """Show numbers, and what is on by default; that nothing is the default goes without saying."""
    shown = isinstance(default, (int, float)) and default is not False
    return field.schema | ({"default": default} if shown else {})
