"""An action may need more than the tool it is called with."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from fakes.calling import ToolCall, caller, living
from fakes.house import FakeHouse
from ha_mcp.access.grants import Grant
from ha_mcp.access.scopes import Scope, up_to


class Doors(FakeHouse):
    """A house with a door, and with what only administrators may do to it."""

    def __init__(self) -> None:
        super().__init__()
        self.add("lock.door", "locked", name="Front door")
        self.add_action("lock.unlock", target={"entity": [{"domain": ["lock"]}]})
        self.add_action("homeassistant.restart")
        self.add_action("automation.reload")
        self.add_action("mqtt.publish", fields={"topic": {"required": True}})


def granted(highest: Scope) -> Grant:
    """Return a grant up to a scope."""
    return Grant(client_id="c", client_name="Claude", scopes=up_to(highest))


@pytest_asyncio.fixture
async def house() -> Doors:
    """Return the house."""
    return Doors()


@pytest_asyncio.fixture
async def call(house: Doors) -> AsyncIterator[ToolCall]:
    """Call tools as somebody who may control."""
    async with living(house) as home:
        yield caller(home, grant=granted(Scope.CONTROL))


def sent(house: Doors) -> list[str]:
    """Return the actions that arrived."""
    return [
        f"{one['domain']}.{one['service']}" for kind, one in house.sent if kind == "call_service"
    ]


async def test_who_may_control_may_move_what_protects_the_house(
    call: ToolCall, house: Doors
) -> None:
    """It is a matter of asking first, not of another scope."""
    outcome = await call("ha_call_action", action="lock.unlock", target="Front door")

    assert not outcome.failed
    assert sent(house) == ["lock.unlock"]


@pytest.mark.parametrize(
    ("action", "data"),
    [("homeassistant.restart", {}), ("automation.reload", {}), ("mqtt.publish", {"topic": "x"})],
)
async def test_who_may_only_control_does_not_borrow_the_rights_of_our_token(
    call: ToolCall, house: Doors, action: str, data: dict[str, str]
) -> None:
    """Core keeps these for administrators, and whoever granted control need not be one."""
    outcome = await call("ha_call_action", action=action, data=data)

    assert outcome.failed
    assert outcome.text.startswith("forbidden: ha_call_action needs home:configure")
    assert sent(house) == []


async def test_one_call_of_several_is_enough_to_refuse_all(call: ToolCall, house: Doors) -> None:
    """Nothing is done by half."""
    calls = [{"action": "lock.unlock", "target": "lock.door"}, {"action": "homeassistant.restart"}]
    outcome = await call("ha_call_action", calls=calls)

    assert outcome.failed
    assert outcome.text.startswith(
        "forbidden: ha_call_action needs home:configure for this, and this client has home:control"
    )
    assert sent(house) == []


async def test_who_may_configure_may_do_it(house: Doors) -> None:
    """Only an administrator could grant that."""
    async with living(house) as home:
        call = caller(home, grant=granted(Scope.CONFIGURE))
        outcome = await call("ha_call_action", action="homeassistant.restart")

    assert not outcome.failed
    assert sent(house) == ["homeassistant.restart"]
