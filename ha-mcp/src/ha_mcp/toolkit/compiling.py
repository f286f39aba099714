"""How a type becomes a JSON Schema and the check of a value.

Understood are text, numbers, booleans, enums of text, lists, objects, typed dictionaries,
``None`` beside one of them, and aliases of those. Anything else is refused when a tool is
declared: no client can be trusted with a union, a reference or a tuple.
"""

import types
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import (
    Annotated,
    Any,
    Literal,
    NotRequired,
    Required,
    TypeAliasType,
    Union,
    get_args,
    get_origin,
    get_type_hints,
    is_typeddict,
)

import voluptuous as vol

from ..problems import nearest
from .coerce import boolean, integer, json_object, json_value, number, placed, text
from .field import Check, Field, Schema

_SCALARS: dict[Any, tuple[str, Check]] = {
    str: ("string", text),
    int: ("integer", integer),
    float: ("number", number),
    bool: ("boolean", boolean),
}


@dataclass(frozen=True, slots=True)
class Compiled:
    """One type: how it is published and how a value of it is checked."""

    schema: Schema
    check: Check


def compile_type(hint: Any, field: Field | None = None) -> Compiled:
    """Compile one type; the outermost Field is the one that speaks."""
    if isinstance(hint, TypeAliasType):
        return compile_type(hint.__value__, field)
    origin, args = get_origin(hint), get_args(hint)
    if origin is Annotated:
        own = next((extra for extra in hint.__metadata__ if isinstance(extra, Field)), None)
        return compile_type(args[0], field or own)
    if origin in (NotRequired, Required):
        return compile_type(args[0], field)
    if origin in (Union, types.UnionType):
        return compile_type(_beside_none(hint, args), field)
    field = field or Field()
    compiled = _plain(hint, origin, args, field)
    check = _chain(field.reads, compiled.check) if field.reads else compiled.check
    return Compiled(compiled.schema | field.published(), check)


def _beside_none(hint: Any, args: tuple[Any, ...]) -> Any:
    inner = [arg for arg in args if arg is not types.NoneType]
    if len(inner) != 1:
        raise TypeError(f"{hint} is a union: clients cannot be trusted with those")
    return inner[0]


def _plain(hint: Any, origin: Any, args: tuple[Any, ...], field: Field) -> Compiled:
    if origin is Literal:
        return _enum({str(arg): arg for arg in args})
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return _enum({member.value: member for member in hint})
    if origin is list:
        return _list(compile_type(args[0]))
    if is_typeddict(hint):
        return _typed_object(hint, open_=field.open)
    if origin is dict or hint is dict:
        return Compiled({"type": "object"}, json_object)
    return _scalar(hint, field)


def _scalar(hint: Any, field: Field) -> Compiled:
    if hint is Any:
        return Compiled({}, lambda value: value)
    if hint not in _SCALARS:
        raise TypeError(f"{hint} has no JSON Schema")
    kind, read = _SCALARS[hint]
    return Compiled({"type": kind}, _chain(read, *_bounds(field)))


def _chain(*checks: Check) -> Check:
    """Return a check that hands each one's value to the next."""
    compiled: Check = vol.Schema(vol.All(*checks))
    return compiled


def _enum(values: Mapping[str, Any]) -> Compiled:
    """Compile an enum of texts, given by what each means to the tool."""
    meanings = {text.casefold(): value for text, value in values.items()}

    def check(value: Any) -> Any:
        word = str(value).strip().casefold()
        if word in meanings:
            return meanings[word]
        raise vol.Invalid(f"{value!r:.80} is none of {', '.join(values)}{_meant(word, values)}")

    return Compiled({"type": "string", "enum": list(values)}, check)


def _meant(word: str, names: Mapping[str, Any]) -> str:
    close = nearest(word, names, limit=1)
    return f"; did you mean {close[0]}?" if close else ""


def _list(item: Compiled) -> Compiled:
    of_text = item.schema.get("type") == "string"

    def check(value: Any) -> list[Any]:
        checked = []
        for position, one in enumerate(_several(value, of_text=of_text)):
            with placed(position):
                checked.append(item.check(one))
        return checked

    return Compiled({"type": "array", "items": item.schema}, check)


def _several(value: Any, *, of_text: bool) -> list[Any]:
    """Read a list, also from JSON text, from one value, and from text with commas."""
    value = json_value(value, "[")
    if isinstance(value, list):
        return value
    if isinstance(value, str) and of_text:
        return [part.strip() for part in value.split(",") if part.strip()]
    if isinstance(value, (str, int, float, Mapping)):
        return [value]
    raise vol.Invalid("a list is expected")


def _typed_object(hint: Any, *, open_: bool) -> Compiled:
    hints = get_type_hints(hint, include_extras=True)
    fields = {name: compile_type(kind) for name, kind in hints.items()}
    required = [name for name in fields if name in hint.__required_keys__]

    def check(value: Any) -> dict[str, Any]:
        given = json_object(value)
        checked = {name: _field(fields, name, one, open_=open_) for name, one in _said(given)}
        for name in required:
            if name not in checked:
                raise vol.Invalid(f"the field {name} is missing")
        return checked

    schema: Schema = {
        "type": "object",
        "properties": {name: field.schema for name, field in fields.items()},
    }
    return Compiled(schema | ({"required": required} if required else {}), check)


def _said(given: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Leave out what is null: clients send it for "not given"."""
    return ((name, value) for name, value in given.items() if value is not None)


def _field(fields: Mapping[str, Compiled], name: str, value: Any, *, open_: bool) -> Any:
    if name in fields:
        with placed(name):
            return fields[name].check(value)
    if open_:
        return value
    meant = _meant(name, fields) or f"; known: {', '.join(fields)}"
    raise vol.Invalid(f"there is no field {name!r:.80}{meant}")


def _bounds(field: Field) -> Iterator[Check]:
    if field.minimum is not None or field.maximum is not None:
        yield vol.Range(min=field.minimum, max=field.maximum)
    if field.pattern is not None:
        yield vol.Match(field.pattern, msg=f"it must look like {field.pattern}")
    yield _not_longer_than(field.max_length)


def _not_longer_than(most: int) -> Check:
    def check(value: Any) -> Any:
        if isinstance(value, str) and len(value) > most:
            raise vol.Invalid(f"text of at most {most} characters is expected")
        return value

    return check
