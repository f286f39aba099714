"""The person decides: who asks, what for, how long; nobody else answers for them."""

import asyncio
import re
from pathlib import Path

import msgspec
import pytest

from ha_mcp.access.oauth.sign_in import Person
from ha_mcp.access.scopes import Scope, up_to

from .assistants import BACK, EVERYTHING, Assistant, came_back, word_of
from .serving import HOME, Running, running

GUEST = Person(user_id="u2", user_name="Gus", is_admin=False)


async def granted(ours: Running) -> frozenset[Scope]:
    """Return the scopes of the only grant."""
    (listed,) = await ours.server.store.grants()
    return frozenset(listed.grant.scopes)


async def test_the_page_says_who_asks_and_where_the_answer_goes(ours: Running) -> None:
    """A name is only a claim; the host is not."""
    claude = await Assistant.registered(ours, client_name="<b>Claude</b> & \"friends'")

    page = await claude.page()

    assert page.status_code == 200
    assert "&lt;b&gt;Claude&lt;/b&gt; &amp; &quot;friends&#x27;" in page.text
    assert "<b>" not in page.text
    assert "<dd>claude.ai</dd>" in page.text
    assert "<dd>Paula</dd>" in page.text


async def test_the_page_runs_nothing_and_sits_in_no_frame(ours: Running) -> None:
    """Who could lay it under another page would get the click."""
    claude = await Assistant.registered(ours)

    page = await claude.page()

    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "form-action 'self' https:" in policy
    assert "unsafe" not in policy
    assert page.headers["X-Frame-Options"] == "DENY"
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert page.headers["Cache-Control"] == "no-store"
    assert "<script" not in page.text
    assert 'name="viewport"' in page.text


async def test_what_cannot_be_taken_back_is_not_ticked_beforehand(ours: Running) -> None:
    """Most people press the button without reading."""
    claude = await Assistant.registered(ours)

    page = await claude.page()

    boxes = dict(re.findall(r'<input type="checkbox" name="([^"]+)"([^>]*)>', page.text))
    assert boxes == {
        "home:read": " checked disabled",
        "home:control": " checked",
        "home:configure": " checked",
        "home:admin": "",
    }


@pytest.mark.parametrize("asked", ["home:read", "home:control", "home:configure", "home:admin"])
async def test_only_what_was_asked_for_can_be_given(ours: Running, asked: str) -> None:
    """With what it includes; a form that says more gives no more."""
    claude = await Assistant.registered(ours)

    await claude.exchange(await claude.code(*EVERYTHING, scope=asked))

    assert await granted(ours) == up_to(Scope(asked))


@pytest.mark.parametrize("asked", ["", "openid profile", "offline_access"])
async def test_who_asks_for_nothing_in_particular_is_offered_everything(
    ours: Running, asked: str
) -> None:
    """The person chooses."""
    claude = await Assistant.registered(ours)

    await claude.exchange(await claude.code("home:control", scope=asked))

    assert await granted(ours) == {Scope.READ, Scope.CONTROL}


async def test_what_is_not_ticked_is_not_given(ours: Running) -> None:
    """Neither by what else is ticked."""
    claude = await Assistant.registered(ours)

    await claude.exchange(await claude.code("home:configure"))

    assert await granted(ours) == {Scope.READ, Scope.CONFIGURE}


async def test_nobody_gives_more_than_they_have(ours: Running) -> None:
    """Who is no administrator can let in to look and to control."""
    ours.door.person = GUEST
    claude = await Assistant.registered(ours)

    page = await claude.page()
    await claude.exchange(came_back(await claude.answer(page, *EVERYTHING))["code"])

    assert "home:configure" not in page.text
    assert await granted(ours) == {Scope.READ, Scope.CONTROL}


@pytest.mark.parametrize(
    ("lasts", "seconds"),
    [("always", None), ("day", 86400), ("week", 7 * 86400), ("month", 30 * 86400)],
)
async def test_the_person_says_how_long(ours: Running, lasts: str, seconds: int | None) -> None:
    """And it ends by itself."""
    claude = await Assistant.registered(ours)

    code = came_back(await claude.answered(lasts=lasts))["code"]
    await claude.exchange(code)

    (listed,) = await ours.server.store.grants()
    expected = None if seconds is None else ours.clock.now + seconds
    assert listed.grant.expires == expected


async def test_a_grant_for_a_day_ends_after_a_day(ours: Running) -> None:
    """The token, and its refresh."""
    claude = await Assistant.registered(ours)
    tokens = (await claude.exchange(came_back(await claude.answered(lasts="day"))["code"])).json()

    ours.clock.now += 86_000
    last = (await claude.refresh(tokens["refresh_token"])).json()
    ours.clock.now += 400
    late = await claude.refresh(last["refresh_token"])

    assert last["expires_in"] == 400
    assert late.json()["error"] == "invalid_grant"


async def test_no_is_told_to_the_client(ours: Running) -> None:
    """With its state, so that it knows which request it was."""
    claude = await Assistant.registered(ours)

    answer = await claude.answered(decision="deny")

    assert answer.headers["Location"].startswith(BACK)
    assert came_back(answer) == {"error": "access_denied", "state": claude.state, "iss": HOME}
    assert await ours.server.store.grants() == []


async def test_a_question_is_answered_once(ours: Running) -> None:
    """Neither the button pressed twice nor the page found again gives another code."""
    claude = await Assistant.registered(ours)
    page = await claude.page()

    first, second = await claude.answer(page), await claude.answer(page)

    assert first.status_code == 303
    assert (second.status_code, "Location" in second.headers) == (400, False)
    assert (await ours.get("/consent", request=word_of(page))).status_code == 400


