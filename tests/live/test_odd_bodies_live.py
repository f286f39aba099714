"""Whatever stands in a body: it is refused or shown, and never a mistake of this server."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from fakes.calling import ToolCall, caller
from ha_mcp.documents import Store
from lab.core import running_core
from live.documents import CASES, Case, documents

pytestmark = pytest.mark.live

ODD: tuple[object, ...] = (None, 5, True, "", "{{ x", [], [{}], {}, {"a": 1})


@pytest_asyncio.fixture(scope="module")
async def served(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[tuple[Store, ToolCall]]:
    """Call tools in the small home."""
    async with (
        running_core(home="demo") as core,
        documents(core, tmp_path_factory.mktemp("state")) as (store, home),
    ):
        yield store, caller(home, store)


@pytest.mark.parametrize("case", CASES, ids=str)
async def test_an_odd_value_is_never_our_mistake(
    served: tuple[Store, ToolCall], case: Case
) -> None:
    """Models send anything; each field of each kind says what is wrong with it, or takes it."""
    store, call = served
    fields = (await store.describe(case.kind, case.variant)).fields
    bodies = [{**case.config, field.name: value} for field in fields for value in ODD]

    answers = [
        await call("ha_config_set", kind=case.kind, variant=case.variant, config=body, preview=True)
        for body in bodies
    ]

    assert [one.text for one in answers if one.text.startswith("internal")] == []
