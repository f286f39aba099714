"""Who refers to a document that is about to change its place in the home, or to leave it."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from ..home import SEARCHED, Home, Reference
from ..problems import Invalid, NotFound
from .diff import pointer
from .drafts import Draft
from .successors import own_id


async def users_of(home: Home, draft: Draft) -> list[Reference]:
    """Return every place that names a document, without those in itself."""
    if draft.before is None:
        return []
    if look := BESIDE.get(draft.kind):
        return list(look(home, draft.id))
    if draft.kind not in (*SEARCHED, "blueprint"):
        return []
    try:
        found = await home.references.to(draft.id, kind=draft.kind)
    except (Invalid, NotFound):
        return []  # the index has not heard of it yet, so nothing it knows can name it
    return [one for one in found.references if (one.kind, one.id) != (draft.kind, draft.id)]


def _in_category(home: Home, document_id: str) -> Iterator[Reference]:
    """Yield what people have sorted into a category."""
    scope = document_id.partition("/")[0]
    for entry in home.registries.entities.values():
        if entry.categories.get(scope) == own_id(document_id):
            name, path = home.names.name(entry.entity_id), pointer("/categories", scope)
            yield Reference("entity", entry.entity_id, name, path, "", entry.entity_id)


def _scanning(home: Home, tag_id: str) -> Iterator[Reference]:
    """Yield the places that wait for a tag."""
    return _under(home, "tag_id", tag_id)


def _signed_in(home: Home, user_id: str) -> Iterator[Reference]:
    """Yield the person of a user, and what asks who did something."""
    return _under(home, "user_id", user_id)


def _under(home: Home, key: str, value: str) -> Iterator[Reference]:
    """Yield the places of all bodies where a key has a value, alone or among others."""
    for document in home.bodies:
        if value.encode() in document.raw:
            for path in _paths(document.body, key, value, ""):
                yield Reference(*document.key, document.name, path, "", document.entity_id)


def _paths(body: Any, key: str, wanted: str, path: str) -> Iterator[str]:
    if isinstance(body, dict):
        for name, one in body.items():
            below = pointer(path, name)
            if name == key and wanted in (one if isinstance(one, list) else [one]):
                yield below
            else:
                yield from _paths(one, key, wanted, below)
    elif isinstance(body, list):
        for at, one in enumerate(body):
            yield from _paths(one, key, wanted, pointer(path, at))


def _of_entry(home: Home, entry_id: str) -> Iterator[Reference]:
    """Yield the places that name a device or entity of an integration."""
    registries = home.registries
    mine = {
        ("device", one.id) for one in registries.devices.values() if one.config_entry_id == entry_id
    } | {
        ("entity", one.entity_id)
        for one in registries.entities.values()
        if one.config_entry_id == entry_id
    }
    for document in home.bodies if mine else ():
        for mention in home.references.of(document):
            if any((sort, mention.id) in mine for sort in (mention.sort or "entity", "device")):
                how = f"names {mention.id}"
                yield Reference(*document.key, document.name, mention.path, how, document.entity_id)


BESIDE: Final[Mapping[str, Callable[[Home, str], Iterator[Reference]]]] = {
    "category": _in_category,
    "integration": _of_entry,
    "tag": _scanning,
    "user": _signed_in,
}
"""The kinds that others name, and that the index of the home does not know."""