@pytest.mark.parametrize("word", ["", "x", "A" * 43])
async def test_nobody_answers_who_was_not_asked(ours: Running, word: str) -> None:
    """The word in the form cannot be guessed, so another site cannot send the form."""
    answer = await ours.post("/consent", request=word, decision="allow")

    assert (answer.status_code, "Location" in answer.headers) == (400, False)


@pytest.mark.parametrize("site", ["cross-site", "same-site", "anything"])
async def test_an_answer_from_another_site_is_refused(ours: Running, site: str) -> None:
    """Browsers say where a form was."""
    claude = await Assistant.registered(ours)
    form = {"request": word_of(await claude.page()), "decision": "allow"}

    answer = await ours.http.post("/consent", data=form, headers={"Sec-Fetch-Site": site})

    assert answer.status_code == 403
    assert await ours.server.store.grants() == []


@pytest.mark.parametrize(
    "changed", [{"decision": ""}, {"decision": "maybe"}, {"lasts": "for ever"}]
)
async def test_an_answer_that_is_none_gives_nothing(ours: Running, changed: dict[str, str]) -> None:
    """And the person may answer again."""
    claude = await Assistant.registered(ours)
    page = await claude.page()

    wrong = await claude.answer(page, **changed)
    right = await claude.answer(page)

    assert (wrong.status_code, right.status_code) == (400, 303)


async def test_a_program_on_this_device_is_warned_of(ours: Running) -> None:
    """Any program could listen there."""
    code = await Assistant.registered(ours, "http://localhost:1/callback", client_name="Code")
    claude = await Assistant.registered(ours)

    assert "Any program there could say it is Code" in " ".join((await code.page()).text.split())
    assert "<dd>this device</dd>" in (await code.page()).text
    assert "Any program" not in (await claude.page()).text


async def test_a_client_of_two_places_is_warned_of_where_it_is_a_program(ours: Running) -> None:
    """An editor has a page of its own and a port on this machine."""
    hosted, local = "https://vscode.dev/redirect", "http://127.0.0.1:33418/"
    editor = await Assistant.registered(ours, local, also=(hosted,))
    on_device = await editor.page()
    editor.redirect = hosted
    on_page = await editor.page()

    assert "Any program there" in on_device.text
    assert "Any program there" not in on_page.text


async def test_a_form_may_lead_on_to_a_program(ours: Running) -> None:
    """Browsers apply the policy of the page to where its answer leads."""
    cursor = await Assistant.registered(ours, "cursor://anysphere.cursor-mcp/oauth/callback")

    page = await cursor.page()

    assert "form-action 'self' cursor: https:" in page.headers["Content-Security-Policy"]
    assert "<dd>anysphere.cursor-mcp</dd>" in page.text


async def test_a_client_without_a_name_is_called_so(ours: Running) -> None:
    """An empty heading would look like our own words."""
    nameless = await Assistant.registered(ours, client_name="")

    assert "Let An assistant without a name into Home Assistant?" in (await nameless.page()).text


async def test_what_a_person_brings_is_in_the_token_and_nowhere_else(ours: Running) -> None:
    """The way to their home, with its token."""
    secret = b"https://home.local eyJhbGciOi-long-lived"
    assert ours.door.person is not None
    ours.door.person = Person(user_id="u1", user_name="Paula", is_admin=True, sealed=secret)
    claude = await Assistant.registered(ours)

    tokens = await claude.connected()
    again = (await claude.refresh(tokens["refresh_token"])).json()
    grants = [
        await ours.server.admission.admit(f"Bearer {one['access_token']}", claude.resource)
        for one in (tokens, again)
    ]

    assert [grant.sealed for grant in grants] == [secret, secret]
    (listed,) = await ours.server.store.grants()
    assert b"eyJhbGciOi" not in msgspec.json.encode(listed.grant)
    assert "eyJhbGciOi" not in str(tokens)


async def test_of_two_answers_at_once_one_counts(ours: Running) -> None:
    """Phones are slow, and people press twice."""
    claude = await Assistant.registered(ours)
    page = await claude.page()

    answers = await asyncio.gather(*(claude.answer(page) for _ in range(4)))

    assert sorted(answer.status_code for answer in answers) == [303, 400, 400, 400]
    assert len(await ours.server.store.grants()) == 1


async def test_where_only_looking_is_offered_nothing_else_can_be_given(tmp_path: Path) -> None:
    """A home that is read-only says so from the beginning."""
    offered = frozenset({Scope.READ})
    async with running(tmp_path, offered=offered) as ours:
        claude = await Assistant.registered(ours)
        said = (await ours.get("/.well-known/oauth-authorization-server")).json()
        tokens = await claude.connected()
        header = f"Bearer {tokens['access_token']}"
        grant = await ours.server.admission.admit(header, claude.resource)

    assert said["scopes_supported"] == ["home:read", "offline_access"]
    assert tokens["scope"] == "home:read offline_access"
    assert grant.scopes == offered


async def test_an_account_that_may_give_nothing_of_it_is_told(tmp_path: Path) -> None:
    """There is nothing to press."""
    async with running(tmp_path, offered=frozenset({Scope.ADMIN})) as ours:
        ours.door.person = GUEST
        page = await (await Assistant.registered(ours)).page()

    assert page.status_code == 400
    assert "Your account may give none of what was asked for" in page.text


async def test_a_question_that_lies_about_is_not_asked_any_more(ours: Running) -> None:
    """Half an hour is enough to read it."""
    claude = await Assistant.registered(ours)
    page = await claude.page()
    ours.clock.now += 1801

    assert (await claude.answer(page)).status_code == 400
