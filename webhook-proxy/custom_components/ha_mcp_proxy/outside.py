"""Under which addresses the client sees Home Assistant."""

import re
from dataclasses import dataclass
from typing import Final

from aiohttp.hdrs import X_FORWARDED_FOR, X_FORWARDED_PROTO
from aiohttp.web import Request
from homeassistant.components import webhook
from homeassistant.core import HomeAssistant
from homeassistant.helpers.network import is_cloud_connection
from yarl import URL

from ._shared.relay import ISSUER_HEADER, ISSUER_PATH, RESOURCE_HEADER

_HOST: Final = re.compile(r"([a-z0-9._-]+|\[[0-9a-f:.]+\])(:\d{1,5})?")


@dataclass(frozen=True, slots=True)
class Outside:
    """The way in from outside to one webhook."""

    hass: HomeAssistant
    webhook_id: str
    told: str | None = None
    """The address outside, where the owner has told it to the app."""

    def headers(self, request: Request) -> dict[str, str]:
        """Return what the server is told about the way on which a request came."""
        origin = self.origin(request)
        if origin is None:
            return {}
        return {
            "X-Forwarded-Host": origin.authority,
            "X-Forwarded-Proto": origin.scheme,
            RESOURCE_HEADER: f"{origin}{webhook.async_generate_path(self.webhook_id)}",
            ISSUER_HEADER: f"{origin}{ISSUER_PATH}",
        }

    def origin(self, request: Request) -> URL | None:
        """Return scheme, name and port as the client used them, or nothing for what is no name.

        Whether Core knows the name does not matter: the client does, and compares.
        """
        host = request.host.lower()
        if not _HOST.fullmatch(host):
            return None
        scheme = "https" if self._is_https(request, host) else "http"
        try:
            return URL(f"{scheme}://{host}").origin()
        except ValueError:
            return None

    def _is_https(self, request: Request, host: str) -> bool:
        """Find out how the client came to whoever ends https in front of Core.

        A proxy that Core trusts has its word in the request already. One that says nothing of who
        asks is passed over by Core; who lied there would make up an address for nobody but itself.
        """
        if request.scheme == "https" or is_cloud_connection(self.hass):
            return True
        if X_FORWARDED_FOR not in request.headers:
            said = request.headers.get(X_FORWARDED_PROTO, "")
            if said.partition(",")[0].strip().lower() == "https":
                return True
        known = (self.told, self.hass.config.external_url, self.hass.config.internal_url)
        return f"https://{host.removesuffix(':443')}" in {_origin(url) for url in known if url}


def _origin(url: str) -> str:
    try:
        return str(URL(url.lower()).origin())
    except ValueError:
        return ""
