"""A thousand calls by somebody who was given one room of a real home learn nothing of the rest."""

import asyncio
import itertools
import json
import re
from pathlib import Path

import pytest

from fakes.calling import caller
from ha_mcp import tools
from ha_mcp.access.grants import Grant, Only
from ha_mcp.access.scopes import Scope, up_to
from ha_mcp.home import Bounds, PartOfHome
from ha_mcp.toolkit import Catalog
from lab.core import running_core
from live.documents import documents
from live.random_calls import RandomCalls

pytestmark = pytest.mark.live

SEED = 20_261_122
CALLS = 1_000
AT_ONCE = 8
ID = re.compile(r"[a-z0-9_]+\.[a-z0-9_]+")


async def test_no_answer_names_what_was_not_asked_by_name(tmp_path: Path) -> None:
    """Half of the arguments come from the whole home: the caller knows ids, and gets none back."""
    only = Only(areas=frozenset({"kitchen"}))
    guest = Grant(client_id="c", client_name="Guest", scopes=up_to(Scope.ADMIN), only=only)
    told: set[str] = set()
    answered = 0
    gate = asyncio.Semaphore(AT_ONCE)
    async with running_core() as core, documents(core, tmp_path) as (store, home):
        await home.mirror.completed()
        area_of = home.registries.area_of
        outside = {one.entity_id for one in home.states if area_of(one.entity_id) != "kitchen"}
        before = {one: home.states.one(one).state for one in outside if one.startswith("light.")}
        call = caller(home, store, grant=guest)

        async def ask(name: str, arguments: dict[str, object]) -> None:
            nonlocal answered
            async with gate:
                outcome = await call(name, **arguments)
            answered += not outcome.failed
            told.update(set(ID.findall(outcome.text)) - set(ID.findall(json.dumps(arguments))))
            assert not outcome.text.startswith("internal"), (name, arguments)

        async with asyncio.TaskGroup() as tasks:
            catalog = Catalog.discover(tools)
            room = PartOfHome(home, Bounds(areas=only.areas))
            tried = itertools.islice(RandomCalls(catalog, home, SEED), CALLS // 2)
            used = itertools.islice(RandomCalls(catalog, room, SEED), CALLS // 2)
            for name, arguments in itertools.chain(tried, used):
                tasks.create_task(ask(name, arguments))
        after = {one: home.states.one(one).state for one in before}

    assert len(outside) > 50
    assert told & outside == set()
    assert answered > CALLS / 10
    assert after == before
