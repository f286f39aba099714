"""What has to be remembered of access: clients, grants, codes and refresh tokens.

A grant that is not there is revoked: losing the file lets nobody in. Codes and refresh tokens are
known by their hashes. Everything raises StoreAway when the database cannot be used.
"""

import time
from collections import OrderedDict
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Final

import msgspec

from .clients import RegisteredClient
from .grants import Grant, Only
from .records import Records, StoreAway
from .scopes import Scope

MOST_CLIENTS: Final = 1000
_GRANTS_AT_HAND: Final = 2000
# Another process may have revoked a grant: nobody is let in longer than this after that.
_FRESH: Final = 15.0  # seconds
_USE_EVERY: Final = 300.0  # seconds between two notes of when a grant was used
# So long is known what was spent, in seconds: to notice when it comes again.
_SPENT_CODES: Final = 3600.0
_SPENT_REFRESH: Final = 14 * 86400.0


class TooManyClients(Exception):
    """Every client that is registered is in use, so there is no room for another."""


class KeptGrant(msgspec.Struct, frozen=True, kw_only=True):
    """A grant as it is kept: what the person allowed, and what it is for."""

    id: str
    client_id: str
    client_name: str
    user_id: str
    user_name: str
    scopes: tuple[Scope, ...]
    only: Only | None = None
    created: float
    expires: float | None
    issuer: str
    resource: str

    def grant(self, scopes: Collection[Scope], sealed: bytes | None = None) -> Grant:
        """Return what a token with these scopes admits to."""
        return Grant(
            id=self.id,
            client_id=self.client_id,
            client_name=self.client_name,
            user_id=self.user_id,
            user_name=self.user_name,
            scopes=frozenset(scopes) & frozenset(self.scopes),
            only=self.only,
            created=self.created,
            expires=self.expires,
            sealed=sealed,
        )


class Code(msgspec.Struct, frozen=True, kw_only=True):
    """A code that waits to be exchanged, or was."""

    grant: str
    client: str
    redirect: str
    challenge: str
    issuer: str
    resource: str
    offline: bool
    expires: float
    spent: bool = False


class Refresh(msgspec.Struct, frozen=True, kw_only=True):
    """A refresh token; ``spent`` says when it was exchanged for the next one."""

    grant: str
    client: str
    issuer: str
    resource: str
    offline: bool
    expires: float
    spent: float | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """A grant as its owner sees it."""

    grant: KeptGrant
    last_used: float | None


