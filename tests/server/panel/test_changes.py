"""The page Changes tells what was changed, and takes it back without an assistant."""

from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from fakes.house import FakeHouse
from ha_mcp.documents import Store
from ha_mcp.journal import Filter, Intent, Journal, Notes
from ha_mcp.secret import Secret
from server.panel.looking import Page, Panel, panel_of

SCRIPT = "<script>alert('1')</script>"
KEY = "alfa bravo charlie 4711"


@pytest_asyncio.fixture
async def panel(tmp_path: Path) -> AsyncIterator[Panel]:
    """Open the panel of a house whose owner keeps notes, and one secret."""
    house = FakeHouse()
    house.add("light.bed")
    async with panel_of(house, tmp_path, secrets=(Secret(KEY),)) as panel:
        yield panel


async def noted(panel: Panel, text: str, why: str = "") -> str:
    """Let a client write a note; return its id."""
    outcome = await panel.call("ha_config_set", kind="note", config={"text": text}, why=why)
    assert not outcome.failed, outcome.text
    return f"n{len(await panel.store.all('note'))}"


async def rewritten(panel: Panel, note: str, text: str) -> None:
    """Let a client change a note."""
    etag = (await panel.store.get("note", note)).etag
    outcome = await panel.call(
        "ha_config_set", kind="note", id=note, etag=etag, config={"text": text}
    )
    assert not outcome.failed, outcome.text


async def text_of(panel: Panel, note: str) -> str:
    """Return what a note says now."""
    return str((await panel.store.get("note", note)).snapshot.body["text"])


async def written(
    folder: Path,
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any] | None,
    *,
    name: str = "Lamp",
    client: str = "claude",
    kind: str = "automation",
    why: str = "",
) -> str:
    """Put a change into the journal that another process made; return its id."""
    journal = Journal(folder / "journal.db")
    images = [None if one is None else {"body": dict(one)} for one in (before, after)]
    number = await journal.intend(client, "set", why, [Intent(kind, "1", name, *images)])
    await journal.done(number, 0, "1", name, images[1])
    await journal.close()
    return f"c{number}"


async def changes(store: Store) -> list[tuple[str, str]]:
    """Return what was done, and by whom, the newest first."""
    found, _ = await store.changes(Filter(), 0, 100)
    return [(one.what, one.client) for one in found]


async def test_where_nothing_was_changed_that_is_said(panel: Panel) -> None:
    """An empty table tells nothing."""
    page = await panel.browser.get("changes")

    assert "Nothing was changed." in page.text


async def test_changes_are_listed_newest_first(panel: Panel) -> None:
    """With when, what, by whom and why."""
    note = await noted(panel, "The cat sleeps", why="asked at breakfast")
    await rewritten(panel, note, "The cat is awake")

    page = await panel.browser.get("changes")
    first, _, second = page.text.partition("create note")

    assert "set note The cat is awake" in first
    assert "claude asked at breakfast" in second
    assert "Times are those of Europe/Berlin" in page.text


async def test_changes_are_filtered(panel: Panel, tmp_path: Path) -> None:
    """By kind, by client, by days, and by all of them."""
    await noted(panel, "The cat sleeps")
    await written(tmp_path, None, {"n": 1}, client="ChatGPT of Paula #abc")

    of_kind = await panel.browser.get("changes?kind=note")
    of_client = await panel.browser.get("changes?client=ChatGPT+of+Paula+%23abc&kind=")
    today = await panel.browser.get("changes?since=2000-01-01&until=")
    long_ago = await panel.browser.get("changes?since=2000-01-01&until=2000-01-31")
    until_then = await panel.browser.get("changes?until=2000-01-31")
    never = await panel.browser.get("changes?since=whenever")

    assert ("The cat" in of_kind.text, "Lamp" in of_kind.text) == (True, False)
    assert ("The cat" in of_client.text, "Lamp" in of_client.text) == (False, True)
    assert "<option selected>ChatGPT of Paula #abc</option>" in of_client.html
    assert ("The cat" in today.text, "Lamp" in today.text) == (True, True)
    assert "Nothing was changed that fits" in long_ago.text
    assert "Nothing was changed that fits" in until_then.text
    assert (never.status, "'whenever' is not a time" in never.text) == (400, True)


