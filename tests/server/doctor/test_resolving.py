"""Names are those of the internet, also where the resolver at home tells another story."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import web

from ha_mcp.doctor.resolving import resolved
from live.relay.mirrors import Mirror, mirror

A, AAAA, ALIAS = 1, 28, 5


@asynccontextmanager
async def resolver(**records: list[dict[str, Any]]) -> AsyncIterator[Mirror]:
    """Run a public resolver that knows these records of one name."""

    async def answer(request: web.Request) -> web.StreamResponse:
        rows = records.get(request.query["type"])
        return web.json_response({"Status": 0} | ({"Answer": rows} if rows else {}))

    async with mirror() as seen:
        seen.answer = answer
        yield seen


async def test_aliases_are_followed_to_their_addresses() -> None:
    """The answer tells the whole way."""
    rows = [{"type": ALIAS, "data": "other.example."}, {"type": A, "data": "1.2.3.4"}]
    async with resolver(A=rows) as public:
        assert await resolved("localhost", [public.url]) == ["1.2.3.4"]


async def test_ipv6_is_asked_for_only_where_there_is_no_ipv4() -> None:
    """It explains why an assistant cannot come."""
    async with resolver(AAAA=[{"type": AAAA, "data": "2a00:1450:4001::1"}]) as public:
        assert await resolved("localhost", [public.url]) == ["2a00:1450:4001::1"]
        assert [one.query["type"] for one in public.requests] == ["A", "AAAA"]


async def test_a_name_with_umlauts_is_asked_for_as_dns_writes_it() -> None:
    """Resolvers know the ASCII form only."""
    async with resolver(A=[{"type": A, "data": "1.2.3.4"}]) as public:
        await resolved("bücher.example", [public.url])

    assert public.requests[0].query["name"] == "xn--bcher-kva.example"


async def test_a_name_that_the_internet_does_not_know_is_unknown() -> None:
    """Although this machine knows it."""
    async with resolver() as public:
        assert await resolved("localhost", [public.url]) == []


@pytest.mark.parametrize(
    "text", ["", "[]", '{"Status": 2}', '{"Status": 0, "Answer": [{"type": 1, "data": "home"}]}']
)
async def test_a_resolver_that_cannot_tell_is_passed_over(text: str) -> None:
    """The next one is asked."""

    async def odd(_: web.Request) -> web.StreamResponse:
        return web.Response(text=text)

    async with mirror() as first, resolver(A=[{"type": A, "data": "1.2.3.4"}]) as second:
        first.answer = odd
        assert await resolved("localhost", [first.url, second.url]) == ["1.2.3.4"]


async def test_without_public_resolvers_this_machine_has_to_do() -> None:
    """A home may forbid them."""
    assert "127.0.0.1" in await resolved("localhost", ["http://127.0.0.1:9"])


@pytest.mark.parametrize("name", ["no.such.name.invalid", f"{'x' * 70}.example", "a..example"])
async def test_a_name_that_nobody_knows_has_no_addresses(name: str) -> None:
    """Also one that is none."""
    assert await resolved(name, []) == []


async def test_a_public_address_that_the_home_knows_is_enough() -> None:
    """At each start of an app nobody outside has to learn the name of the home."""
    async with resolver(A=[{"type": A, "data": "5.6.7.8"}]) as public:
        assert await resolved("1.2.3.4", [public.url], home_first=True) == ["1.2.3.4"]

    assert public.requests == []


@pytest.mark.parametrize("name", ["localhost", "no.such.name.invalid", "2a00:1450:4001::1"])
async def test_what_the_home_does_not_know_in_public_is_asked_outside(name: str) -> None:
    """A private address, none at all, or one that assistants do not come by."""
    async with resolver(A=[{"type": A, "data": "1.2.3.4"}]) as public:
        assert await resolved(name, [public.url], home_first=True) == ["1.2.3.4"]


async def test_where_nobody_outside_can_be_asked_the_home_has_to_do() -> None:
    """And the doctor says that the address is private."""
    assert "127.0.0.1" in await resolved("localhost", ["http://127.0.0.1:9"], home_first=True)
