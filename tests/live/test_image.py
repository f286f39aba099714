"""The app's image, as a home runs it: built from its folder, beside a Supervisor and a real Core.

One story is played once: the app is built, started, used, stopped and started again. Each test
looks at one fact of it. Where there is no container engine and none can be installed, the story
cannot be played and every test fails: an image that nobody built is not known to work.
"""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from mcp.client import Client

from fakes.supervisor import App, Core, FakeSupervisor, House
from lab.container import Container, Network, network, running, supervisor_at
from lab.core import RunningCore, running_core
from lab.engine import Engine, engine
from lab.image import app_image

pytestmark = pytest.mark.live

PRIVATE_URL = re.compile(r"http://\S+:9583/private_[A-Za-z0-9_-]{22}(?![A-Za-z0-9_-])")
HEALTHY_WITHIN = 90.0
PATIENCE = 120  # times half a second
SECRET = "correct-horse-battery-staple"
KITCHEN = {"entity_ids": ["light.kitchen_lights"]}


@dataclass(frozen=True, kw_only=True)
class Story:
    """What happened."""

    config: dict[str, Any]
    urls: list[str]
    tools: set[str]
    found: str
    state: str
    hidden: str
    early: str
    later: str
    seconds_to_stop: float
    exit_code: int
    logs: list[str]
    tokens: list[str]
    kept: dict[str, int]


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    """Play the story once."""
    with ExitStack() as stack:
        docker = stack.enter_context(engine())
        image = app_image(docker)
        place = stack.enter_context(network(docker))
        data = tmp_path_factory.mktemp("data")
        (data / "options.json").write_text(json.dumps({"log_level": "info"}), encoding="utf-8")
        config = tmp_path_factory.mktemp("homeassistant")
        (config / "secrets.yaml").write_text(f"wifi_password: {SECRET}\n", encoding="utf-8")
        yield asyncio.run(_play(docker, image, place, Folders(data, config)))


@dataclass(frozen=True)
class Folders:
    """What the Supervisor mounts."""

    data: Path
    homeassistant: Path


async def _play(docker: Engine, image: str, place: Network, folders: Folders) -> Story:
    app = App(slug="local_ha_mcp", ip_address=place.app, network={"9583/tcp": 9583})
    async with running_core() as core, _supervisor(app, place, core) as supervisor:
        with supervisor_at(docker, image, place, supervisor.port):
            first = await _life(docker, image, place, folders, app)
            app.new_token()
            supervisor.core.stopped = True
            second = await _life(docker, image, place, folders, app, supervisor.core)
    return Story(
        config=(docker.inspect("image", image) or {})["Config"],
        urls=[first.url, second.url],
        tools=first.tools,
        found=first.found,
        state=first.state,
        hidden=first.hidden,
        seconds_to_stop=first.seconds_to_stop,
        exit_code=first.exit_code,
        early=second.early,
        later=second.state,
        logs=[first.log, second.log],
        tokens=[first.token, second.token, core.token],
        kept=_modes(folders.data),
    )


def _modes(folder: Path) -> dict[str, int]:
    return {file.name: file.stat().st_mode & 0o777 for file in folder.iterdir()}


@asynccontextmanager
async def _supervisor(app: App, place: Network, core: RunningCore) -> AsyncIterator[FakeSupervisor]:
    """Serve the house, whose address is where the container really is."""
    house = House(address=f"{place.app}/23")
    house.add(app)
    behind = Core(url=core.url, token=core.token, port=core.port)
    async with FakeSupervisor(house, behind, host=place.gateway) as supervisor:
        yield supervisor


@dataclass(frozen=True, kw_only=True)
class Life:
    """What happened between one start and its stop."""

    url: str
    token: str
    tools: set[str]
    early: str
    found: str
    state: str
    hidden: str
    seconds_to_stop: float
    exit_code: int
    log: str


