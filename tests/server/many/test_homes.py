"""Homes open when they are asked for, are shared by their own user, and close when nobody asks."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest

from ha_mcp.many.homes import Homes
from ha_mcp.many.way import Way
from ha_mcp.problems import Forbidden, Unreachable


@dataclass
class FakeWire:
    """A connection that takes some tokens."""

    refused: bool = False
    tried: asyncio.Event = field(default_factory=asyncio.Event)

    async def settled(self) -> None:
        """Wait for the first try."""
        await self.tried.wait()


@dataclass
class FakeHome:
    """A home that is open."""

    way: Way
    core: FakeWire = field(default_factory=FakeWire)


@dataclass
class Town:
    """Homes that can be opened, whose token is whose, and what happened."""

    users: dict[str, str] = field(default_factory=dict)
    open_now: list[FakeHome] = field(default_factory=list)
    opened: int = 0
    asked: list[str] = field(default_factory=list)
    broken: Exception | None = None
    slow: asyncio.Event | None = None
    clock: float = 0.0
    ending: asyncio.Event = field(default_factory=asyncio.Event)

    @asynccontextmanager
    async def open(self, way: Way) -> AsyncIterator[FakeHome]:
        """Open a home."""
        self.opened += 1
        if self.slow is not None:
            await self.slow.wait()
        if self.broken is not None:
            raise self.broken
        home = FakeHome(way)
        home.core.refused = way.token not in self.users
        home.core.tried.set()
        self.open_now.append(home)
        try:
            yield home
        finally:
            self.open_now.remove(home)
            self.ending.set()

    async def identify(self, way: Way) -> str:
        """Say whose token it is."""
        self.asked.append(way.token)
        if way.token not in self.users:
            raise Forbidden("no")
        return self.users[way.token]

    def homes(self, **more: float) -> Homes[FakeHome]:
        """Return the homes of this town."""
        most = int(more.pop("most", 8))
        return Homes(self.open, self.identify, most=most, now=lambda: self.clock, **more)

    def way(self, user: str, token: str = "", url: str = "http://one") -> Way:
        """Return the way of a user whose token is good."""
        way = Way(url, user, token or f"token of {user}")
        self.users[way.token] = user
        return way

    async def closed(self, way: Way) -> None:
        """Wait until a home is closed."""
        async with asyncio.timeout(5):
            while any(home.way == way for home in self.open_now):
                self.ending.clear()
                await self.ending.wait()


@pytest.fixture
def town() -> Town:
    """Return a town in which nothing is open."""
    return Town()


async def test_calls_of_one_user_share_one_home(town: Town) -> None:
    """However many clients they connected."""
    way = town.way("ann")
    async with town.homes() as homes, homes.lease(way) as one, homes.lease(way) as other:
        assert one is other

    assert town.opened == 1


async def test_calls_at_the_same_time_open_it_once(town: Town) -> None:
    """A client begins with several."""
    town.slow = asyncio.Event()

    async def call(homes: Homes[FakeHome]) -> FakeHome:
        async with homes.lease(town.way("ann")) as home:
            return home

    async with town.homes() as homes, asyncio.TaskGroup() as tasks:
        calls = [tasks.create_task(call(homes)) for _ in range(5)]
        await asyncio.sleep(0)
        town.slow.set()
        await asyncio.wait(calls)

    assert town.opened == 1


async def test_two_users_of_one_house_never_meet(town: Town) -> None:
    """Their rights and their journals differ."""
    ann, bob = town.way("ann"), town.way("bob")
    async with town.homes() as homes, homes.lease(ann) as anns, homes.lease(bob) as bobs:
        assert anns is not bobs
        assert (anns.way.user_id, bobs.way.user_id) == ("ann", "bob")


async def test_two_houses_of_one_user_never_meet(town: Town) -> None:
    """Ids of users are only unique within a house."""
    one, other = town.way("ann"), town.way("ann", url="http://other")
    async with town.homes() as homes, homes.lease(one) as here, homes.lease(other) as there:
        assert (here.way.url, there.way.url) == ("http://one", "http://other")


async def test_a_stolen_address_with_another_users_token_opens_nothing(town: Town) -> None:
    """The home is open by the first user's token; the second has to show whose theirs is."""
    town.users["token of mallory"] = "mallory"
    async with town.homes() as homes, homes.lease(town.way("ann")):
        forged = Way("http://one", "ann", "token of mallory")
        with pytest.raises(Forbidden):
            async with homes.lease(forged):
                pass
        with pytest.raises(Forbidden):
            await homes.admit(forged)


