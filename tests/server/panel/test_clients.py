"""The page Clients tells who may come in, and the owner decides it there without a command line."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from fakes.house import FakeHouse
from ha_mcp.access.asked import Asked
from ha_mcp.access.grants import Grant, Only
from ha_mcp.access.scopes import Scope, up_to
from ha_mcp.access.store import KeptGrant
from ha_mcp.journal import Intent, Journal
from ha_mcp.private_urls import FILE, of_option
from server.panel.looking import BASE, Page, Panel, panel_of

SCRIPT = "<script>alert('1')</script>"
SHOWN = re.compile(r"<pre>http://192\.168\.1\.20:19583/(private_[\w-]{22})</pre>")
NEW = "clients/new"


@pytest_asyncio.fixture
async def panel(tmp_path: Path) -> AsyncIterator[Panel]:
    """Open the panel of a house with two areas, where nobody was let in yet."""
    house = FakeHouse()
    house.add_area("kitchen", "Kitchen & pantry")
    house.add_area("bath", "Bath")
    house.registry["label"].append({"label_id": "kids", "name": SCRIPT})
    house.add("light.bed")
    async with panel_of(house, tmp_path) as panel:
        yield panel


async def let_in(panel: Panel, its_id: str = "abcd1111", **more: object) -> KeptGrant:
    """Let an assistant in by a login."""
    facts = {
        "client_id": "client_x",
        "client_name": "Claude",
        "user_id": "u1",
        "user_name": "Paula",
        "scopes": (Scope.READ, Scope.CONTROL),
        "created": panel.parts.now() - 3 * 86400.0,
        "expires": None,
        "issuer": "https://home.example",
        "resource": "https://home.example/mcp",
    }
    kept = KeptGrant(id=its_id, **(facts | more))  # type: ignore[arg-type] # of facts above
    await panel.logins.add_grant(kept, panel.parts.now() + 1e6)
    return kept


async def made(panel: Panel, name: str = "Tablet", **fields: str) -> Page:
    """Make an address on the panel."""
    form = await panel.browser.get(NEW)
    asked = {"name": name, "access": "read", "where": "whole", "days": "", "further": ""}
    return await panel.browser.send(form, **(asked | fields))


async def led_in(panel: Panel, page: Page) -> Grant | None:
    """Return what the address admits to that a page shows."""
    found = SHOWN.search(page.html)
    assert found is not None, page.text
    return await panel.addresses.find(found[1])


async def names(panel: Panel) -> set[str]:
    """Return who may come in."""
    addresses = {one.address.name for one in await panel.addresses.listed()}
    return addresses | {one.grant.client_name for one in await panel.logins.grants()}


async def test_where_nobody_was_let_in_that_is_said(panel: Panel) -> None:
    """And there is nobody to shut out."""
    page = await panel.browser.get("clients")

    assert "Nobody was let in" in page.text
    assert "Shut everybody out" not in page.text


async def test_logins_and_addresses_are_listed_with_what_they_may(panel: Panel) -> None:
    """Who, by whom, which rights, where, when it was used, and until when."""
    await let_in(panel, only=Only(areas=frozenset({"kitchen"})))
    await panel.logins.used("abcd1111")
    await made(panel, access="admin", days="7")

    page = await panel.browser.get("clients")

    assert "Tablet further private address look, switch and set, configure, remove and" in page.text
    assert "the whole home never in 6 days" in page.text
    assert "Claude let in by Paula look, switch and set area:kitchen now never" in page.text


async def test_an_address_is_shown_whole_and_only_once(panel: Panel) -> None:
    """As it is to be copied; of it only a hash is kept."""
    page = await made(panel, access="control", days="7")
    grant = await led_in(panel, page)
    again = await panel.browser.get("clients")

    assert grant is not None
    assert (grant.client_name, grant.scopes) == ("Tablet", up_to(Scope.CONTROL))
    assert grant.expires is not None
    assert grant.expires - grant.created == pytest.approx(7 * 86400, abs=60)
    assert grant.only is None
    assert "private_" not in again.html


async def test_an_address_is_made_for_a_part_of_the_home(panel: Panel) -> None:
    """By boxes with the names of areas and labels, and by words for the rest."""
    form = await panel.browser.get(NEW)
    fields = {"area:kitchen": "on", "label:kids": "on", "further": "light.bed, area:attic"}
    page = await made(panel, where="part", **fields)
    grant = await led_in(panel, page)

    assert "Kitchen & pantry" in form.text
    assert grant is not None
    assert grant.only == Only(
        areas=frozenset({"attic", "kitchen"}),
        labels=frozenset({"kids"}),
        entities=frozenset({"light.bed"}),
    )
    assert "Not in your home at the moment: area:attic" in page.text


async def test_without_the_supervisor_the_path_is_shown(panel: Panel) -> None:
    """The address was made, so it must not be lost."""
    panel.supervisor.address = "169.254.1.2/16"
    page = await made(panel)

    found = re.search(r"<pre>/(private_[\w-]{22})</pre>", page.html)
    assert found is not None
    assert await panel.addresses.find(found[1]) is not None
    assert "takes the place of the path" in page.text


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        ({"name": " "}, "is no name"),
        ({"name": "a" * 65}, "is no name"),
        ({"access": "everything"}, "is no right"),
        ({"days": "0"}, "0 days are not possible"),
        ({"days": "-1"}, "'-1' is no number of days"),
        ({"days": "9" * 5000}, "is no number of days"),
        ({"where": ""}, "It has to be said which part"),
        ({"where": "part"}, "It has to be said which part"),
        ({"where": "part", "further": "all"}, "It has to be said which part"),
        ({"where": "part", "further": "kitchen"}, "'kitchen' is no part of a home"),
        ({"where": "whole", "further": "light.bed"}, "The whole home was chosen, and a part"),
        ({"name": "Phone"}, "There is an address with the name 'Phone'"),
    ],
)
async def test_what_is_not_clear_lets_nobody_in(
    panel: Panel, fields: dict[str, str], complaint: str
) -> None:
    """Least of all to the whole home."""
    await made(panel, name="Phone")
    page = await made(panel, **fields)

    assert page.status in {400, 409}
    assert complaint in page.text
    assert await names(panel) == {"Phone"}


async def test_one_is_shut_out_after_a_question(panel: Panel) -> None:
    """Looking at the question does nothing; the answer counts at once."""
    await let_in(panel)
    page = await made(panel)
    listed = await panel.browser.get("clients")
    question = await panel.browser.get(listed.link("Shut out"))
    before = await names(panel)
    after = await panel.browser.send(question)

    assert "Shut Tablet out?" in question.text
    assert before == {"Tablet", "Claude"}
    assert "Tablet is shut out" in after.text
    assert await led_in(panel, page) is None
    assert await names(panel) == {"Claude"}


async def test_a_login_ends_at_once(panel: Panel) -> None:
    """The server's own memory of it included."""
    kept = await let_in(panel)
    known = await panel.logins.grant(kept.id)
    question = await panel.browser.get(f"clients/{kept.id}/out")
    await panel.browser.send(question)

    assert known is not None
    assert await panel.logins.grant(kept.id) is None


