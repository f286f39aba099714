"""A part of the home that looks like a home: tools do not know the difference."""

from typing import Any

from ..acting import Acting
from ..events import Events
from ..finding.index import Index
from ..finding.search import Found, Search
from ..home import Home
from ..images import Images
from ..names import Names
from ..past.history import History
from ..references import References
from ..templates import Templates
from .actions import PartOfActions
from .bodies import PartOfBodies
from .bounds import Bounds, Inside
from .rows import PartOfStates, part_of_registries
from .wire import PartOfCore, PartOfRest


class PartOfHome(Home):
    """What is inside the bounds, for the time of one call."""

    def __init__(self, whole: Home, bounds: Bounds) -> None:
        """Look what is inside now; nothing here follows the home for longer than a call."""
        inside = Inside(bounds, whole.states, whole.registries)
        core, rest = PartOfCore(whole.core, inside), PartOfRest(whole.rest, inside)
        self.core = core
        self.rest = rest
        self.config_dir = whole.config_dir
        self.now = whole.now
        self.config = whole.config
        self.times = whole.times
        self.mirror = whole.mirror
        self.guards = whole.guards  # it answers with a reason, which nobody is shown
        states = PartOfStates(whole.states, inside)
        self.states = states
        self.registries = part_of_registries(whole.registries, inside)
        self.actions = PartOfActions(whole.actions, inside)
        self.bodies = PartOfBodies(whole.bodies, whole.registries, inside)
        self.names = Names(self.states, self.registries)
        self.history = History(core, self.states, self.names)
        self.images = Images(core, rest, self.states, self.names)
        self.templates = Templates(core)
        self.events = Events(core)
        self.acting = Acting(core, self.states, self.actions, self.names)
        still = states.still()
        self.index = Index(still, self.registries, self.bodies)
        self.search = PartOfSearch(self.index, still, self.registries, self.bodies, self.names)
        self.references = References(core, still, self.registries, self.bodies, self.names)


class PartOfSearch(Search):
    """Finds things inside; the words are collected when it is first asked."""

    def find(self, query: str = "", **asked: Any) -> Found:
        """Find what matches everything that is given."""
        self._index.reconcile()
        return super().find(query, **asked)
