"""Under which names the server is asked: computed for each request from where it came in.

One server is reached by several names at once: its own address in the house, the name of the house
in the world, the one of a cloud. A client compares what it is told with the address it was given,
letter by letter, so every answer speaks of the name that was used.
"""

from dataclasses import dataclass
from urllib.parse import urlsplit

RESOURCE_METADATA = "/.well-known/oauth-protected-resource"


@dataclass(frozen=True, slots=True)
class Issuer:
    """The names of one request.

    ``issuer``: who gives the tokens, such as ``https://home.example``, without a slash at the end.
    ``resource``: the address of the MCP endpoint as its client knows it: what tokens are for.
    ``base``: where ``/authorize`` and the others are found; the issuer when left out.
    """

    issuer: str
    resource: str
    base: str = ""

    def url(self, path: str) -> str:
        """Return the full address of an endpoint."""
        return f"{self.base or self.issuer}{path}"

    def owns(self, resource: str) -> bool:
        """Tell whether a token for this address is one for our endpoint.

        Letter by letter, but for a slash at the end, which people type or not, and for a query,
        which only narrows what is shown.
        """
        return same_resource(resource, self.resource)


def same_resource(one: str, other: str) -> bool:
    """Tell whether two addresses are one endpoint."""
    return _endpoint(one) == _endpoint(other)


def metadata_url(resource: str) -> str:
    """Return where the document about an endpoint is: its path comes after the well-known one."""
    parts = urlsplit(resource)
    path = "" if parts.path == "/" else parts.path
    query = f"?{parts.query}" if parts.query else ""
    return f"{parts.scheme}://{parts.netloc}{RESOURCE_METADATA}{path}{query}"


def _endpoint(resource: str) -> str:
    return resource.partition("?")[0].removesuffix("/")
