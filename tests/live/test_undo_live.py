"""Taking back: the last of a client, a span, another client's, and what cannot be taken back."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
import pytest_asyncio

from fakes.calling import ToolCall, caller
from ha_mcp.documents import Store
from lab.core import running_core
from live.documents import documents

pytestmark = pytest.mark.live


@dataclass(frozen=True)
class Home:
    """A home with two assistants."""

    store: Store
    anna: ToolCall
    bert: ToolCall

    async def labels(self) -> set[str]:
        """Return the labels that these tests make."""
        return {row.name for row in await self.store.all("label") if row.name.startswith("Undo ")}


@pytest_asyncio.fixture
async def home(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Home]:
    """Run a small home, its journal empty."""
    async with (
        running_core(home="demo") as core,
        documents(core, tmp_path_factory.mktemp("journal")) as (store, mirrored),
    ):
        yield Home(store, *(caller(mirrored, store, client=name) for name in ("anna", "bert")))


async def label(call: ToolCall, name: str) -> None:
    """Make a label."""
    made = await call("ha_config_set", kind="label", config={"name": name})
    assert not made.failed, made.text


async def test_the_last_of_this_client_and_no_other(home: Home) -> None:
    """Once each; what was undone is not undone again, nor is the undo."""
    await label(home.anna, "Undo one")
    await label(home.anna, "Undo two")
    await label(home.bert, "Undo three")

    first = await home.anna("ha_undo", changes=["last"])
    between = await home.labels()
    second = await home.anna("ha_undo", changes=["last"])
    third = await home.anna("ha_undo", changes=["last"])

    assert not first.failed
    assert between == {"Undo one", "Undo three"}
    assert not second.failed
    assert await home.labels() == {"Undo three"}
    assert third.text.startswith("not_found: There is no change of this client")


async def test_what_was_done_again_is_taken_back_again(home: Home) -> None:
    """An undo is itself a change; once it is taken back, what it undid is in force."""
    await label(home.anna, "Undo one")

    await home.anna("ha_undo", changes=["c1"])
    redone = await home.anna("ha_undo", changes=["c2"])
    between = await home.labels()
    listed = await home.anna("ha_get_changes", client="me")
    again = await home.anna("ha_undo", changes=["last"])

    assert not redone.failed, redone.text
    assert between == {"Undo one"}
    assert "undone by c2" not in listed.text
    assert "undone by c3" in listed.text
    assert not again.failed, again.text
    assert await home.labels() == set()


async def test_a_span_takes_back_mine_or_those_of_somebody(home: Home) -> None:
    """After a preview that writes nothing; what was taken back already is left out."""
    await label(home.anna, "Undo one")
    await label(home.bert, "Undo two")
    await label(home.bert, "Undo three")

    preview = await home.anna("ha_undo", since="10m", preview=True)
    seen = await home.labels()
    mine = await home.anna("ha_undo", since="10m")
    left = await home.labels()
    again = await home.anna("ha_undo", since="10m")
    theirs = await home.anna("ha_undo", since="10m", client="bert")

    assert preview.text.startswith("NOT WRITTEN")
    assert "remove label Undo one" in preview.text
    assert seen == {"Undo one", "Undo two", "Undo three"}
    assert not mine.failed
    assert left == {"Undo two", "Undo three"}
    assert again.text.startswith("not_found: 0 of ")
    assert not theirs.failed
    assert await home.labels() == set()


async def test_what_went_through_a_form_stays_and_the_rest_is_taken_back(home: Home) -> None:
    """And it is said, whether it stands alone or among others."""
    await label(home.anna, "Undo one")
    added = await home.anna(
        "ha_config_flow", handler="local_todo", input={"todo_list_name": "Undo list"}
    )
    alone = await home.anna("ha_undo", changes=["last"])
    span = await home.anna("ha_undo", since="10m")

    assert not added.failed
    assert alone.text.startswith("unsupported: c3 stays")
    assert "c3 stays: it went through Home Assistant's forms" in span.text
    assert await home.labels() == set()


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({}, "invalid: Say which changes"),
        ({"changes": ["c99"]}, "not_found: There is no change c99"),
        ({"changes": ["the first"]}, "invalid: 'the first' is no id of a change"),
        ({"since": "10m", "client": "nobody"}, "not_found: 0 of 0 changes"),
        ({"since": "soon"}, "invalid: 'soon' is not a time"),
    ],
)
async def test_what_cannot_be_meant_is_said(
    home: Home, asked: dict[str, object], said: str
) -> None:
    """Nothing is taken back by a guess."""
    await label(home.anna, "Undo one")

    told = await home.anna("ha_undo", **asked)

    assert told.text.startswith(said)
    assert await home.labels() == {"Undo one"}


async def test_something_new_goes_also_when_it_was_switched_off_meanwhile(home: Home) -> None:
    """Whether it is on, or where it stands in a list, is not what was made."""
    made = await home.anna(
        "ha_config_set",
        kind="automation",
        id="undo_new",
        config={
            "alias": "Undo new",
            "triggers": [{"trigger": "time", "at": "07:00:00"}],
            "actions": [{"delay": 1}],
        },
    )
    off = await home.bert(
        "ha_call_action",
        action="automation.turn_off",
        target={"entity_id": ["automation.undo_new"]},
    )

    undone = await home.anna("ha_undo", changes=["last"])

    assert not made.failed, made.text
    assert not off.failed, off.text
    assert not undone.failed, undone.text
    assert "undo_new" not in {row.id for row in await home.store.all("automation")}


async def test_what_cannot_be_brought_back_whole_is_said_before_and_after(home: Home) -> None:
    """Of a helper that somebody else set up; of our own the journal knows the rest."""
    config = {"name": "Undo own", "state": "{{ 1 }}"}
    await home.anna("ha_config_set", kind="helper", variant="template/sensor", config=config)

    foreign = await home.anna(
        "ha_config_remove", kind="helper", ids=["Mean temperature"], preview=True
    )
    own = await home.anna("ha_config_remove", kind="helper", ids=["Undo own"], preview=True)
    gone = await home.anna("ha_config_remove", kind="helper", ids=["Mean temperature"])

    assert "cannot be brought back whole" in foreign.text
    assert "cannot be brought back whole" in gone.text
    assert not own.failed
    assert "brought back" not in own.text
