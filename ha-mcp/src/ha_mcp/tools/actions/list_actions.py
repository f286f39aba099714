"""Which actions are there, and what does one take?"""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any

from ...home import Action, ActionField, Home
from ...problems import NotFound
from ...toolkit import Answer, Field, Profile, Risk, Table, fingerprint, start_of, tool
from .._fields import Cursor, Limit
from .._selectors import kind_of

_LONGEST_TEXT = 160
_DOMAINS = 50  # on a page: their rows are short


@tool(
    title="List actions",
    risk=Risk.READ,
    ceiling=8_000,
    shown={Profile.VOICE: ["query", "action"]},
)
async def ha_list_actions(
    home: Home,
    query: Annotated[str, Field("words, or a domain such as climate")] = "",
    action: Annotated[str, Field("one in full, with its fields")] = "",
    limit: Limit = 20,
    cursor: Cursor | None = None,
) -> Answer:
    """List the actions of this home, or one with its fields; without arguments, all by domain."""
    if action:
        return await _in_full(home, home.actions.one(action))
    texts = await home.actions.texts(home.core)
    mark = fingerprint({"query": query})
    start = start_of(cursor, mark)
    if not query:
        rows = [(domain, " ".join(names)) for domain, names in _by_domain(home)]
        domains = rows[start : start + max(limit, _DOMAINS)]
        return Table(("domain", "actions"), domains, total=len(rows), start=start, mark=mark)
    found = _found(home, query, texts)
    page = [_row(home.actions.one(one), texts) for one in found[start : start + limit]]
    return Table(("action", "does", "fields"), page, total=len(found), start=start, mark=mark)


def _by_domain(home: Home) -> Iterator[tuple[str, list[str]]]:
    names: dict[str, list[str]] = {}
    for one in sorted(home.actions.ids):
        domain, _, name = one.partition(".")
        names.setdefault(domain, []).append(name)
    return iter(names.items())


def _found(home: Home, query: str, texts: Mapping[str, str]) -> list[str]:
    """Rank actions: their own name first, then those whose text has all the words."""
    words = query.casefold().replace("_", " ").replace(".", " ").split()
    ranked = []
    for one in home.actions.ids:
        own = one.replace("_", " ").replace(".", " ")
        text = (
            f"{own} {texts.get(f'{one}#name', '')} {texts.get(f'{one}#description', '')}".casefold()
        )
        if all(word in text for word in words):
            ranked.append((-sum(word in own.split() for word in words), len(own), one))
    if not ranked:
        raise NotFound.naming("action like", query, home.actions.ids)
    return [one for _, _, one in sorted(ranked)]


def _row(action: Action, texts: Mapping[str, str]) -> tuple[str, str, str]:
    fields = " ".join(
        f"{name}*" if field.required else name for name, field in action.fields.items()
    )
    return action.id, _does(action, texts), fields


def _does(action: Action, texts: Mapping[str, str]) -> str:
    text = action.description or texts.get(f"{action.id}#description") or action.name or ""
    return text if len(text) <= _LONGEST_TEXT else f"{text[: _LONGEST_TEXT - 1]}…"


async def _in_full(home: Home, action: Action) -> Answer:
    texts = await home.actions.texts(home.core)
    about: dict[str, Any] = {
        "action": action.id,
        "does": _does(action, texts),
        "target": kind_of({"target": action.target}) if action.target is not None else "none",
        "answers": {"only": "with data", "optional": "with data if it has any"}.get(
            action.response
        ),
    }
    rows = [_field(action, name, field, texts) for name, field in action.fields.items()]
    lead = f"{len(rows)} fields, * is required" if rows else "no fields"
    return about, Table(("field", "type", "example", "about"), rows, lead=lead)


def _field(
    action: Action, name: str, field: ActionField, texts: Mapping[str, str]
) -> tuple[str, str, Any, str]:
    about = field.description or texts.get(f"{action.id}.{name}") or field.name or ""
    shown = f"{name}*" if field.required else name
    return shown, kind_of(field.selector or {}), field.example, about[:_LONGEST_TEXT]
