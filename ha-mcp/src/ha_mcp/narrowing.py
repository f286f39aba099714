"""Callers who were given a part of the home get that part, and nothing says that there is more."""

from .access.grants import Grant, Only
from .documents import Remembered, Store, StoreOfPart
from .home import Bounds, Home, PartOfHome
from .toolkit import Call, Handler, Outcome


async def narrowed(call: Call, following: Handler) -> Outcome:
    """Put the part in the place of the home; what there is no part of is not handed on."""
    grant = call.client.rights
    only = grant.only if isinstance(grant, Grant) else None
    if only is None:
        return await following(call)
    whole: Home = call.resources[Home]
    await whole.awake()
    part = PartOfHome(whole, _bounds(only))
    remembered: Remembered = call.resources[Remembered]
    call.resources = {
        Home: part,
        Store: StoreOfPart(part),
        Remembered: remembered.within(part),
    }
    return await following(call)


def _bounds(only: Only) -> Bounds:
    return Bounds(areas=only.areas, labels=only.labels, entities=only.entities)
