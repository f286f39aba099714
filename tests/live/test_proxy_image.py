"""The proxy's image, as a home runs it: it installs the relay and says what to do next."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from fakes.supervisor import App, Core, FakeSupervisor, House
from lab.container import Network, network, running, supervisor_at
from lab.core import running_core
from lab.engine import Engine, engine
from lab.image import app_image
from lab.paths import REPOSITORY

pytestmark = pytest.mark.live
FOLDER = REPOSITORY / "webhook-proxy"
HEALTHY_WITHIN = 90.0


@dataclass(frozen=True, kw_only=True)
class Story:
    """What happened."""

    log: str
    installed: set[str]
    kept: dict[str, int]
    seconds_to_stop: float
    exit_code: int
    token: str


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    """Build the image, start it beside a Core without the relay, and stop it."""
    with ExitStack() as stack:
        docker = stack.enter_context(engine())
        image = app_image(docker, FOLDER)
        place = stack.enter_context(network(docker))
        data = tmp_path_factory.mktemp("data")
        options = {"log_level": "info", "remote_url": "https://home.example:8123"}
        (data / "options.json").write_text(json.dumps(options), encoding="utf-8")
        yield asyncio.run(_play(docker, image, place, data))


async def _play(docker: Engine, image: str, place: Network, data: Path) -> Story:
    app = App(slug="local_ha_mcp_proxy", discovery=["ha_mcp_proxy"], ip_address=place.app)
    async with running_core() as core, _supervisor(app, place, core.url, core.token) as supervisor:
        with (
            supervisor_at(docker, image, place, supervisor.port),
            running(
                docker,
                image,
                place,
                data,
                {"SUPERVISOR_TOKEN": app.token},
                homeassistant=core.config_dir,
                may_write=True,
            ) as container,
        ):
            await asyncio.to_thread(container.wait_healthy, HEALTHY_WITHIN)
            folder = core.config_dir / "custom_components" / "ha_mcp_proxy"
            installed = set(_modes(folder))
            seconds = await asyncio.to_thread(container.stop)
            return Story(
                log=container.log(),
                installed=installed,
                kept=_modes(data),
                seconds_to_stop=seconds,
                exit_code=container.exit_code(),
                token=app.token,
            )


def _modes(folder: Path) -> dict[str, int]:
    return {file.name: file.stat().st_mode & 0o777 for file in folder.iterdir()}


@asynccontextmanager
async def _supervisor(
    app: App, place: Network, url: str, token: str
) -> AsyncIterator[FakeSupervisor]:
    house = House()
    house.add(app)
    async with FakeSupervisor(house, Core(url=url, token=token), host=place.gateway) as supervisor:
        yield supervisor


def test_the_relay_is_installed_as_a_whole(story: Story) -> None:
    """Everything that stands in the repository, and nothing else."""
    source = FOLDER / "custom_components" / "ha_mcp_proxy"

    assert story.installed == {p.name for p in source.iterdir() if p.name != "__pycache__"}


def test_the_log_says_the_address_its_doubt_and_what_to_do(story: Story) -> None:
    """Claude does not reach this port, and Home Assistant has not loaded the relay yet."""
    assert "https://home.example:8123/api/webhook/mcp_" in story.log
    assert "does not reach port 8123" in story.log
    assert "Restart Home Assistant once" in story.log


def test_the_log_has_no_traceback_and_no_token(story: Story) -> None:
    """Logs are what people post."""
    assert "Traceback" not in story.log
    assert story.token not in story.log


def test_the_id_is_kept_for_the_owner_only(story: Story) -> None:
    """Other users of the system do not read it."""
    assert story.kept["webhook_id"] == 0o600


def test_the_app_stops_before_it_is_killed(story: Story) -> None:
    """The Supervisor waits ten seconds."""
    assert story.seconds_to_stop < 10
    assert story.exit_code != 137