class AccessStore:
    """The memory of the authorization server, over any database that keeps records."""

    def __init__(self, records: Records, now: Callable[[], float] = time.time) -> None:
        """Take the records."""
        self._records = records
        self._now = now
        self._at_hand: OrderedDict[str, tuple[KeptGrant | None, float]] = OrderedDict()
        self._noted: OrderedDict[str, float] = OrderedDict()

    async def close(self) -> None:
        """Let go of the database."""
        await self._records.close()

    # Clients

    async def client(self, client_id: str) -> RegisteredClient | None:
        """Return a registered client."""
        found = await self._records.get("client", client_id)
        return msgspec.json.decode(found, type=RegisteredClient) if found else None

    async def register(self, client: RegisteredClient) -> None:
        """Keep a client; when there is no room, those that nobody let in are forgotten first.

        Raises TooManyClients.
        """
        known = await self._records.all("client")
        if len(known) >= MOST_CLIENTS:
            await self._make_room([_CLIENT.decode(one) for one in known.values()])
        await self._records.put("client", client.id, msgspec.json.encode(client))

    async def client_used(self, client_id: str) -> None:
        """Note that somebody let a client in, if it is a registered one."""
        client = await self.client(client_id)
        if client is not None:
            used = msgspec.structs.replace(client, used=self._now())
            await self._records.put("client", client_id, msgspec.json.encode(used))

    async def _make_room(self, known: list[RegisteredClient]) -> None:
        grants = await self._records.all("grant")
        needed = {_GRANT.decode(one).client_id for one in grants.values()}
        idle = sorted(
            (one for one in known if one.id not in needed),
            key=lambda one: (one.used, one.registered),
        )
        if not idle:
            raise TooManyClients
        await self._records.remove("client", idle[0].id)

    # Grants

    async def add_grant(self, kept: KeptGrant, until: float) -> bool:
        """Keep a grant until then, and say whether it is a new one."""
        return await self._records.add("grant", kept.id, msgspec.json.encode(kept), until)

    async def extend_grant(self, grant_id: str, until: float) -> bool:
        """Keep a grant longer, and say whether it is still there."""
        return await self._records.extend("grant", grant_id, until)

    async def grant(self, grant_id: str) -> KeptGrant | None:
        """Return a grant unless it was revoked.

        It may come from memory, and does while the database cannot be used: who was let in stays.
        """
        now = self._now()
        known = self._at_hand.get(grant_id)
        if known is not None and 0 <= now - known[1] < _FRESH:
            return known[0]
        try:
            return await self.fresh_grant(grant_id)
        except StoreAway:
            if known is None:
                raise
            return known[0]

    async def fresh_grant(self, grant_id: str) -> KeptGrant | None:
        """Return a grant as the database has it now."""
        found = await self._records.get("grant", grant_id)
        kept = _GRANT.decode(found) if found else None
        self._remember(grant_id, kept)
        return kept

    async def change_grant(self, kept: KeptGrant) -> bool:
        """Replace a grant by one with other scopes, limits or expiry; says whether it was there."""
        found = await self._records.get("grant", kept.id)
        new = msgspec.json.encode(kept)
        if found is None or not await self._records.swap("grant", kept.id, found, new):
            return False
        self._remember(kept.id, kept)
        return True

    async def grants(self) -> list[Listed]:
        """Return every grant, newest first."""
        found = await self._records.all("grant")
        uses = await self._records.all("use")
        listed = [
            Listed(_GRANT.decode(one), float(uses[key]) if key in uses else None)
            for key, one in found.items()
        ]
        return sorted(listed, key=lambda one: one.grant.created, reverse=True)

    async def revoke(self, grant_id: str) -> bool:
        """Revoke a grant with all its tokens, and say whether it was there."""
        self._remember(grant_id, None)
        return await self._records.remove("grant", grant_id)

    async def revoke_all(self) -> None:
        """Revoke every grant."""
        for grant_id in self._at_hand:
            self._remember(grant_id, None)
        await self._records.clear("grant")

    async def used(self, grant_id: str) -> None:
        """Note now and then when a grant was used; who cannot note it does not stop for it."""
        now = self._now()
        if now - self._noted.get(grant_id, 0.0) < _USE_EVERY:
            return
        self._noted[grant_id] = now
        self._noted.move_to_end(grant_id)
        while len(self._noted) > _GRANTS_AT_HAND:
            self._noted.popitem(last=False)
        try:
            await self._records.put("use", grant_id, str(now).encode(), now + 400 * 86400)
        except StoreAway:
            del self._noted[grant_id]

    def _remember(self, grant_id: str, kept: KeptGrant | None) -> None:
        self._at_hand[grant_id] = (kept, self._now())
        self._at_hand.move_to_end(grant_id)
        while len(self._at_hand) > _GRANTS_AT_HAND:
            self._at_hand.popitem(last=False)

    # Questions, codes and refresh tokens

    async def add_question(self, hashed: str, sealed: str, until: float) -> None:
        """Keep what somebody who has signed in is asked."""
        await self._records.add("question", hashed, sealed.encode(), until)

    async def question(self, hashed: str) -> str | None:
        """Return a question that was not answered yet."""
        found = await self._records.get("question", hashed)
        return None if found is None else found.decode()

    async def take_question(self, hashed: str) -> bool:
        """Take a question away, and say whether this was the first time."""
        return await self._records.remove("question", hashed)

    async def add_code(self, hashed: str, code: Code) -> bool:
        """Keep a code, and say whether it is a new one."""
        data = msgspec.json.encode(code)
        return await self._records.add("code", hashed, data, code.expires + _SPENT_CODES)

    async def code(self, hashed: str) -> Code | None:
        """Return a code, spent or not."""
        found = await self._records.get("code", hashed)
        return msgspec.json.decode(found, type=Code) if found else None

    async def spend_code(self, hashed: str, code: Code) -> bool:
        """Mark a code as exchanged; says whether this was the first time."""
        spent = msgspec.structs.replace(code, spent=True)
        old, new = msgspec.json.encode(code), msgspec.json.encode(spent)
        return await self._records.swap("code", hashed, old, new)

    async def add_refresh(self, hashed: str, refresh: Refresh) -> bool:
        """Keep a refresh token, and say whether it is a new one."""
        data = msgspec.json.encode(refresh)
        return await self._records.add("refresh", hashed, data, refresh.expires)

    async def refresh(self, hashed: str) -> Refresh | None:
        """Return a refresh token, spent or not."""
        found = await self._records.get("refresh", hashed)
        return msgspec.json.decode(found, type=Refresh) if found else None

    async def spend_refresh(self, hashed: str, refresh: Refresh) -> bool:
        """Mark a refresh token as exchanged; says whether this was the first time."""
        now = self._now()
        spent = msgspec.structs.replace(refresh, spent=now)
        old, new = msgspec.json.encode(refresh), msgspec.json.encode(spent)
        return await self._records.swap("refresh", hashed, old, new, now + _SPENT_REFRESH)


_CLIENT: Final = msgspec.json.Decoder(RegisteredClient)
_GRANT: Final = msgspec.json.Decoder(KeptGrant)
