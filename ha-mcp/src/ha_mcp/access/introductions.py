"""Finding out who a client is, from its id."""

from collections.abc import Awaitable, Callable
from typing import Final

from .clients import LONGEST_ID, RegisteredClient
from .store import AccessStore

type Documents = Callable[[str], Awaitable[RegisteredClient]]

_SCHEME: Final = "https://"


class Introductions:
    """Knows clients by their registration here, or by the document that their id points to."""

    def __init__(self, store: AccessStore, documents: Documents | None = None) -> None:
        """Take the registrations, and what reads documents if those are accepted.

        ``documents`` returns the client an address describes, or raises Unusable.
        """
        self._store = store
        self._documents = documents

    @property
    def accept_documents(self) -> bool:
        """Whether an id may be the address of a document."""
        return self._documents is not None

    async def client(self, client_id: str) -> RegisteredClient | None:
        """Return a client; raises Unusable when its document cannot be used, and StoreAway."""
        if not 0 < len(client_id) <= LONGEST_ID:
            return None
        if has_document(client_id):
            return None if self._documents is None else await self._documents(client_id)
        return await self._store.client(client_id)


def has_document(client_id: str) -> bool:
    """Tell whether an id is an address: such a client has no secret and was not registered."""
    return client_id.startswith(_SCHEME)
