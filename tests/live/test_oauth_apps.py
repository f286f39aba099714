"""Both apps as they are installed: an assistant signs in once and stays signed in over restarts.

What a person does is in the first story: start both apps, restart Home Assistant once, copy the
address, sign in. Nobody has chosen anything: this is what a new installation does.
"""

import asyncio
import logging
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from lab.homes import OWNER
from live.clients.emulators.client import Client
from live.clients.emulators.habits import CLAUDE_REGISTERED
from live.clients.emulators.person import Person
from live.clients.emulators.web import Web, internet
from webhook_proxy.options import AppOptions

from .test_proxy import Installed, installed

pytestmark = pytest.mark.live
ADDRESS = re.compile(r"https://home\.example(/api/webhook/mcp_[0-9a-f]{32})")
NEW = AppOptions(remote_url="https://home.example")


@pytest.fixture(scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Installed]:
    """Install both apps beside a Core that knows nothing of them."""
    async with installed(tmp_path_factory.mktemp("data")) as house:
        yield house


@pytest.fixture(scope="module")
async def assistant(house: Installed) -> AsyncIterator[Client]:
    """Do what a person does, and return the assistant that is signed in."""
    async with internet({}) as session, internet({}) as browser:
        person = Person(browser, OWNER["username"], OWNER["password"])

        async def browse(begin: str) -> str:
            return await person.visit(begin, house.core.url)

        async with house.serving(), house.proxying(NEW) as log:
            note = await log.until("Give your assistant this address")
            shown = ADDRESS.search(await log.until("/api/webhook/"))
            await log.until("Restart Home Assistant once")
            await house.core.restart()
            await log.until("Everything works")
            assert shown is not None
            web = Web(session, CLAUDE_REGISTERED.agent)
            client = Client(CLAUDE_REGISTERED, web, house.core.url + shown[1], browse)
            await client.connect()
            found = await searched(client)
        assert "sign in" in note
        assert "light.kitchen_lights" in found
        yield client


async def searched(client: Client) -> str:
    """Search, and do so again as it was told while the server waits for Home Assistant."""
    async with asyncio.timeout(60):
        while True:
            found = str(await client.call("ha_search", query="kitchen lights"))
            if "Retry in a few seconds" not in found:
                return found
            await asyncio.sleep(0.5)


async def used(assistant: Client) -> None:
    """Use what the assistant holds, and have it get new tokens as it does every hour."""
    assert "result" in (await assistant.ask(LIST)).json()
    await assistant.refresh()
    assert "result" in (await assistant.ask(LIST)).json()


LIST = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}


async def test_the_address_alone_admits_nobody(house: Installed, assistant: Client) -> None:
    """That is what a new installation is for."""
    async with house.serving():
        held, assistant.tokens = assistant.tokens, None
        answer = await assistant.ask(LIST)
        assistant.tokens = held

    assert answer.status == 401


async def test_the_server_was_restarted(house: Installed, assistant: Client) -> None:
    """It remembers whom it let in."""
    async with house.serving():
        await used(assistant)
    async with house.serving():
        await used(assistant)


async def test_the_proxy_was_restarted(house: Installed, assistant: Client) -> None:
    """It announces the same again, and is no old installation by now."""
    async with house.serving(), house.proxying(NEW) as log:
        await log.until("Everything works")
        await used(assistant)


async def test_home_assistant_was_restarted(house: Installed, assistant: Client) -> None:
    """What is served on its origin is there again."""
    async with house.serving(), house.proxying(NEW) as log:
        await log.until("Everything works")
        await house.core.restart()
        await log.until("Everything works")
        await used(assistant)


async def test_an_answer_that_never_arrived_is_asked_for_again(
    house: Installed, assistant: Client
) -> None:
    """The connection broke while the tokens were traded: the old one is good a moment longer."""
    async with house.serving():
        assert assistant.tokens is not None
        before = replace(assistant.tokens)
        await assistant.refresh()
        assistant.tokens = before
        await used(assistant)


async def test_no_secret_is_in_any_log(
    house: Installed, assistant: Client, caplog: pytest.LogCaptureFixture
) -> None:
    """Neither what the assistant holds nor what opened it."""
    caplog.set_level(logging.DEBUG)
    async with house.serving():
        await used(assistant)

    said = caplog.text + house.core.log()
    assert assistant.tokens is not None
    for secret in (assistant.tokens.access, assistant.tokens.refresh):
        assert secret is not None
        assert secret not in said
    key = (house.data / "server" / "access_key").read_text().strip()
    assert key not in said


async def test_access_that_the_owner_takes_back_has_ended(
    house: Installed, assistant: Client, tmp_path: Path
) -> None:
    """Without what is remembered, nobody is let in: a copy of a token opens nothing."""
    (house.data / "server" / "access.db").rename(tmp_path / "access.db")
    for rest in (house.data / "server").glob("access.db-*"):
        rest.unlink()

    async with house.serving():
        answer = await assistant.ask(LIST)

    assert answer.status == 401
