"""Items in packages, in included folders and without an id: read, never edited, never doubled."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from ha_mcp.documents import Edit, Store, Wish
from ha_mcp.home import Home
from ha_mcp.problems import Conflict, Unsupported
from lab.core import running_core
from live.documents import CASES, ME, documents, make

pytestmark = pytest.mark.live

PACKAGE = """
automation:
  - id: pack_named
    alias: Pack named
    triggers: [{trigger: sun, event: sunset}]
    actions: [{delay: 1}]
  - alias: Pack nameless
    triggers: [{trigger: sun, event: sunrise}]
    actions: [{delay: 2}]
script:
  pack_script:
    alias: Pack script
    sequence: [{delay: 3}]
scene:
  - id: pack_scene
    name: Pack scene
    entities: {light.bed_light: "on"}
input_number:
  pack_number: {name: Pack number, min: 1, max: 9, step: 2}
timer:
  pack_timer: {name: Pack timer, duration: "00:05:00"}
zone:
  - {name: Pack zone, latitude: 52.1, longitude: 4.1}
"""
IN_A_FOLDER = """
- id: folder_named
  alias: Folder named
  triggers: [{trigger: sun, event: sunset}]
  actions: [{delay: 4}]
"""
NAMELESS = """
- alias: File nameless
  triggers: [{trigger: sun, event: sunset}]
  actions: [{delay: 5}]
"""
SCRIPTS_IN_A_FOLDER = """
folder_script:
  alias: Folder script
  sequence: [{delay: 6}]
"""
INCLUDES = """
automation folder: !include_dir_merge_list automations
script folder: !include_dir_merge_named scripts
scene folder: !include_dir_list scenes
"""
SCENE_IN_A_FOLDER = 'id: folder_scene\nname: Folder scene\nentities: {light.bed_light: "on"}\n'


def _write(config: Path) -> None:
    (config / "packages" / "pack.yaml").write_text(PACKAGE)
    for folder, text in (
        ("automations", IN_A_FOLDER),
        ("scripts", SCRIPTS_IN_A_FOLDER),
        ("scenes", SCENE_IN_A_FOLDER),
    ):
        (config / folder).mkdir()
        (config / folder / "one.yaml").write_text(text)
    with (config / "configuration.yaml").open("a") as file:
        file.write(INCLUDES)
    with (config / "automations.yaml").open("a") as file:
        file.write(NAMELESS)


@pytest_asyncio.fixture(scope="module")
async def layered(
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[tuple[Store, Home, Path]]:
    """Run a home whose items stand in every place that there is."""
    async with running_core(home="demo") as core:
        _write(core.config_dir)
        await core.restart()
        async with documents(core, tmp_path_factory.mktemp("journal")) as (store, home):
            yield store, home, core.config_dir


@pytest.mark.parametrize(
    ("kind", "name", "document_id", "key", "value"),
    [
        ("automation", "Pack named", "pack_named", "actions", [{"delay": 1}]),
        ("automation", "Pack nameless", "automation.pack_nameless", "actions", [{"delay": 2}]),
        ("automation", "Folder named", "folder_named", "actions", [{"delay": 4}]),
        ("automation", "File nameless", "automation.file_nameless", "actions", [{"delay": 5}]),
        ("script", "Pack script", "pack_script", "sequence", [{"delay": 3}]),
        ("script", "Folder script", "folder_script", "sequence", [{"delay": 6}]),
        ("scene", "Pack scene", "pack_scene", "members", ["light.bed_light"]),
        ("scene", "Folder scene", "folder_scene", "members", ["light.bed_light"]),
        ("helper", "Pack number", "input_number.pack_number", "max", 9),
        ("helper", "Pack timer", "timer.pack_timer", "duration", "0:05:00"),
        ("zone", "Pack zone", "zone.pack_zone", "latitude", 52.1),
    ],
)
async def test_what_stands_elsewhere_is_read_and_says_so(
    layered: tuple[Store, Home, Path],
    kind: str,
    name: str,
    document_id: str,
    key: str,
    value: Any,
) -> None:
    """It is listed once, its body is read, and nothing here edits or removes it."""
    store, _, _ = layered
    rows = [row for row in await store.all(kind) if row.name == name]

    document = await store.get(kind, name)
    by_id = await store.get(kind, document_id)
    wish = Wish(Edit(merge={"icon": "mdi:star"}), id=document.id, etag=document.etag)
    with pytest.raises(Unsupported, match=r"included file|package|YAML|yaml") as caught:
        await store.plan_set(kind, [wish], may_shrink=False)
    with pytest.raises(Unsupported):
        await store.plan_remove(kind, [document.id], "")

    assert [row.id for row in rows] == [document.id] == [by_id.id] == [document_id]
    assert document.snapshot.body[key] == value
    assert caught.value.message


@pytest.mark.parametrize(
    ("kind", "document_id"),
    [
        ("automation", "pack_named"),
        ("automation", "folder_named"),
        ("script", "pack_script"),
        ("script", "folder_script"),
        ("scene", "folder_scene"),
        ("helper", "input_number.pack_number"),
    ],
)
async def test_no_second_copy_shadows_it(
    layered: tuple[Store, Home, Path], kind: str, document_id: str
) -> None:
    """A new one under its id is refused, and no file of Core's editor gets a line."""
    store, _, config = layered
    case = next(one for one in CASES if one.kind == kind)
    variant = document_id.partition(".")[0] if kind == "helper" else ""
    before = [(config / f"{one}s.yaml").read_bytes() for one in ("automation", "script", "scene")]

    with pytest.raises((Unsupported, Conflict)):
        await store.plan_set(
            kind,
            [Wish(Edit(config=case.config), id=document_id, variant=variant)],
            may_shrink=False,
        )

    after = [(config / f"{one}s.yaml").read_bytes() for one in ("automation", "script", "scene")]
    assert after == before


async def test_a_new_one_beside_them_leaves_them_alone(
    layered: tuple[Store, Home, Path],
) -> None:
    """What Core's editor does to a neighbour without an id is said, and its body stays."""
    store, _, _ = layered
    names = ["Pack named", "Pack nameless", "Folder named", "File nameless"]
    bodies = [(await store.get("automation", one)).snapshot.body for one in names]

    made = await make(store, next(one for one in CASES if one.kind == "automation"))

    after = [(await store.get("automation", one)).snapshot.body for one in names]
    assert made.written[0].unlike == ()
    assert after == bodies


async def test_where_the_editor_s_file_is_not_loaded_nothing_is_left_in_it(tmp_path: Path) -> None:
    """A home whose automations stand in a folder alone: refused with what would help."""
    async with running_core(home="demo") as core:
        folder = core.config_dir / "automations"
        folder.mkdir()
        (folder / "one.yaml").write_text(IN_A_FOLDER)
        file = core.config_dir / "configuration.yaml"
        text = file.read_text().replace(
            "automation: !include automations.yaml",
            "automation: !include_dir_merge_list automations",
        )
        file.write_text(text)
        await core.restart()
        async with documents(core, tmp_path) as (store, _):
            case = next(one for one in CASES if one.kind == "automation")
            plan = await store.plan_set(
                "automation", [Wish(Edit(config=case.config))], may_shrink=False
            )
            with pytest.raises(Unsupported, match="does not load") as caught:
                await store.write(plan, ME, "tried")
            rows = [row.name for row in await store.all("automation")]
        left = (core.config_dir / "automations.yaml").read_text()

    assert "Case light" not in left
    assert "Case light" not in rows
    assert "!include automations.yaml" in str(caught.value.hint)
