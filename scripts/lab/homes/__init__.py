"""Homes, prepared once: files, users and everything a person would have set up, then frozen.

A home is made by starting Core on its files, onboarding it over HTTP and furnishing it over the
API. What Core has stored is kept in the cache; every use starts from a copy.
"""

import asyncio
import hashlib
import json
import shutil
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import aiohttp

from ..client import CoreClient, core_client, log_in, onboard
from ..environments import CORE_VERSION, core_python
from ..process import RunningCore, free_port, listen_on
from ..progress import step
from ..provide import provided
from . import demo, large

FILES: Final = Path(__file__).parent / "files"
OWNER: Final = {"name": "Owner", "username": "owner", "password": "owner of the lab"}
RESIDENT: Final = {"name": "Resident", "username": "resident", "password": "resident of the lab"}
_ONBOARDED: Final = ["user", "core_config", "analytics", "integration"]
_TEN_YEARS: Final = 3650


@dataclass(frozen=True)
class Kind:
    """How one sort of home is made."""

    write: Callable[[Path], None]
    """Write what its files do not hold, before the first start."""
    furnish: Callable[[CoreClient], Awaitable[None]]
    """Set up over the API what a person would set up in the frontend."""


KINDS: Final = {
    "demo": Kind(demo.write, demo.furnish),
    "large": Kind(large.write, large.furnish),
}


def template(home: str, version: str = CORE_VERSION) -> Path:
    """Return the prepared home of this kind: a folder with `config` and `tokens.json`."""
    core_python(version)

    def build(place: Path) -> None:
        with step(f"Preparing the {home} home for Core {version}"):
            asyncio.run(_prepare(place, home, version))

    return provided(f"homes/{home}-{version}/{_digest()}", build)


async def _prepare(place: Path, home: str, version: str) -> None:
    core = RunningCore(place, version, free_port())
    configuration = core.config_dir / "configuration.yaml"
    shutil.copytree(FILES / home, core.config_dir)
    KINDS[home].write(core.config_dir)
    lasting = configuration.read_text()
    listening = f"\nhttp:\n  server_host: 127.0.0.1\n  server_port: {core.port}\n"
    configuration.write_text(lasting + listening)
    try:
        await core.start()
        await _move_in(core)
        async with core_client(core.url, core.token) as client:
            await KINDS[home].furnish(client)
        await core.stop()
    finally:
        await core.kill()
    configuration.write_text(lasting)
    listen_on(core.config_dir, core.port)
    _finish_onboarding(core.config_dir)
    tokens = {"admin": core.token, "nonadmin": core.nonadmin_token}
    (place / "tokens.json").write_text(json.dumps(tokens))


async def _move_in(core: RunningCore) -> None:
    """Create the owner and a resident without admin rights, each with a token that lasts."""
    async with aiohttp.ClientSession() as session:
        core.token = await onboard(session, core.url, OWNER)
        await core.wait_running()
        async with core_client(core.url, core.token) as client:
            await _set_up_core(client)
            await _add_resident(client)
            core.token = await _lasting_token(client)
        access = await log_in(session, core.url, RESIDENT["username"], RESIDENT["password"])
        async with core_client(core.url, access) as client:
            core.nonadmin_token = await _lasting_token(client)


async def _set_up_core(client: CoreClient) -> None:
    await client.command(
        "config/core/update",
        location_name="Lab",
        latitude=52.52,
        longitude=13.405,
        elevation=34,
        unit_system="metric",
        currency="EUR",
        country="DE",
        language="en",
        time_zone="Europe/Berlin",
    )


async def _add_resident(client: CoreClient) -> None:
    created = await client.command(
        "config/auth/create", name=RESIDENT["name"], group_ids=["system-users"]
    )
    await client.command(
        "config/auth_provider/homeassistant/create",
        user_id=created["user"]["id"],
        username=RESIDENT["username"],
        password=RESIDENT["password"],
    )


async def _lasting_token(client: CoreClient) -> str:
    token: str = await client.command(
        "auth/long_lived_access_token", client_name="lab", lifespan=_TEN_YEARS
    )
    return token


def _finish_onboarding(config_dir: Path) -> None:
    """Mark the steps that would add integrations which need the internet as done."""
    path = config_dir / ".storage" / "onboarding"
    stored = json.loads(path.read_text())
    stored["data"]["done"] = _ONBOARDED
    path.write_text(json.dumps(stored))


def _digest() -> str:
    """Return what changes with anything that a home is made from."""
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:12]