async def test_all_are_shut_out_after_a_question(panel: Panel) -> None:
    """When somebody does not know who it was."""
    await let_in(panel)
    await made(panel)
    listed = await panel.browser.get("clients")
    question = await panel.browser.get(listed.link("Shut everybody out"))
    after = await panel.browser.send(question)

    assert "That ends 2 ways in" in question.text
    assert "2 shut out" in after.text
    assert await names(panel) == set()


async def test_one_is_kept_to_a_part_and_has_the_whole_home_again(panel: Panel) -> None:
    """What it was kept to is what the form shows."""
    kept = await let_in(panel)
    form = await panel.browser.get(f"clients/{kept.id}")
    narrow = {"where": "part", "area:bath": "on", "further": "light.bed area:attic"}
    page = await panel.browser.send(form, **narrow)
    narrowed = await panel.logins.grant(kept.id)
    again = await panel.browser.send(page, where="whole", further="")
    whole = await panel.logins.grant(kept.id)

    assert "Claude has only area:attic area:bath light.bed now" in page.text
    assert '<input type="checkbox" name="area:bath" checked>' in page.html
    assert 'value="area:attic light.bed"' in page.html
    assert narrowed is not None
    assert narrowed.only == Only(
        areas=frozenset({"attic", "bath"}), entities=frozenset({"light.bed"})
    )
    assert "Claude has the whole home now" in again.text
    assert whole is not None
    assert whole.only is None


async def test_what_one_changed_is_a_click_away(panel: Panel, tmp_path: Path) -> None:
    """The journal has the begin of the id behind the name."""
    kept = await let_in(panel)
    journal = Journal(tmp_path / "journal.db")
    intents = [Intent("label", "l1", "Holiday", None, {"body": {}})]
    for client in (f"Claude of Paula #{kept.id[:8]}", "Claude of Paula #ffff2222", "Claude"):
        await journal.intend(client, "set", "", intents)
    await journal.close()
    one = await panel.browser.get(f"clients/{kept.id}")
    changes = await panel.browser.get(one.link("what it changed"))

    assert one.html.count("what it changed") == 1
    assert "create label Holiday" in changes.text
    assert changes.html.count('<a href="' + BASE + "/changes/c") == 1


