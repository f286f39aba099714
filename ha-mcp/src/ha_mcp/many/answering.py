"""Each call answered from the home of whoever makes it."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

from ..access.grants import Grant
from ..answering import answering
from ..app import AtHome
from ..documents import Remembered, Store
from ..home import Home
from ..problems import Forbidden
from ..toolkit import Call, Handler, Outcome
from ..toolkit.pipeline import Stage
from .way import Way, way_in

type Lease = Callable[[Way], AbstractAsyncContextManager[AtHome]]


def at_their_home(lease: Lease) -> Stage:
    """Return a stage that gives a call the home that its grant leads to, and no other."""

    async def stage(call: Call, following: Handler) -> Outcome:
        grant = call.client.rights
        if not isinstance(grant, Grant):
            raise Forbidden("Nobody is signed in")
        async with lease(way_in(grant.sealed)) as ours:
            call.resources = {
                **call.resources,
                Home: ours.home,
                Store: ours.store,
                Remembered: ours.remembered,
            }
            return await following(call)

    return stage


async def answer(call: Call) -> Outcome:
    """Answer from the home that the call was given."""
    home: Home = call.resources[Home]
    return await answering(home)(call)
