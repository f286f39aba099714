"""What clients see of the tools is committed, bounded, and the same for all tools.

``UPDATE_CONTRACTS=1`` writes the contracts anew: the difference is what has to be reviewed.
"""

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from ha_mcp import tools
from ha_mcp.documents import Remembered, Store
from ha_mcp.home import Home
from ha_mcp.toolkit import Call, Catalog, Client, Outcome
from ha_mcp.web.asgi import asgi_app
from ha_mcp.web.origins import Origins
from ha_mcp.web.protocol import About, mcp_server
from lab.tokens import count

CONTRACTS = Path(__file__).parent / "tools"
CATALOG = Catalog.discover(tools)
NAMES = [tool.name for tool in CATALOG]
MOST_TOKENS = 4_300
LOOKING_AND_ACTING = frozenset(
    "ha_get_overview ha_search ha_get_state ha_list_actions ha_call_action ha_eval_template "
    "ha_get_history ha_fire_event ha_get_image ha_get_references".split()
)
MOST_TOKENS_TO_LOOK_AND_ACT = 2_200
LIST = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}

type Contract = dict[str, Any]


async def _nothing(_: Call) -> Outcome:
    return Outcome("")


@pytest.fixture(scope="module")
async def listed() -> list[Contract]:
    """Return the list of tools as a client receives it."""
    about = About(name="t", title="T", version="0", instructions="")
    app = asgi_app(
        mcp_server(CATALOG, _nothing, {}, about),
        path="/mcp",
        origins=Origins(on_loopback=True, secret=True),
        health=dict,
    )
    transport = httpx2.ASGITransport(app)
    async with (
        app.router.lifespan_context(app),
        httpx2.AsyncClient(transport=transport, base_url="http://localhost") as http,
    ):
        answer = await http.post("/mcp", json=LIST)
    found: list[Contract] = answer.json()["result"]["tools"]
    return found


@pytest.mark.parametrize("name", NAMES)
def test_the_contract_is_the_committed_one(name: str, listed: list[Contract]) -> None:
    """Names and arguments of tools are an interface that others built on."""
    file = CONTRACTS / f"{name}.json"
    contract = next(one for one in listed if one["name"] == name)
    text = json.dumps(contract, indent=2, ensure_ascii=False) + "\n"
    if os.environ.get("UPDATE_CONTRACTS"):
        file.write_text(text, encoding="utf-8")

    assert file.exists(), "run the tests once with UPDATE_CONTRACTS=1 and commit the file"
    assert json.loads(file.read_text(encoding="utf-8")) == contract


def test_no_contract_is_left_of_a_tool_that_is_gone() -> None:
    """A released name stays, at least as an alias."""
    assert {file.stem for file in CONTRACTS.glob("*.json")} == set(NAMES)


def test_the_whole_list_fits_its_budget(listed: list[Contract]) -> None:
    """Every client pays for it at every start."""
    assert _tokens(listed) <= MOST_TOKENS


def test_what_looks_and_acts_costs_few_tokens(listed: list[Contract]) -> None:
    """The tools that every conversation uses."""
    used = [one for one in listed if one["name"] in LOOKING_AND_ACTING]

    assert len(used) == len(LOOKING_AND_ACTING)
    assert _tokens(used) <= MOST_TOKENS_TO_LOOK_AND_ACT


def _tokens(listed: list[Contract]) -> int:
    return count(json.dumps(listed, ensure_ascii=False, separators=(",", ":")))


def test_the_order_never_changes(listed: list[Contract]) -> None:
    """Clients and models keep what they have seen."""
    assert [one["name"] for one in listed] == sorted(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_taken_by_every_client(name: str) -> None:
    """Some put the server's name before it and count to sixty."""
    assert re.fullmatch(r"ha_[a-z][a-z0-9_]{2,36}", name)


def test_titles_are_unique(listed: list[Contract]) -> None:
    """People choose by them."""
    titles = [one["title"] for one in listed]

    assert len(set(titles)) == len(titles)
    assert all(titles)


@pytest.mark.parametrize("name", NAMES)
def test_a_description_is_short_and_its_first_sentence_stands_alone(name: str) -> None:
    """Clients with many tools show only that sentence, and search in it."""
    description = CATALOG.get(name).description
    first = re.split(r"(?<=\.)\s", description)[0]

    assert len(description) <= 300
    assert re.match(r"[A-Z][a-z]+,? ", first)
    assert 30 <= len(first) <= 200
    assert first.endswith(".")
    assert not re.search(r"\b(IMPORTANT|ALWAYS|NEVER|MUST|EXAMPLES?)\b", description)


@pytest.mark.parametrize("name", NAMES)
def test_all_four_hints_are_given(name: str, listed: list[Contract]) -> None:
    """A hint that is missing means the worst."""
    contract = next(one for one in listed if one["name"] == name)

    assert {key: type(value) for key, value in contract["annotations"].items()} == dict.fromkeys(
        ["readOnlyHint", "destructiveHint", "idempotentHint", "openWorldHint"], bool
    )


@pytest.mark.parametrize("name", NAMES)
def test_a_schema_uses_only_what_every_client_understands(
    name: str, listed: list[Contract]
) -> None:
    """One schema that cannot be converted costs some clients the whole server."""
    schema = next(one for one in listed if one["name"] == name)["inputSchema"]

    assert schema["type"] == "object"
    assert isinstance(schema["properties"], dict)
    assert isinstance(schema["additionalProperties"], bool)
    assert set(_keys(schema)).isdisjoint({"anyOf", "oneOf", "allOf", "not", "$ref", "$defs"})
    assert all("items" in one for one in _schemas(schema) if one.get("type") == "array")
    assert all(one for one in _schemas(schema)), "a part of the schema says nothing"


@pytest.mark.parametrize("name", NAMES)
def test_a_tool_needs_only_what_the_server_has(name: str) -> None:
    """Found here, not at its first call."""
    assert set(CATALOG.get(name).needs.values()) <= {Client, Home, Remembered, Store}


def _schemas(schema: Contract) -> Iterator[Contract]:
    """Yield a schema and those in it."""
    yield schema
    inner = [*schema.get("properties", {}).values()]
    if "items" in schema:
        inner.append(schema["items"])
    for one in inner:
        yield from _schemas(one)


def _keys(schema: Contract) -> Iterator[str]:
    for one in _schemas(schema):
        yield from one


def test_of_a_part_of_the_home_documents_are_only_read() -> None:
    """Who was given a part of it has a store that only reads: other tools would fail."""
    needing = {tool.name for tool in CATALOG if Store in tool.needs.values()}
    whole = {tool.name for tool in CATALOG if tool.whole}

    assert needing - whole == {"ha_config_get", "ha_config_list", "ha_get_references"}
