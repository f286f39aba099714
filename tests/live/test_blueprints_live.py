"""Blueprints on a real Core, made in the ways that only blueprints are made."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestServer

from ha_mcp.documents import Edit, Store, Wish
from ha_mcp.home import Home
from ha_mcp.problems import Conflict, Invalid, Rejected
from lab.core import RunningCore, running_core
from live.documents import ME, documents, remove, undo

pytestmark = pytest.mark.live

FOLLOW = "automation/lab/follow_motion.yaml"
TEXT = """
blueprint:
  name: Case bell
  domain: script
  input:
    who:
      selector:
        text:
    volume:
      default: 3
sequence:
  # what a person wrote beside it
  - action: notify.persistent_notification
    data:
      message: !input who
      title: !input volume
"""


@pytest_asyncio.fixture(scope="module")
async def core() -> AsyncIterator[RunningCore]:
    """Run the small home."""
    async with running_core(home="demo") as running:
        yield running


@pytest_asyncio.fixture(scope="module")
async def opened_store(
    core: RunningCore, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[tuple[Store, Home]]:
    """Open the documents of the small home."""
    async with documents(core, tmp_path_factory.mktemp("journal")) as both:
        yield both


@pytest.fixture(scope="module")
def store(opened_store: tuple[Store, Home]) -> Store:
    """Return the store."""
    return opened_store[0]


async def test_the_whole_body_is_read_though_core_tells_only_the_head(store: Store) -> None:
    """Inputs stand where they stand in the file."""
    body = (await store.get("blueprint", "Light follows motion")).snapshot.body

    assert body["blueprint"]["input"]["no_motion_wait"]["default"] == 120
    assert body["triggers"][0]["entity_id"] == "!input motion_entity"
    assert body["actions"][0] == {"action": "light.turn_on", "target": "!input light_target"}


async def test_a_text_becomes_a_body_and_undo_brings_a_removed_one_back(store: Store) -> None:
    """Written once as YAML, read and patched as every other document."""
    wish = Wish(Edit(config={"yaml": TEXT}), id="script/case/bell.yaml")
    plan = await store.plan_set("blueprint", [wish], may_shrink=False)

    made = await store.write(plan, ME, "")
    document = await store.get("blueprint", "script/case/bell.yaml")
    removed = await remove(store, document)
    back = await undo(store, removed.change)
    after = await store.get("blueprint", document.id)
    await undo(store, removed.change, back.change, made.change)

    assert made.written[0].unlike == ()
    assert document.snapshot.body["sequence"][0]["data"]["message"] == "!input who"
    assert document.snapshot.name == "Case bell"
    assert after.etag == document.etag


async def test_an_address_is_imported_under_the_path_that_core_suggests(store: Store) -> None:
    """The preview has fetched it: what is applied is what was seen."""

    async def serve(_request: web.Request) -> web.Response:
        return web.Response(text=TEXT)

    pages = web.Application()
    pages.router.add_get("/bell.yaml", serve)
    async with TestServer(pages) as server:
        wish = Wish(Edit(config={"url": str(server.make_url("/bell.yaml"))}))
        preview = await store.preview(
            await store.plan_set("blueprint", [wish], may_shrink=True), ME
        )
    made = await store.apply("set", preview.id, ME, "")
    document = await store.get("blueprint", made.written[0].id)
    await undo(store, made.change)

    assert document.id == "script/127.0.0.1/bell.yaml"
    assert document.snapshot.body["blueprint"]["source_url"].endswith("/bell.yaml")
    assert made.written[0].unlike == ()


async def test_its_inputs_are_described_where_it_is_used(store: Store) -> None:
    """What has no default is needed."""
    described = await store.describe("blueprint", FOLLOW)

    assert {one.name: one.required for one in described.fields} == {
        "motion_entity": True,
        "light_target": True,
        "no_motion_wait": False,
    }
    assert described.example["use_blueprint"]["path"] == "lab/follow_motion.yaml"


async def test_what_is_in_use_stays_and_a_path_is_taken_once(store: Store) -> None:
    """Core says which it is."""
    document = await store.get("blueprint", FOLLOW)
    again = {"yaml": TEXT.replace("script", "automation"), "path": FOLLOW}

    with pytest.raises(Rejected, match="in use"):
        await remove(store, document)
    with pytest.raises(Conflict):
        await store.plan_set("blueprint", [Wish(Edit(config=again))], may_shrink=False)


async def test_what_cannot_be_a_blueprint_is_refused_before_it_is_sent(store: Store) -> None:
    """With what is missing."""
    head = {"name": "Case", "domain": "automation"}
    bodies: list[dict[str, object]] = [
        {"triggers": []},
        {"blueprint": {"name": "Case", "domain": "light"}},
        {"blueprint": head, "triggers": [{"trigger": "!input unknown"}], "actions": []},
        {"yaml": TEXT},
    ]
    for body in bodies:
        with pytest.raises(Invalid):
            await store.plan_set("blueprint", [Wish(Edit(config=body))], may_shrink=False)


async def test_one_that_hides_inputs_is_read_in_part_and_left_alone(
    core: RunningCore, store: Store
) -> None:
    """Core fills in what is hidden by itself, so its body cannot be told apart."""
    folder = core.config_dir / "blueprints" / "script"
    folder.mkdir(exist_ok=True, parents=True)
    hiding = TEXT.replace("default: 3", "default: 3\n      visible: false")
    (folder / "hiding.yaml").write_text(hiding)

    document = await store.get("blueprint", "script/hiding.yaml")

    assert "conditions" in document.snapshot.fixed
    assert list(document.snapshot.body) == ["blueprint"]


async def test_one_that_core_cannot_load_is_listed(core: RunningCore, store: Store) -> None:
    """With why."""
    folder = core.config_dir / "blueprints" / "script"
    folder.mkdir(exist_ok=True, parents=True)
    (folder / "broken.yaml").write_text("sequence: []")

    document = await store.get("blueprint", "script/broken.yaml")

    assert "cannot load" in document.snapshot.fixed
