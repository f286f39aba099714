"""What triggers, conditions and actions of this very Home Assistant look like."""

from collections.abc import Iterable, Mapping
from typing import Final

from ...home import Home
from ...problems import NotFound
from ..kind import Body, Described, FieldLine
from ..platforms import CONDITIONS, TRIGGERS, Platforms, plain_keys
from ._device_parts import DeviceParts
from ._flows import FormField
from ._forms import sample, sentence, words
from ._plain_parts import ACTIONS, COMMON, PLAIN_PARTS, Plain

PARTS: Final = (TRIGGERS, CONDITIONS, ACTIONS)
NOTES: Final = (
    "variant: triggers, conditions or actions lists them all, triggers/light those of a domain,"
    " triggers/light.turned_on, conditions/state or actions/choose describes one."
)
_SINGULAR: Final = {TRIGGERS: "trigger", CONDITIONS: "condition"}
_LONGEST: Final = 60
_PART: Final = "part of an automation"
_OF_DEVICE: Final = "device/"


async def described(home: Home, variant: str) -> Described:
    """Tell all of a sort, those of a domain, or one; raises NotFound with the nearest."""
    sort, _, key = variant.partition("/")
    if sort not in PARTS:
        raise NotFound.naming(_PART, variant, PARTS)
    plain = PLAIN_PARTS[sort].get(key)
    if plain is not None:
        return await _plain(home, sort, plain)
    if key.startswith(_OF_DEVICE):
        return await DeviceParts(home, sort).described(key.removeprefix(_OF_DEVICE))
    if sort == ACTIONS:
        return await _actions(home, key)
    platforms = Platforms(home.core)
    known = await platforms.described(sort)
    if key in known:
        return _one(home, sort, key, known[key], (await platforms.texts(sort)).get(key, ""))
    rows = {one: known[one] for one in sorted(known) if one.startswith(f"{key}.")}
    if rows:
        return _of_domain(rows, await platforms.texts(sort))
    if key:
        keys = [*PLAIN_PARTS[sort], *known]
        raise NotFound.naming(_PART, variant, [f"{sort}/{one}" for one in keys])
    plain_ones = plain_keys(sort, home.config.components)
    return Described(
        _listed(sort, plain_ones, known), {}, f"{sort}/state describes one. {COMMON[sort]}"
    )


async def _plain(home: Home, sort: str, plain: Plain) -> Described:
    notes = f"{plain.about}. {COMMON[sort]}"
    if plain.example:
        return Described(plain.lines(), plain.example, notes)
    notes += f" {sort}/{_OF_DEVICE}<id or name> lists those of one device."
    return Described(plain.lines(), await DeviceParts(home, sort).example(), notes)


def _listed(sort: str, plain: Iterable[str], known: Mapping[str, Body]) -> list[FieldLine]:
    """Return the plain ones each, the others by domain."""
    lines = [FieldLine(key, "", about=PLAIN_PARTS[sort][key].about) for key in plain]
    domains: dict[str, list[str]] = {}
    for key in sorted(known):
        domain, _, name = key.partition(".")
        domains.setdefault(domain, []).append(name)
    return lines + [
        FieldLine(f"{domain}.", "", about=", ".join(names)) for domain, names in domains.items()
    ]


def _of_domain(rows: Mapping[str, Body], texts: Mapping[str, str]) -> Described:
    lines = [
        FieldLine(key, ", ".join(one.get("fields") or ()), about=_short(texts.get(key, "")))
        for key, one in rows.items()
    ]
    return Described(lines, {}, "The type column has its options; describe one by its whole key.")


def _one(home: Home, sort: str, key: str, row: Body, text: str) -> Described:
    target = row.get("target")
    options = [_field(name, one) for name, one in (row.get("fields") or {}).items()]
    lines = [
        FieldLine(
            f"options/{one.name}",
            words(one),
            required=one.required,
            about="" if one.value is None else f"default {one.value}",
        )
        for one in options
    ]
    example: Body = {_SINGULAR[sort]: key}
    if target is not None:
        chosen = FormField("target", required=True, selector=("target", target))
        lines.insert(0, FieldLine("target", _targets(target), required=True))
        example["target"] = {"entity_id": sample(home, chosen)}
    needed = {one.name: sample(home, one) for one in options if one.required}
    if needed:
        example["options"] = needed
    return Described(lines, example, " ".join(filter(None, (text, COMMON[sort]))))


def _field(name: str, row: Body) -> FormField:
    selector = row.get("selector") or {}
    kind, settings = next(iter(selector.items()), ("", {}))
    default = row.get("default")
    required = bool(row.get("required")) and default is None
    return FormField(name, required, default, (kind, settings or {}))


def _targets(target: Body) -> str:
    filters = target.get("entity") or []
    said = [
        " ".join([*(one.get("device_class") or []), "of", *(one.get("domain") or [])])
        if one.get("device_class")
        else ", ".join(one.get("domain") or [])
        for one in filters
    ]
    ids = "{entity_id, device_id, area_id, floor_id, label_id, exclude}"
    return f"{ids} with {' or '.join(said)}" if said else ids


async def _actions(home: Home, key: str) -> Described:
    """Tell the kinds of steps, the actions of a domain, or one action."""
    texts = await home.actions.texts(home.core)
    if "." in key:
        action = home.actions.one(key)
        fields = [
            FieldLine(
                f"data/{name}",
                words(_field(name, {"selector": one.selector, "required": one.required})),
                required=one.required,
                about=sentence(one.description or texts.get(f"{action.id}.{name}", "")),
            )
            for name, one in action.fields.items()
        ]
        target = {"target": {"entity_id": f"{action.domain}.…"}} if action.target else {}
        about = action.description or texts.get(f"{action.id}#description", "")
        return Described(fields, {"action": action.id, **target}, about)
    names = [one for one in sorted(home.actions.ids) if one.startswith(f"{key}.")] if key else []
    if names:
        lines = [
            FieldLine(one, "", about=_short(texts.get(f"{one}#description", ""))) for one in names
        ]
        return Described(lines, {}, "actions/<action> tells its data.")
    if key:
        raise NotFound.naming(_PART, f"{ACTIONS}/{key}", [*PLAIN_PARTS[ACTIONS]])
    domains = ", ".join(sorted(home.actions.domains))
    return Described(
        _listed(ACTIONS, PLAIN_PARTS[ACTIONS], {}),
        {},
        f"{COMMON[ACTIONS]} actions/<domain> lists those of: {domains}",
    )


def _short(text: str) -> str:
    said = sentence(text)
    return said if len(said) <= _LONGEST else f"{said[: _LONGEST - 1]}…"
