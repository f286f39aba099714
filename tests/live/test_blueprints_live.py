"""Blueprints on a real Core, made in the ways that only blueprints are made."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestServer

from ha_mcp.documents import Document, Edit, Store, Wish
from ha_mcp.home import Home
from ha_mcp.home.wire import Core
from ha_mcp.problems import Conflict, Invalid, NotFound, Rejected
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


class Between:
    """Another client that replaces or removes the blueprint before its body is asked for."""

    def __init__(self, wire: Core, text: str | None) -> None:
        """Take the wire, and what is to stand there; nothing when it is to be gone."""
        self._wire = wire
        self._text = text
        self._done = False

    def __getattr__(self, name: str) -> Any:
        """Pass everything else through."""
        return getattr(self._wire, name)

    async def command(self, kind: str, /, **fields: Any) -> Any:
        """Send a command, and be faster once."""
        if kind == "blueprint/substitute" and not self._done:
            self._done = True
            where = {"domain": fields["domain"], "path": fields["path"]}
            await self._wire.command("blueprint/delete", **where)
            if self._text is not None:
                await self._wire.command("blueprint/save", **where, yaml=self._text)
        return await self._wire.command(kind, **fields)


async def read_while(opened_store: tuple[Store, Home], text: str | None) -> Document:
    """Make a blueprint, and read it while another client puts this text in its place."""
    store, home = opened_store
    wish = Wish(Edit(config={"yaml": TEXT}), id="script/case/bell.yaml")
    await store.write(await store.plan_set("blueprint", [wish], may_shrink=False), ME, "")
    wire, home.core = home.core, Between(home.core, text)
    try:
        return await store.get("blueprint", wish.id)
    finally:
        home.core = wire


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


async def test_what_is_removed_while_it_is_read_is_not_found(
    opened_store: tuple[Store, Home],
) -> None:
    """Core tells the head first, and the rest by its inputs."""
    with pytest.raises(NotFound):
        await read_while(opened_store, None)


async def test_what_is_replaced_while_it_is_read_is_read_again(
    opened_store: tuple[Store, Home],
) -> None:
    """The head that was told first has other inputs."""
    seen = await read_while(opened_store, TEXT.replace("who", "whom"))
    await remove(opened_store[0], await opened_store[0].get("blueprint", seen.id))

    assert "whom" in seen.snapshot.body["blueprint"]["input"]
    assert seen.snapshot.body["sequence"][0]["data"]["message"] == "!input whom"


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

    plan = await store.plan_remove("blueprint", [FOLLOW], document.etag)
    users = await store.users(plan.drafts[0])
    with pytest.raises(Conflict, match="in use by automation"):
        await remove(store, document)
    after = await store.get("blueprint", FOLLOW)

    assert [one.path for one in users] == ["/use_blueprint/path"]
    assert after.etag == document.etag
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


USE: dict[str, Any] = {
    "path": "lab/follow_motion.yaml",
    "input": {
        "motion_entity": "binary_sensor.hallway_motion",
        "light_target": {"entity_id": "light.kitchen_lights"},
    },
}


async def test_what_is_made_of_one_is_written_out_and_back(store: Store) -> None:
    """The plain automation keeps its name and place, and undo brings the use back."""
    config = {"alias": "Case follows", "area": "Kitchen", "use_blueprint": USE}
    plan = await store.plan_set("automation", [Wish(Edit(config=config))], may_shrink=False)
    made = await store.write(plan, ME, "")
    document = await store.get("automation", made.written[0].id)
    wish = Wish(Edit(merge={"substitute": True}), id=document.id, etag=document.etag)

    preview = await store.preview(await store.plan_set("automation", [wish], may_shrink=True), ME)
    out = await store.apply("set", preview.id, ME, "")
    plain = (await store.get("automation", document.id)).snapshot.body
    await undo(store, out.change)
    again = await store.get("automation", document.id)
    await undo(store, made.change)

    assert out.written[0].unlike == ()
    assert plain["triggers"][0]["entity_id"] == "binary_sensor.hallway_motion"
    assert plain["actions"][2] == {"delay": 120}
    assert (plain["alias"], plain["area"]) == ("Case follows", "kitchen")
    assert "use_blueprint" not in plain
    assert "substitute" not in plain
    assert again.etag == document.etag


async def test_a_script_is_written_out_at_once(store: Store) -> None:
    """What the blueprint makes can be looked at without making anything."""
    wish = Wish(Edit(config={"yaml": TEXT}), id="script/case/bell.yaml")
    made = await store.write(await store.plan_set("blueprint", [wish], may_shrink=False), ME, "")
    use = {"path": "case/bell.yaml", "input": {"who": "Ann"}}
    config = {"alias": "Case bell", "use_blueprint": use, "substitute": True}

    plan = await store.plan_set("script", [Wish(Edit(config=config))], may_shrink=False)
    await undo(store, made.change)

    after = plan.drafts[0].after
    assert after is not None
    assert after.body["sequence"][0]["data"] == {"message": "Ann", "title": 3}


@pytest.mark.parametrize(
    ("use", "path", "words"),
    [
        (USE | {"path": "lab/folow_motion.yaml"}, "path", "lab/follow_motion.yaml"),
        (USE | {"input": {"motion_entity": "x"}}, "input", "it needs: light_target"),
        (
            USE | {"input": USE["input"] | {"no_motion_wait": {"a": 1}}},
            "input",
            "filled in, /actions",
        ),
        ({"input": {}}, "path", "use_blueprint is"),
    ],
)
async def test_what_a_blueprint_cannot_be_made_of_is_told(
    store: Store, use: dict[str, object], path: str, words: str
) -> None:
    """Before the automation is stored, with the place."""
    wish = Wish(Edit(config={"alias": "Case bad", "use_blueprint": use}))

    plan = await store.plan_set("automation", [wish], may_shrink=False)

    assert [one.path for one in plan.errors] == [f"/use_blueprint/{path}"]
    assert words in f"{plan.errors[0].message} {plan.errors[0].similar}"


async def test_inputs_that_lead_nowhere_are_told(store: Store) -> None:
    """As advice: the entity may be on its way."""
    given = {"motion_entity": "binary_sensor.halway_motion", "light_target": {}, "motoin": 1}
    wish = Wish(Edit(config={"alias": "Case", "use_blueprint": USE | {"input": given}}))

    plan = await store.plan_set("automation", [wish], may_shrink=False)

    assert {one.path for one in plan.advice} == {
        "/use_blueprint/input/motoin",
        "/use_blueprint/input/motion_entity",
    }


@pytest.mark.parametrize(
    "url",
    [
        "http://192.168.1.5/relay/0?turn=on",
        "http://shelly.local/relay/0",
        "http://router/reboot",
        "http://[::1]/x",
        "http://0x7f.1/x",
        "http://192.168.1.5/blueprint.yaml?turn=on",
        "file:///config/secrets.yaml",
        "http://[",
    ],
)
async def test_an_address_that_may_be_a_command_is_not_fetched(store: Store, url: str) -> None:
    """Home Assistant would ask it from inside the home."""
    with pytest.raises(Invalid, match=r"network|address"):
        await store.plan_set("blueprint", [Wish(Edit(config={"url": url}))], may_shrink=False)


async def test_an_address_that_leads_nowhere_is_told(store: Store) -> None:
    """With what to do instead."""
    wish = Wish(Edit(config={"url": "http://127.0.0.1:1/none.yaml"}))

    with pytest.raises(Rejected, match="could not get") as caught:
        await store.plan_set("blueprint", [wish], may_shrink=False)

    assert "yaml" in str(caught.value.hint)


async def test_one_is_overwritten_and_what_it_was_comes_back(store: Store) -> None:
    """By a text; what is made of it is loaded anew."""
    made = await store.write(
        await store.plan_set(
            "blueprint",
            [Wish(Edit(config={"yaml": TEXT}), id="script/case/bell.yaml")],
            may_shrink=False,
        ),
        ME,
        "",
    )
    document = await store.get("blueprint", "script/case/bell.yaml")
    other = Edit(config={"yaml": TEXT.replace("Case bell", "Case gong")})
    wish = Wish(other, id=document.id, etag=document.etag)

    written = await store.write(await store.plan_set("blueprint", [wish], may_shrink=True), ME, "")
    over = await store.get("blueprint", document.id)
    await undo(store, written.change)
    after = await store.get("blueprint", document.id)
    await undo(store, made.change)

    assert over.snapshot.name == "Case gong"
    assert after.etag == document.etag
