"""What may be shown to others when something is wrong: no address that is a password."""

from typing import Any

from homeassistant.core import HomeAssistant
from yarl import URL

from . import RelayEntry
from ._shared.relay import OURS
from .const import CONF_CONTRACTS, CONF_ON_DISK


async def async_get_config_entry_diagnostics(_: HomeAssistant, entry: RelayEntry) -> dict[str, Any]:
    """Name what is known about an entry, and leave out its secrets."""
    running = entry.runtime_data
    url: URL = running.target.url
    return {
        "source": entry.source,
        "loaded": running.version,
        "on_disk": entry.data.get(CONF_ON_DISK),
        "contracts": {"relay": str(OURS), "server": entry.data.get(CONF_CONTRACTS)},
        "server": {
            "scheme": url.scheme,
            "port": url.port,
            "paired": running.target.token is not None,
            "login": running.target.login,
        },
        "health": running.health.facts(),
    }
