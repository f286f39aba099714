"""The home: everything tools read and move, in one place."""

import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from .about import About, about
from .acting import Acting
from .actions import Actions
from .bodies import PARTS, Bodies
from .config import Config
from .config_dir import ConfigDir
from .events import Events
from .finding.index import Index
from .finding.search import Search
from .guarding import Guards
from .images import Images
from .mirror import PARK_AFTER, Mirror, Part, Stale
from .names import Names
from .overview import Glance, glance
from .past.history import History
from .references import References
from .registries import Registries
from .states import States
from .templates import Templates
from .times import Times
from .weather import forecast
from .wire import Core, Rest

_PATCHED_AT_MOST = 50  # registry entries fetched by id before all are fetched


class Home:
    """One Home Assistant, live.

    ``run`` keeps it current and belongs in a TaskGroup; every call goes through ``awake`` first.
    """

    def __init__(
        self,
        core: Core,
        rest: Rest,
        *,
        config_dir: ConfigDir | None = None,
        now: Callable[[], float] = time.time,
        park_after: float = PARK_AFTER,
    ) -> None:
        """Take the wires, and the folder where there is one; nothing is read before ``run``."""
        self.core = core
        self.rest = rest
        self.config_dir = config_dir or ConfigDir()
        self.now = now
        self.config = Config()
        self.times = Times(now, lambda: self.config.zone)
        self.states = States()
        self.registries = Registries()
        self.actions = Actions()
        self.names = Names(self.states, self.registries)
        self.history = History(core, self.states, self.names)
        self.images = Images(core, rest, self.states, self.names)
        self.templates = Templates(core)
        self.events = Events(core)
        self.acting = Acting(core, self.states, self.actions, self.names)
        self.bodies = Bodies(core, self.states, self.registries, rest)
        self.guards = Guards(self.states, self.registries, self.bodies)
        self.index = Index(self.states, self.registries, self.bodies)
        self.search = Search(self.index, self.states, self.registries, self.bodies, self.names)
        self.references = References(core, self.states, self.registries, self.bodies, self.names)
        self.mirror = Mirror(
            core,
            self.states,
            self._parts(),
            self.index.reconcile,
            park_after=park_after,
            now=now,
        )

    async def run(self) -> None:
        """Keep the picture of the home current for ever."""
        await self.mirror.run()

    async def awake(self) -> None:
        """Make sure there is a picture to answer from; raises Unreachable when there is none."""
        await self.mirror.awake()

    def stale_note(self) -> str:
        """Say since when the picture is old; empty while it is current."""
        since = self.mirror.stale_since
        if since is None:
            return ""
        clock = f"{self.config.local(since):%H:%M:%S}"
        return f"This is how it was at {clock}: Home Assistant has not been reachable since."

    def limits(self) -> Iterator[str]:
        """Say what cannot be had here, and why."""
        for name, why in sorted(self.mirror.unavailable.items()):
            yield f"not available: {name} ({why})"

    def about(self, entity_id: str) -> About:
        """Return what is known of an entity."""
        return about(entity_id, self.states, self.registries, self.config)

    def glance(self) -> Glance:
        """Return the home at a glance."""
        return glance(self.states, self.registries)

    async def forecast(self, entity_id: str) -> list[dict[str, Any]] | None:
        """Return the forecast of a weather entity; None when it has none."""
        state = self.states.one(entity_id)
        return await forecast(self.core, entity_id, state.attributes.get("supported_features", 0))

    def _parts(self) -> Iterator[Part]:
        registries, core = self.registries, self.core
        whole = {
            "devices": ("device_registry_updated", registries.fetch_devices),
            "areas": ("area_registry_updated", registries.fetch_areas),
            "floors": ("floor_registry_updated", registries.fetch_floors),
            "labels": ("label_registry_updated", registries.fetch_labels),
        }
        yield Part("entities", frozenset({"entity_registry_updated"}), self._refresh_entities)
        for name, (event, fetch) in whole.items():
            yield Part(name, frozenset({event}), _whole(fetch, core))
        yield Part(
            "actions",
            frozenset({"service_registered", "service_removed"}),
            _whole(self.actions.refresh, core),
        )
        yield Part(
            "config",
            frozenset({"core_config_updated", "component_loaded", "homeassistant_started"}),
            self._refresh_config,
        )
        yield Part(
            "aliases", frozenset({"entity_registry_updated"}), self._refresh_aliases, late=True
        )
        for name in PARTS:
            yield Part(name, Bodies.events(name), partial(self._refresh_bodies, name), late=True)

    async def _refresh_entities(self, stale: Stale) -> None:
        named = _named(stale)
        if stale.everything or len(named) > _PATCHED_AT_MOST:
            await self.registries.fetch_entities(self.core)
        else:
            await self.registries.patch_entities(self.core, named)

    async def _refresh_aliases(self, stale: Stale) -> None:
        """Fetch aliases where the entries were not fetched by id, which brings them along."""
        named = _named(stale)
        if stale.everything:
            await self.registries.fetch_aliases(self.core, self.registries.entities)
        elif len(named) > _PATCHED_AT_MOST:
            await self.registries.fetch_aliases(self.core, named)

    async def _refresh_bodies(self, part: str, stale: Stale) -> None:
        await self.bodies.refresh(part, None if stale.everything else stale.events)

    async def _refresh_config(self, _stale: Stale) -> None:
        self.config = await self.core.fetch("get_config", Config)


def _whole(fetch: Callable[[Core], Any], core: Core) -> Callable[[Stale], Any]:
    async def refresh(_stale: Stale) -> None:
        await fetch(core)

    return refresh


def _named(stale: Stale) -> set[str]:
    """Return the entities that registry events name, by their old and new ids."""
    return {
        entity_id
        for event in stale.events
        for entity_id in (event.get("entity_id"), event.get("old_entity_id"))
        if entity_id
    }