async def test_an_address_of_the_option_is_changed_there(panel: Panel, tmp_path: Path) -> None:
    """To shut it out cannot wait for that, and what comes of it is said."""
    await of_option([Asked(name="Wall", right="read")], tmp_path / FILE, panel.addresses)
    [kept] = await panel.addresses.listed()
    listed = await panel.browser.get("clients")
    one = await panel.browser.get(f"clients/{kept.address.id}")
    question = await panel.browser.get(f"clients/{kept.address.id}/out")
    refused = await panel.browser.send(
        question, f"clients/{kept.address.id}", where="part", further="light.bed"
    )
    await panel.browser.send(question)

    assert "address of the option private_urls: it is ended there" in listed.text
    assert not one.button()
    assert "is set in the option private_urls" in one.text
    assert "at the next start its name gets another one" in question.text
    assert (refused.status, "Change it there" in refused.text) == (409, True)
    assert await names(panel) == set()


@pytest.mark.parametrize("path", ["clients/abcd9999", "clients/abcd9999/out"])
async def test_who_is_gone_is_not_found(panel: Panel, path: str) -> None:
    """Somebody else may have been quicker."""
    page = await panel.browser.get(path)

    assert page.status == 404
    assert "Nobody with this id is let in any more" in page.text


async def test_no_name_becomes_part_of_a_page(panel: Panel) -> None:
    """Assistants choose their names themselves, and areas have those of people."""
    kept = await let_in(panel, client_name=SCRIPT, user_name=SCRIPT, issuer=SCRIPT)
    await made(panel, name="<b>Tablet</b>")
    seen = [
        await panel.browser.get(path)
        for path in ("clients", NEW, f"clients/{kept.id}", f"clients/{kept.id}/out")
    ]
    question = seen[-1]
    after = await panel.browser.send(question)

    assert [page.path for page in (*seen, after) if "<script" in page.html] == []
    assert [page.path for page in (*seen, after) if "<b>" in page.html] == []
    assert SCRIPT in question.text
    assert f"{SCRIPT} is shut out" in after.text


async def test_many_are_listed_a_page_at_a_time(panel: Panel) -> None:
    """However long their names are; the browser of this test refuses large pages."""
    part = Only(entities=frozenset(f"light.{number:060}" for number in range(500)))
    for number in range(70):
        await let_in(panel, f"a{number:04}", client_name='"' * 2000, only=part)

    first = await panel.browser.get("clients")
    second = await panel.browser.get(first.link("next"))
    third = await panel.browser.get(second.link("next"))
    one = await panel.browser.get("clients/a0007")

    assert "1 to 30 of 70" in first.text
    assert "61 to 70 of 70" in third.text
    assert [page.html.count(">Shut out<") for page in (first, second, third)] == [30, 30, 10]
    assert "and 492 more" in one.text


async def test_the_boxes_of_a_large_home_are_bounded(tmp_path: Path) -> None:
    """What somebody is kept to has a box all the same."""
    house = FakeHouse()
    for number in range(300):
        house.add_area(f"area_{number:03}", f"Room {number:03}")
    async with panel_of(house, tmp_path) as panel:
        kept = await let_in(panel, only=Only(areas=frozenset({"area_299"})))
        page = await panel.browser.get(f"clients/{kept.id}")

    assert page.html.count('type="checkbox"') == 40
    assert '<input type="checkbox" name="area:area_299" checked>' in page.html


async def test_where_nothing_may_be_changed_that_is_said(tmp_path: Path) -> None:
    """Rights that are listed are worth less then."""
    async with panel_of(FakeHouse(), tmp_path, read_only=True) as panel:
        page = await panel.browser.get("clients")

    assert "nobody changes anything now" in page.text


async def test_while_the_home_is_away_parts_are_written(tmp_path: Path) -> None:
    """Access is decided without Home Assistant."""
    house = FakeHouse()
    house.add_area("kitchen", "Kitchen")
    async with panel_of(house, tmp_path) as panel:
        house.cut()
        page = await made(panel, where="part", further="area:kitchen")
        grant = await led_in(panel, page)

    assert grant is not None
    assert grant.only == Only(areas=frozenset({"kitchen"}))
