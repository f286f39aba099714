"""What clients need on Core's own origin to sign in; the server is asked for all of it.

Clients look for the documents under several names, so each is served under all of them. Views stay
for as long as Core runs: without an entry that is loaded there is nothing behind them.
"""

from collections.abc import Callable
from typing import Final

from aiohttp.web import HTTPNotFound, Request, StreamResponse
from homeassistant.components.http import HomeAssistantView
from homeassistant.core import HomeAssistant
from homeassistant.util.hass_dict import HassKey

from ._shared.relay import ISSUER_PATH
from .const import DOMAIN
from .relay import Relay

_OPEN: Final[HassKey[dict[str, Relay]]] = HassKey(DOMAIN)
_WEBHOOK: Final = "/api/webhook/{webhook_id}"
_RESOURCE: Final = "/.well-known/oauth-protected-resource"
_ISSUER: Final = "/.well-known/oauth-authorization-server"
_OPENID: Final = "/.well-known/openid-configuration"


def opened(hass: HomeAssistant, webhook_id: str, relay: Relay) -> Callable[[], None]:
    """Serve what belongs to a webhook, and return what ends that."""
    known = hass.data.get(_OPEN)
    if known is None:
        known = hass.data[_OPEN] = {}
        for view in (_Resource, _Issuer, _OpenId, _Endpoints, _Pages):
            hass.http.register_view(view(known))
    known[webhook_id] = relay

    def closed() -> None:
        known.pop(webhook_id, None)

    return closed


class _View(HomeAssistantView):
    """Knows the relays that are open, by the id of their webhook."""

    requires_auth = False

    def __init__(self, known: dict[str, Relay]) -> None:
        self._known = known

    def _relay(self, webhook_id: str | None) -> Relay:
        """Return the one of a webhook, or the one whose server can be asked about a login."""
        found = [
            relay
            for known_id, relay in self._known.items()
            if relay.paired and webhook_id in {None, known_id}
        ]
        if not found:
            raise HTTPNotFound
        return found[0]


class _Resource(_View):
    """Where a client that knows the webhook finds who lets it in."""

    cors_allowed = True
    url = f"{_RESOURCE}{_WEBHOOK}"
    name = f"{DOMAIN}:resource"

    async def get(self, request: Request, webhook_id: str) -> StreamResponse:
        return await self._relay(webhook_id).serve(request, request.path)


class _Issuer(_View):
    """What clients have to know of the authorization server."""

    cors_allowed = True
    url = f"{_ISSUER}{ISSUER_PATH}"
    extra_urls = [f"{ISSUER_PATH}{_ISSUER}", f"{_ISSUER}{_WEBHOOK}", f"{_WEBHOOK}{_ISSUER}"]
    name = f"{DOMAIN}:issuer"
    _document = _ISSUER

    async def get(self, request: Request, webhook_id: str | None = None) -> StreamResponse:
        return await self._relay(webhook_id).serve(request, self._document)


class _OpenId(_Issuer):
    """The same under the name that OpenID has for it."""

    url = f"{_OPENID}{ISSUER_PATH}"
    extra_urls = [f"{ISSUER_PATH}{_OPENID}", f"{_OPENID}{_WEBHOOK}", f"{_WEBHOOK}{_OPENID}"]
    name = f"{DOMAIN}:openid"
    _document = _OPENID


class _Endpoints(_View):
    """What programs ask, also those that run on a web page."""

    cors_allowed = True
    url = f"{ISSUER_PATH}/token"
    extra_urls = [f"{ISSUER_PATH}/{name}" for name in ("register", "revoke", "introspect")]
    name = f"{DOMAIN}:endpoints"

    async def post(self, request: Request) -> StreamResponse:
        return await self._relay(None).serve(request, request.path.removeprefix(ISSUER_PATH))


class _Pages(_View):
    """What a person sees on the way, and no other web page may read."""

    url = f"{ISSUER_PATH}/{{page:[a-z_-]+}}"
    name = f"{DOMAIN}:pages"

    async def get(self, request: Request, page: str) -> StreamResponse:
        return await self._relay(None).serve(request, f"/{page}")

    async def post(self, request: Request, page: str) -> StreamResponse:
        return await self._relay(None).serve(request, f"/{page}")