async def _life(
    docker: Engine,
    image: str,
    place: Network,
    folders: Folders,
    app: App,
    absent: Core | None = None,
) -> Life:
    """Start the app, use it, and stop it; a Core that is absent at the start comes back."""
    token = {"SUPERVISOR_TOKEN": app.token}
    mounted = folders.homeassistant
    with running(docker, image, place, folders.data, token, homeassistant=mounted) as container:
        await asyncio.to_thread(container.wait_healthy, HEALTHY_WITHIN)
        url = await _url_in_log(container)
        async with Client(url) as client:
            tools = {tool.name for tool in (await client.list_tools()).tools}
            early = await client.call_tool("ha_get_state", KITCHEN)
            if absent is not None:
                absent.stopped = False
            state = await _answered(client)
            found = await client.call_tool("ha_search", {"query": "kitchen light"})
            told = await client.call_tool("ha_eval_template", {"template": f"Wi-Fi: {SECRET}"})
        seconds = await asyncio.to_thread(container.stop)
        return Life(
            url=url,
            token=app.token,
            tools=tools,
            early=f"{early.is_error} {early.content}",
            found=str(found.content),
            state=state,
            hidden=str(told.content),
            seconds_to_stop=seconds,
            exit_code=container.exit_code(),
            log=container.log(),
        )


async def _answered(client: Client) -> str:
    """Ask again as a person would, until the home answers."""
    for _ in range(PATIENCE):
        state = await client.call_tool("ha_get_state", KITCHEN)
        if not state.is_error:
            return str(state.content)
        await asyncio.sleep(0.5)
    raise AssertionError(f"Core is there and the app still says {state.content}")


async def _url_in_log(container: Container) -> str:
    """Read the address the way its owner does."""
    log = await asyncio.to_thread(container.log)
    urls: set[str] = set(PRIVATE_URL.findall(log))
    assert len(urls) == 1, f"The log should show one private address and shows {urls}:\n{log}"
    return urls.pop()


def test_the_log_shows_an_address_that_works(story: Story) -> None:
    """It was copied from the log and used as it stood."""
    assert "ha_search" in story.tools
    assert "ha_get_state" in story.tools


def test_the_home_is_found_through_the_supervisor(story: Story) -> None:
    """From the client through the container and the proxy to a real Core, and back."""
    assert "light.kitchen_lights" in story.found
    assert "light.kitchen_lights" in story.state


def test_a_value_of_the_secrets_file_is_hidden(story: Story) -> None:
    """The app may read that file of Home Assistant's folder, to know what to hide."""
    assert "Wi-Fi: [hidden:" in story.hidden
    assert SECRET not in story.hidden


def test_while_core_is_away_the_app_is_healthy_and_says_so(story: Story) -> None:
    """It starts together with the home; the Supervisor must not think that it failed."""
    assert story.early.startswith("True ")
    assert "unreachable" in story.early


def test_when_core_comes_the_app_answers_without_help(story: Story) -> None:
    """The same process, the same connection of the client."""
    assert "light.kitchen_lights" in story.later


def test_the_address_stays_the_same_over_a_restart(story: Story) -> None:
    """A client is set up once."""
    assert story.urls[0] == story.urls[1]


def test_the_secret_is_kept_for_the_owner_only(story: Story) -> None:
    """Backups carry the file; other users of the system do not read it."""
    assert story.kept["secret"] == 0o600


def test_the_app_stops_before_it_is_killed(story: Story) -> None:
    """The Supervisor waits ten seconds."""
    assert story.seconds_to_stop < 10
    assert story.exit_code != 137


def test_no_token_is_ever_in_the_log(story: Story) -> None:
    """Logs are what people post."""
    assert [token for token in story.tokens if token in "".join(story.logs)] == []


def test_the_log_has_no_traceback(story: Story) -> None:
    """A start, two calls and a stop are nothing exceptional."""
    assert "Traceback" not in "".join(story.logs)


def test_the_image_says_what_it_is(story: Story) -> None:
    """The Supervisor reads these labels of images that it did not build."""
    labels = story.config["Labels"]

    assert labels["io.hass.type"] == "app"
    assert labels["io.hass.version"] == "0.1.0"
    assert labels["io.hass.arch"] in {"amd64", "aarch64"}


def test_the_image_carries_no_setting_of_the_machine_that_built_it(story: Story) -> None:
    """An address of a package index would follow every user."""
    assert [name for name in story.config["Env"] if "INDEX" in name or "PROXY" in name] == []
