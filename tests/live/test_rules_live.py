"""A rule of the owner, on a real Core: it stops a call, and the lamp stays as it is."""

from pathlib import Path

import pytest

from lab.client import core_client
from lab.core import running_core
from live.serving import serving

pytestmark = pytest.mark.live

LAMP = "light.kitchen_counter"
LIT = {"action": "light.turn_on", "target": {"area_id": ["kitchen"]}}


async def test_a_rule_of_a_room_stops_a_call_until_it_is_named(tmp_path: Path) -> None:
    """It is kept over a restart of the server, and read before it is gone against."""
    async with running_core(home="demo") as core, core_client(core.url, core.token) as client:
        async with serving(tmp_path, core.url, core.token) as served:
            await served.connected()
            rule = {"text": "The kitchen stays dark at night.", "rule": True, "areas": ["Kitchen"]}
            written = await served.ask("ha_config_set", kind="note", config=rule)
            assert not written.failed, written.text
        async with serving(tmp_path, core.url, core.token) as served:
            await served.connected()
            stopped = await served.ask("ha_call_action", **LIT)
            meanwhile = (await client.get(f"/api/states/{LAMP}"))["state"]
            passed = await served.ask("ha_call_action", **LIT, despite_notes=["n1"])
            afterwards = (await client.get(f"/api/states/{LAMP}"))["state"]

    assert stopped.failed
    assert "The kitchen stays dark at night." in stopped.text
    assert meanwhile == "off"
    assert not passed.failed, passed.text
    assert afterwards == "on"