async def test_many_changes_are_listed_a_page_at_a_time(panel: Panel, tmp_path: Path) -> None:
    """However long the names are; the browser of this test refuses large pages."""
    journal = Journal(tmp_path / "journal.db")
    intent = Intent("note", "1", '"' * 5000, None, {"body": {}})
    for number in range(60):
        await journal.intend(f"{'"' * 130}{number}", "set", '"' * 500, [intent])
    await journal.close()

    first = await panel.browser.get("changes?kind=note")
    second = await panel.browser.get(first.link("next"))
    third = await panel.browser.get(second.link("next"))

    assert "1 to 25 of 60" in first.text
    assert "51 to 60 of 60" in third.text
    assert third.link("before") == "changes?kind=note&page=2"


@pytest.mark.parametrize("query", ["page=x", "page=-1", f"page={'9' * 5000}", "page=²"])
async def test_a_page_that_cannot_be_is_refused(panel: Panel, query: str) -> None:
    """Nobody counts that far."""
    page = await panel.browser.get(f"changes?{query}")

    assert page.status == 400


async def test_one_change_is_shown_with_its_differences(panel: Panel) -> None:
    """What was, what is, who did it, and why."""
    note = await noted(panel, "The cat sleeps")
    await rewritten(panel, note, "The cat is awake")

    page = await panel.browser.get("changes/c2")

    assert "c2: set note The cat is awake" in page.text
    assert "By claude" in page.text
    assert '/text - "The cat sleeps" + "The cat is awake"' in page.text
    assert page.link("Take it back") == "changes/c2/undo"


@pytest.mark.parametrize("path", ["changes/c99", "changes/c99/undo"])
async def test_a_change_that_is_not_there_is_not_found(panel: Panel, path: str) -> None:
    """The journal forgets after a while."""
    page = await panel.browser.get(path)

    assert (page.status, "There is no change c99" in page.text) == (404, True)


async def test_undo_shows_first_and_then_does_it(panel: Panel) -> None:
    """In the name of the administrator; the change tells that it was taken back, and by which."""
    note = await noted(panel, "The cat sleeps")
    await rewritten(panel, note, "The cat is awake")
    question = await panel.browser.get("changes/c2/undo")
    between = await text_of(panel, note)
    done = await panel.browser.send(question)
    undone = await panel.browser.get("changes/c2")

    assert '/text - "The cat is awake" + "The cat sleeps"' in question.text
    assert between == "The cat is awake"
    assert await text_of(panel, note) == "The cat sleeps"
    assert "c2 is taken back, as change c3" in done.text
    assert (done.path, done.link("c2")) == ("changes/c3", "changes/c2")
    assert (await changes(panel.store))[0] == ("undo of c2", "panel: Anna")
    assert undone.link("c3") == "changes/c3"
    assert "Take it back" not in undone.text


async def test_undo_of_a_removal_brings_it_back(panel: Panel) -> None:
    """Under its old id."""
    note = await noted(panel, "The cat sleeps")
    await panel.call("ha_config_remove", kind="note", ids=[note])
    question = await panel.browser.get("changes/c2/undo")
    await panel.browser.send(question)

    assert f"create note The cat sleeps ({note})" in question.text
    assert await text_of(panel, note) == "The cat sleeps"


async def test_what_changed_since_shows_both_sides(panel: Panel) -> None:
    """And nothing is written."""
    note = await noted(panel, "The cat sleeps")
    await rewritten(panel, note, "The cat is awake")
    await rewritten(panel, note, "The cat is out")
    page = await panel.browser.get("changes/c2/undo")

    assert page.status == 409
    assert f"The note {note} changed after it. Nothing was written" in page.text
    did, _, since = page.text.partition("since then")
    assert 'c2 did ~1 /text - "The cat sleeps" + "The cat is awake"' in did
    assert '/text - "The cat is awake" + "The cat is out"' in since
    assert page.link("c3") == "changes/c3"
    assert not page.button()
    assert await text_of(panel, note) == "The cat is out"


async def test_what_changed_elsewhere_is_not_looked_for_in_the_journal(
    panel: Panel, tmp_path: Path
) -> None:
    """Somebody used Home Assistant's own pages: here is no later change to take back."""
    note = await noted(panel, "The cat sleeps")
    await rewritten(panel, note, "The cat is awake")
    notes = Notes(tmp_path / "notes.db")
    await notes.put(1, {"text": "The cat is out"})
    await notes.close()
    page = await panel.browser.get("changes/c2/undo")

    assert page.status == 409
    assert "It was not changed through this server" in page.text


async def test_a_change_between_question_and_answer_stops_it(panel: Panel) -> None:
    """What is done is what was shown, or nothing."""
    note = await noted(panel, "The cat sleeps")
    await rewritten(panel, note, "The cat is awake")
    question = await panel.browser.get("changes/c1/undo")
    of_second = await panel.browser.get("changes/c2/undo")
    await rewritten(panel, note, "The cat is out")
    conflict = await panel.browser.send(of_second)
    stale = await panel.browser.send(of_second, "changes/c3/undo")

    assert question.status == 409
    assert (conflict.status, "changed after it" in conflict.text) == (409, True)
    assert (stale.status, "Something changed since the page was made" in stale.text) == (409, True)
    assert await text_of(panel, note) == "The cat is out"


async def test_what_is_undone_already_has_nothing_to_take_back(panel: Panel) -> None:
    """Who sends the same form twice is told."""
    note = await noted(panel, "The cat sleeps")
    await rewritten(panel, note, "The cat is awake")
    question = await panel.browser.get("changes/c2/undo")
    await panel.browser.send(question)
    page = await panel.browser.get("changes/c2/undo")
    again = await panel.browser.send(question)

    assert "c2 was taken back already, by c3" in page.text
    assert "There is nothing to take back" in page.text
    assert not page.button()
    assert again.status == 409
    assert len(await changes(panel.store)) == 3


async def test_what_only_reads_takes_nothing_back(tmp_path: Path) -> None:
    """There is no button, and who sends the form all the same is refused."""
    async with panel_of(FakeHouse(), tmp_path) as panel:
        note = await noted(panel, "The cat sleeps")
        await rewritten(panel, note, "The cat is awake")
        allowed = await panel.browser.get("changes/c2/undo")
    async with panel_of(FakeHouse(), tmp_path, read_only=True) as panel:
        one = await panel.browser.get("changes/c2")
        page = await panel.browser.get("changes/c2/undo")
        form = await panel.browser.get("clients/new")
        seen = allowed.html.partition('name="seen" value="')[2][:32]
        refused = await panel.browser.send(form, "changes/c2/undo", seen=seen)
        now = await text_of(panel, note)

    assert allowed.button()
    assert "It cannot be taken back now: the owner set this server to only read" in one.text
    assert '- "The cat is awake"' in page.text
    assert not page.button()
    assert "Nothing is taken back: the owner" in refused.text
    assert now == "The cat is awake"


async def test_while_the_home_is_away_the_journal_can_be_read(tmp_path: Path) -> None:
    """Undo waits for the home."""
    house = FakeHouse()
    async with panel_of(house, tmp_path) as panel:
        await noted(panel, "The cat sleeps")
        await written(tmp_path, {"a": 1}, {"a": 2}, kind="label")
        house.cut()
        listed = await panel.browser.get("changes")
        one = await panel.browser.get("changes/c2")
        undo = await panel.browser.get("changes/c2/undo")

    assert ("The cat" in listed.text, "/a - 1 + 2" in one.text) == (True, True)
    assert undo.status == 503


SECRETS = [
    ({"code": "4711"}, {"code": "0815"}),
    ({"deep": [{"api_key": "old-0815"}]}, {"deep": [{"api_key": "new-4711"}]}),
    ({"n": 1}, {"deep": [{"code": "4711"}]}),
    ({"url": "http://me:pw4711@nas/"}, {"url": "http://me:pw0815@nas/"}),
    ({"url": f"{'x' * 990}://me:pw4711@nas/"}, {"url": "http://me:pw0815@nas/"}),
    ({"text": f"say {KEY} to open"}, {"text": f'"{KEY}"'}),
    ({f"{KEY}": 1}, {"webhook_id": "w4711", "more": f"{'x' * 989}{KEY}"}),
]


@pytest.mark.parametrize(("before", "after"), SECRETS)
async def test_no_page_shows_a_secret(
    panel: Panel, tmp_path: Path, before: dict[str, Any], after: dict[str, Any]
) -> None:
    """Neither under telling keys nor by its shape nor what is known, wherever it would be cut."""
    words = {"name": f"The {KEY}", "client": f"claude {KEY}", "why": f"because {KEY}"}
    await written(tmp_path, before, after, **words)
    pages = [await panel.browser.get(path) for path in ("changes", "changes/c1")]

    assert [page.status for page in pages] == [200, 200]
    assert [page.path for page in pages if "4711" in page.html or "0815" in page.html] == []
    assert [page.path for page in pages if "alfa" in page.html] == []


async def test_no_page_of_undo_shows_a_secret(panel: Panel) -> None:
    """Neither the question nor both sides of a conflict nor what is said after it."""
    note = await noted(panel, f"The word is {KEY}")
    await rewritten(panel, note, f"It was {KEY}")
    question = await panel.browser.get("changes/c2/undo")
    done = await panel.browser.send(question)
    conflict = await panel.browser.get("changes/c1/undo")
    await rewritten(panel, note, f"Again {KEY}")
    again = await panel.browser.get("changes/c3/undo")
    seen = [question, done, conflict, again]

    assert [page.status for page in seen] == [200, 200, 200, 409]
    assert [page.path for page in seen if "[hidden:" not in page.html] == []
    assert [page.path for page in seen if "alfa" in page.html] == []
    assert await text_of(panel, note) == f"Again {KEY}"


async def test_what_will_not_come_back_is_said_without_secrets(tmp_path: Path) -> None:
    """The light that the note is about is gone meanwhile."""
    house, word = FakeHouse(), Secret("light.bed")
    house.add(word.reveal())
    async with panel_of(house, tmp_path) as panel:
        config = {"text": "It blinks", "entities": [word.reveal()]}
        await panel.call("ha_config_set", kind="note", config=config)
        await panel.call("ha_config_remove", kind="note", ids=["n1"])
        before = await panel.browser.get("changes/c2/undo")
    async with panel_of(FakeHouse(), tmp_path) as panel:
        told = await panel.browser.get("changes/c2/undo")
    async with panel_of(FakeHouse(), tmp_path, secrets=(word,)) as panel:
        page = await panel.browser.get("changes/c2/undo")

    assert "light.bed" in before.text
    assert told.text.partition("This is what it would do")[0].count("light.bed") == 1
    assert "light.bed" not in page.html


async def test_what_goes_wrong_shows_no_secret(panel: Panel) -> None:
    """A sentence may name the value that was wrong."""
    page = await panel.browser.get(f"changes?since={KEY}")

    assert (page.status, "is not a time" in page.text) == (400, True)
    assert "alfa" not in page.text


async def test_what_an_undo_restores_is_whole(panel: Panel) -> None:
    """A mask is for eyes: what was hidden comes back as it was."""
    note = await noted(panel, f"The word is {KEY}")
    await rewritten(panel, note, "There is no word")
    await panel.browser.send(await panel.browser.get("changes/c2/undo"))

    assert await text_of(panel, note) == f"The word is {KEY}"


async def test_nothing_that_was_written_becomes_part_of_a_page(tmp_path: Path) -> None:
    """Names, reasons, bodies, ids and the administrator's own name are all somebody's text."""
    async with panel_of(FakeHouse(), tmp_path, visitor=SCRIPT) as panel:
        note = await noted(panel, SCRIPT, why=SCRIPT)
        await rewritten(panel, note, f"{SCRIPT}!")
        await written(tmp_path, {SCRIPT: SCRIPT}, {SCRIPT: 1}, name=SCRIPT, client=SCRIPT)
        question = await panel.browser.get("changes/c2/undo")
        seen = [
            question,
            await panel.browser.send(question),
            *[await panel.browser.get(path) for path in ("changes", "changes/c3", "changes/c4")],
            await panel.browser.get("changes?kind=<script>&client=<script>"),
        ]

    assert [page.path for page in seen if "<script" in page.html] == []
    assert SCRIPT in seen[0].text


async def test_a_change_of_any_size_is_shown_in_pages(panel: Panel, tmp_path: Path) -> None:
    """The last difference can be reached; the browser of this test refuses large pages."""
    long = '"<' * 4000
    change = await written(
        tmp_path, None, {f"key_{number:03}": f"{number:03}{long}" for number in range(60)}
    )
    page, seen = await panel.browser.get(f"changes/{change}"), list[Page]()
    while "more differences" in page.text:
        seen.append(page)
        page = await panel.browser.get(page.link("more differences"))
    text = " ".join(one.text for one in (*seen, page))

    assert len(seen) > 2
    assert [number for number in range(60) if text.count(f"/key_{number:03} ") != 1] == []


async def test_a_change_of_many_documents_names_each(panel: Panel, tmp_path: Path) -> None:
    """With what became of it."""
    journal = Journal(tmp_path / "journal.db")
    number = await journal.intend(
        "claude",
        "set",
        "",
        [
            Intent("label", f"l{one}", f"Label {one}", None, {"body": {"n": one}})
            for one in range(3)
        ],
    )
    await journal.done(number, 0, "l0", "Label 0", {"body": {"n": 0}})
    await journal.failed(number, 1, "no such color")
    await journal.close()
    page = await panel.browser.get(f"changes/c{number}")

    assert "create label Label 0 and 2 more" in page.text
    assert "not known whether it was applied" in page.text
    assert "label Label 1 (l1) +1 · failed: no such color" in page.text
    assert "label Label 2 (l2) +1 · intended" in page.text