async def test_a_second_token_of_the_same_user_is_shown_to_the_home_now_and_then(
    town: Town,
) -> None:
    """So it stops working when it is revoked there, though the first one keeps the home open."""
    first, second = town.way("ann"), town.way("ann", "second")
    async with town.homes() as homes, homes.lease(first) as home:
        async with homes.lease(second) as same:
            assert same is home
        async with homes.lease(second):
            assert town.asked == ["second"]
        del town.users["second"]
        town.clock += 61
        with pytest.raises(Forbidden):
            await homes.admit(second)
        await homes.admit(first)


async def test_a_token_that_is_revoked_is_refused_and_its_home_closed(town: Town) -> None:
    """Core counts each further attempt with it."""
    way = town.way("ann")
    async with town.homes() as homes:
        await homes.admit(way)
        town.open_now[0].core.refused = True
        del town.users[way.token]
        with pytest.raises(Forbidden, match="any more"):
            await homes.admit(way)
        await town.closed(way)

    assert town.opened == 1


async def test_when_the_first_token_is_revoked_the_second_one_opens_the_home(town: Town) -> None:
    """The user stays signed in with every other client."""
    first, second = town.way("ann"), town.way("ann", "second")
    async with town.homes() as homes:
        await homes.admit(first)
        town.open_now[0].core.refused = True
        await homes.admit(second)
        async with homes.lease(second) as home:
            assert home.way == second


async def test_a_home_that_cannot_be_asked_keeps_nobody_out(town: Town) -> None:
    """The call itself says that it is away; signing in again would not help."""
    town.broken = Unreachable("away")
    way = town.way("ann")
    async with town.homes() as homes:
        await homes.admit(way)
        with pytest.raises(Unreachable, match="away"):
            async with homes.lease(way):
                pass


async def test_a_mistake_in_one_home_is_logged_and_no_other_homes_trouble(
    town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    """The next call tries anew."""
    async with town.homes() as homes, homes.lease(town.way("bob")) as bobs:
        town.broken = LookupError("a mistake of ours")
        with pytest.raises(Unreachable), caplog.at_level(logging.ERROR):
            async with homes.lease(town.way("ann")):
                pass
        town.broken = None
        async with homes.lease(town.way("ann")):
            assert bobs in town.open_now

    assert "A home had to be closed" in caplog.text


async def test_the_one_that_waited_longest_makes_room(town: Town) -> None:
    """A server has memory for so many."""
    ways = [town.way(user) for user in ("ann", "bob", "eve")]
    async with town.homes(most=2) as homes:
        await homes.admit(ways[0])
        await homes.admit(ways[1])
        await homes.admit(ways[0])
        await homes.admit(ways[2])
        await town.closed(ways[1])
        assert {home.way.user_id for home in town.open_now} == {"ann", "eve"}


async def test_a_home_with_a_call_under_way_is_not_closed_for_another(town: Town) -> None:
    """Who comes too late is told to come again."""
    async with town.homes(most=1) as homes:
        async with homes.lease(town.way("ann")):
            with pytest.raises(Unreachable, match="Too many homes"):
                async with homes.lease(town.way("bob")):
                    pass
        async with homes.lease(town.way("bob")) as home:
            assert home.way.user_id == "bob"


async def test_a_home_that_nobody_asks_for_is_closed(town: Town) -> None:
    """After a while, and never under a call."""
    idle, busy = town.way("ann"), town.way("bob")
    async with town.homes(idle=60, look_every=0.001) as homes:
        await homes.admit(idle)
        async with homes.lease(busy):
            town.clock += 61
            await town.closed(idle)
            assert [home.way for home in town.open_now] == [busy]


async def test_at_the_end_every_home_is_closed(town: Town) -> None:
    """In good order."""
    async with town.homes() as homes:
        await homes.admit(town.way("ann"))
        await homes.admit(town.way("bob"))
        assert len(homes) == 2

    assert town.open_now == []
