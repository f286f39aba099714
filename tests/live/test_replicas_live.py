"""Three servers for many people behind one address: one is killed, and nobody notices."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, ExitStack
from dataclasses import dataclass

import pytest

from lab.balancing import running_caddy, running_nginx
from lab.core import RunningCore, running_core
from lab.databases import running_postgresql, running_redis
from lab.process import free_port
from live.many_people import Assistant, Many, assistant, many

pytestmark = pytest.mark.live

LIGHT = "light.kitchen_counter"
STORES = ["REDIS_URL", "DATABASE_URL"]
FRONTS = {"caddy": running_caddy, "nginx": running_nginx}


@pytest.fixture(scope="module")
async def core() -> AsyncIterator[RunningCore]:
    """Run the house."""
    async with running_core() as running:
        yield running


@pytest.fixture(scope="module", params=STORES)
def store(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, str]]:
    """Run a store that servers share, and say where it is."""
    with ExitStack() as stack:
        redis = running_redis(tmp_path_factory.mktemp("redis"))
        kind = redis if request.param == "REDIS_URL" else running_postgresql()
        yield {request.param: stack.enter_context(kind).url}


@dataclass
class Replicas:
    """Servers that are running, and the address in front of them."""

    base: str
    running: list[Many]

    def kill(self, number: int = 0) -> None:
        """End one without a warning, as a machine does that loses its power."""
        process = self.running.pop(number).server.process
        process.kill()
        process.wait()

    def kill_who_knows(self, words: str) -> None:
        """End the one that has these words in its log."""
        (number,) = [number for number, one in enumerate(self.running) if words in one.server.log()]
        self.kill(number)


@pytest.fixture
async def replicas(
    request: pytest.FixtureRequest, store: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Replicas]:
    """Run three of them behind a proxy, with one key, one store and one folder for journals."""
    folder, port = tmp_path_factory.mktemp("front"), free_port()
    base = f"http://127.0.0.1:{port}"
    shared = store | {"XDG_STATE_HOME": str(folder / "state"), "LOG_LEVEL": "debug"}
    async with AsyncExitStack() as stack:
        running = [
            await stack.enter_async_context(
                many(tmp_path_factory.mktemp("replica"), base=base, env=shared)
            )
            for _ in range(3)
        ]
        places = [f"127.0.0.1:{one.server.port}" for one in running]
        stack.enter_context(FRONTS[getattr(request, "param", "nginx")](folder, port, places))
        yield Replicas(base, running)


@pytest.fixture
async def ours(replicas: Replicas) -> AsyncIterator[Assistant]:
    """Return an assistant that nobody connected yet."""
    async with assistant(replicas.base) as made:
        yield made


async def test_one_is_killed_after_each_step_of_signing_in(
    core: RunningCore, replicas: Replicas, ours: Assistant
) -> None:
    """Form, question, code, tokens: whichever server is left goes on with them."""
    await ours.register()
    page = await ours.form()
    replicas.kill()
    signed_in = await ours.say_where(page, url=core.url, token=core.token)
    replicas.kill()
    await ours.allow(signed_in)
    first = dict(ours.tokens)
    await ours.refresh()
    answer = await ours.call("ha_get_state", entity_ids=[LIGHT])

    assert len(replicas.running) == 1
    assert ours.tokens["refresh_token"] != first["refresh_token"]
    assert "Kitchen Counter" in answer.text


async def test_the_one_that_holds_the_home_is_killed_between_two_calls(
    core: RunningCore, replicas: Replicas, ours: Assistant
) -> None:
    """Another one opens it with what the token carries; the change of the first can be undone."""
    await ours.connect(core, core.token)
    name = f"Replicas at {replicas.base.rpartition(':')[2]}"
    written = await ours.call("ha_config_set", kind="label", config={"name": name})
    replicas.kill_who_knows("Connected to Home Assistant")
    changes = await ours.call("ha_get_changes")

    assert written.json()["result"]["isError"] is False, written.text
    assert name in changes.text


async def test_what_one_revokes_none_admits(
    core: RunningCore, replicas: Replicas, ours: Assistant
) -> None:
    """They keep grants in mind for seconds, not longer."""
    await ours.connect(core, core.token)
    before = [await _status(ours, one) for one in replicas.running]
    form = {"token": ours.tokens["refresh_token"], "client_id": ours.id}
    revoked = await ours.http.post(f"{ours.base}/revoke", data=form)

    assert before == [200, 200, 200]
    assert revoked.status_code == 200
    async with asyncio.timeout(30):
        for one in replicas.running:
            while await _status(ours, one) != 401:  # noqa: ASYNC110 - it is another process
                await asyncio.sleep(0.1)


@pytest.mark.parametrize("replicas", ["caddy"], indirect=True)
async def test_behind_caddy_as_it_is_set_up_for_people(
    core: RunningCore, replicas: Replicas, ours: Assistant
) -> None:
    """One that is gone is left out; what was signed in with three goes on with two."""
    await ours.connect(core, core.token)
    before = await ours.call("ha_get_state", entity_ids=[LIGHT])
    replicas.kill_who_knows("Connected to Home Assistant")
    async with asyncio.timeout(30):
        while (after := await ours.call("ha_get_state", entity_ids=[LIGHT])).status_code == 502:
            pass
    await ours.refresh()

    assert "Kitchen Counter" in before.text
    assert "Kitchen Counter" in after.text


async def _status(ours: Assistant, one: Many) -> int:
    """Ask one of them directly."""
    body = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    url = f"http://127.0.0.1:{one.server.port}/mcp"
    return (await ours.http.post(url, json=body, headers=ours.headers)).status_code
