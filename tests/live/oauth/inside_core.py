"""Runs in Core's own Python: requests as Nabu Casa's Remote UI hands them to Core.

Prints what the server would be told about each, as one JSON line.
"""

# mypy: ignore-errors
# Core is not installed where the tests are checked.

import asyncio
import json
import sys
import tempfile
from typing import Any

from aiohttp.test_utils import make_mocked_request
from hass_nabucasa import remote
from homeassistant.core import HomeAssistant
from homeassistant.util.aiohttp import MockRequest

sys.path.insert(0, sys.argv[1])

from ha_mcp_proxy.headers import to_server
from ha_mcp_proxy.outside import Outside
from ha_mcp_proxy.target import Target


async def main() -> None:
    """Come through the cloud, beside it, and as a stand-in."""
    with tempfile.TemporaryDirectory() as folder:
        hass = HomeAssistant(folder)
        hass.config.components.add("cloud")
        outside = Outside(hass, "mcp_0123")
        target = Target.of(
            {"url": "http://172.30.33.5:9583/relay", "token": "t", "contracts": "1-2"}
        )

        def told(request: Any) -> dict[str, str]:
            return dict(to_server(request, target, outside))

        request = make_mocked_request("POST", "/", headers={"Host": "abc.ui.nabu.casa"})
        beside = told(request)
        remote.is_cloud_request.set(True)
        through = told(request)
        stand_in = told(MockRequest(b"{}", "cloud", method="POST", headers={"Host": "x"}))
        sys.stdout.write(
            json.dumps({"beside": beside, "through": through, "stand_in": stand_in}) + "\n"
        )
        await hass.async_stop(force=True)


asyncio.run(main())
