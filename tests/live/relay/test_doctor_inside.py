"""What nobody sees from outside, the doctor asks of a real Home Assistant with a token."""

import ssl
from collections.abc import AsyncIterator, Mapping

import pytest

from ha_mcp.doctor import Report, examine
from ha_mcp.doctor.command import world

from .fronts import HOST, Authority, Stage, front
from .homes import RelayedHome, until

pytestmark = pytest.mark.live
UNKNOWN = "mcp_ffffffffffffffffffffffffffffffff"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """Make an authority that the doctor trusts."""
    return Authority(tmp_path_factory.mktemp("certificates"))


@pytest.fixture
async def loaded(home: RelayedHome) -> AsyncIterator[RelayedHome]:
    """Load the relay, and leave it loaded."""
    await home.lead_to("http://127.0.0.1:9/relay")
    yield home
    await set_disabled(home, by=None)


async def set_disabled(home: RelayedHome, *, by: str | None) -> None:
    """Do what a person does on the page of the integration."""
    (entry,) = await home.entries()
    if entry["disabled_by"] == by:
        return
    await home.client.command("config_entries/disable", entry_id=entry["entry_id"], disabled_by=by)
    wanted = "loaded" if by is None else "not_loaded"

    async def done() -> bool:
        return [one["state"] for one in await home.entries()] == [wanted]

    await until(done)


async def examined(
    home: RelayedHome, trusted: ssl.SSLContext, shown: ssl.SSLContext, webhook_id: str, token: str
) -> Report:
    """Examine an address of this home, with a token of its."""
    environ: Mapping[str, str] = {
        "HOMEASSISTANT_URL": home.core.url,
        "HOMEASSISTANT_TOKEN": token,
    }
    async with world(environ) as seen, front(shown, home.core.port) as port:
        stage = Stage(trusted=trusted, port=port, facts=await seen.inside())
        return await examine(f"https://{HOST}/api/webhook/{webhook_id}", stage)


async def test_an_id_that_nobody_registered_is_a_wrong_address(
    loaded: RelayedHome, authority: Authority
) -> None:
    """Core answers an empty 200, and the relay is loaded: the address is not this home's."""
    token = loaded.core.token
    report = await examined(loaded, authority.trusted, authority.signed(), UNKNOWN, token)

    assert report.fault is not None
    assert report.fault.code == "webhook_unknown"
    assert "Copy the address again" in report.fault.advice


async def test_an_integration_that_is_switched_off_is_named(
    loaded: RelayedHome, authority: Authority
) -> None:
    """The right id gets the same empty 200; what to do is another thing."""
    await set_disabled(loaded, by="user")

    token, right = loaded.core.token, loaded.webhook_id
    report = await examined(loaded, authority.trusted, authority.signed(), right, token)

    assert report.fault is not None
    assert report.fault.code == "relay_not_loaded"
    assert "Enable the integration" in report.fault.advice


async def test_a_token_without_rights_still_gives_one_answer(
    loaded: RelayedHome, authority: Authority
) -> None:
    """It may not see the entries: the doctor says what can be said without."""
    token = loaded.core.nonadmin_token
    report = await examined(loaded, authority.trusted, authority.signed(), UNKNOWN, token)

    assert report.fault is not None
    assert report.fault.code == "webhook_unknown"


async def test_a_wrong_token_does_not_make_a_running_home_a_starting_one(
    loaded: RelayedHome, authority: Authority
) -> None:
    """Home Assistant answers the token with a no: it runs."""
    report = await examined(loaded, authority.trusted, authority.signed(), UNKNOWN, "wrong")

    assert report.fault is not None
    assert report.fault.code == "webhook_unknown"
