"""The tools are spoken in both eras of the protocol, and failures are answers a model can read."""

import logging
import time
from base64 import b64decode

import mcp.types as t
import pytest
from mcp import Client, MCPError

from .edges import Edge, running, server_of_tests
from .tools_for_tests._bell import Bell
from .tools_for_tests.show import PIXEL

ERAS = ["legacy", "2026-07-28", "auto"]


def _text(result: t.CallToolResult) -> str:
    (content,) = result.content
    assert isinstance(content, t.TextContent)
    return content.text


@pytest.mark.parametrize("era", ERAS)
async def test_a_client_of_either_era_lists_and_calls(edge: Edge, era: str) -> None:
    """One address serves them all."""
    async with Client(edge.url, mode=era) as client:
        listed = await client.list_tools()
        result = await client.call_tool("ha_echo", {"words": "hello", "times": 2})

    assert [tool.name for tool in listed.tools] == sorted(tool.name for tool in listed.tools)
    assert (_text(result), result.is_error) == ("hello hello", False)
    assert result.structured_content is None


@pytest.mark.parametrize("era", ["legacy", "auto"])
async def test_the_server_says_what_it_is_and_offers_tools_only(edge: Edge, era: str) -> None:
    """Whoever announces prompts or resources is asked for them."""
    async with Client(edge.url, mode=era) as client:
        assert client.server_info is not None
        assert (client.server_info.name, client.server_info.version) == ("ha-mcp", "1.2.3")
        assert client.server_info.title == "Tests"
        assert client.instructions == "Only for tests."
        offered = client.server_capabilities.model_dump(exclude_none=True)

    assert offered == {"tools": {"list_changed": False}}


async def test_the_list_may_be_kept_for_an_hour(edge: Edge) -> None:
    """It changes only with the version of the server."""
    async with Client(edge.url, mode="2026-07-28") as client:
        listed = await client.list_tools()

    assert (listed.ttl_ms, listed.cache_scope) == (3_600_000, "private")


@pytest.mark.parametrize("era", ERAS)
async def test_an_unknown_tool_is_an_error_that_names_the_nearest(edge: Edge, era: str) -> None:
    """A typo in a tool's name is one round trip, not a guess."""
    async with Client(edge.url, mode=era) as client:
        with pytest.raises(MCPError) as caught:
            await client.call_tool("ha_ecko", {})

    assert caught.value.code == t.INVALID_PARAMS
    assert "There is no tool 'ha_ecko'. Nearest: ha_echo" in caught.value.message


@pytest.mark.parametrize("era", ERAS)
async def test_an_unknown_argument_is_an_answer_that_names_the_nearest(
    edge: Edge, era: str
) -> None:
    """The model reads it and repairs the call."""
    async with Client(edge.url, mode=era) as client:
        result = await client.call_tool("ha_echo", {"wordz": "hello"})

    assert result.is_error
    assert _text(result).startswith("invalid: There is no argument 'wordz'\nNearest: words")


async def test_a_problem_is_an_answer_with_its_code(edge: Edge) -> None:
    """Codes are stable, sentences are not."""
    async with Client(edge.url) as client:
        result = await client.call_tool("ha_refuse", {})

    assert result.is_error
    assert _text(result).startswith("not_found: There is no area 'kichen'\nNearest: kitchen")


async def test_a_bug_gives_an_incident_and_nothing_of_the_inside(
    edge: Edge, caplog: pytest.LogCaptureFixture
) -> None:
    """The owner finds the traceback in the log under the same number; the model never sees it."""
    async with Client(edge.url) as client:
        with caplog.at_level(logging.ERROR, "edge"):
            result = await client.call_tool("ha_stumble", {})

    text = _text(result)
    assert result.is_error
    assert "secret of the house" not in text
    assert "Traceback" not in text
    assert text.rpartition(" ")[2] in caplog.text
    assert "a secret of the house" in caplog.text


async def test_a_call_that_takes_too_long_is_given_up() -> None:
    """No client waits for ever, and the model is told that it may have happened."""
    async with running(seconds=0.05) as edge, Client(edge.url) as client:
        result = await client.call_tool("ha_wait", {})

        assert edge.bell.stopped.is_set()
    assert result.is_error
    assert _text(result).startswith("timeout: ha_wait took longer than 0.05 s")


async def test_a_picture_is_image_content_beside_its_caption(edge: Edge) -> None:
    """Models see images only as image content."""
    async with Client(edge.url) as client:
        result = await client.call_tool("ha_show", {})

    words, picture = result.content
    assert isinstance(words, t.TextContent)
    assert isinstance(picture, t.ImageContent)
    assert (words.text, picture.mime_type) == ("a pixel", "image/png")
    assert b64decode(picture.data) == PIXEL


@pytest.mark.parametrize("era", ERAS)
async def test_the_log_names_the_client_that_introduced_itself(
    era: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Over a lasting connection every era says once or always who is there."""
    who = t.Implementation(name="tester", version="9")
    with caplog.at_level(logging.INFO, "edge"):
        async with Client(server_of_tests(Bell()), mode=era, client_info=who) as client:
            await client.call_tool("ha_echo", {"words": "hello"})

    assert "ha_echo by tester: 5 characters" in caplog.text


async def test_the_log_names_a_stateless_client_by_its_user_agent(
    edge: Edge, caplog: pytest.LogCaptureFixture
) -> None:
    """The older era introduces itself in another request, which nobody remembers."""
    edge.http.headers["User-Agent"] = "claude-code/2.1 (cli)"
    with caplog.at_level(logging.INFO, "edge"):
        await edge.call("ha_echo", words="hello")

    assert "ha_echo by claude-code" in caplog.text


async def test_listing_is_fast(edge: Edge) -> None:
    """Clients list at every start; ten milliseconds is the budget with all tools of the product."""
    message = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    await edge.http.post(edge.url, json=message)

    started = time.perf_counter()
    await edge.http.post(edge.url, json=message)

    assert time.perf_counter() - started < 0.1  # ten times the budget: the machine may be busy
