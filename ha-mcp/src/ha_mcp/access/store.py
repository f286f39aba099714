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
from .uses import Uses

MOST_NEWCOMERS: Final = 1000
_CLIENTS_KEPT: Final = 365 * 86400.0  # seconds
_GRANTS_AT_HAND: Final = 2000
# Another process may have revoked a grant: nobody is let in longer than this after that.
_FRESH: Final = 15.0  # seconds
# So long is known what was spent, in seconds: to notice when it comes again.
_SPENT_CODES: Final = 3600.0
_SPENT_REFRESH: Final = 14 * 86400.0


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
        self._uses = Uses(records, now)

    async def close(self) -> None:
        """Let go of the database."""
        await self._records.close()

    # Clients

    async def client(self, client_id: str) -> RegisteredClient | None:
        """Return a registered client."""
        found = await self._records.get("client", client_id)
        if found is None:
            found = await self._records.get("newcomer", client_id)
        return _CLIENT.decode(found) if found else None

    async def register(self, client: RegisteredClient) -> None:
        """Keep a client; of those that nobody has let in yet, the oldest make room.

        Whom somebody let in is not counted: that takes a person, and a flood is not one.
        """
        waiting = await self._records.all("newcomer")
        if len(waiting) >= MOST_NEWCOMERS:
            oldest = min(map(_CLIENT.decode, waiting.values()), key=lambda one: one.registered)
            await self._records.remove("newcomer", oldest.id)
        await self._records.put("newcomer", client.id, msgspec.json.encode(client))

    async def client_used(self, client_id: str) -> None:
        """Note that somebody let a client in, if it is a registered one."""
        client = await self.client(client_id)
        if client is None:
            return
        used = msgspec.structs.replace(client, used=self._now())
        await self._records.put("client", client_id, msgspec.json.encode(used))
        await self._records.remove("newcomer", client_id)
        await self._forget_clients()

    async def _forget_clients(self) -> None:
        """Forget clients that no grant needs and that nobody let in for a year."""
        known = map(_CLIENT.decode, (await self._records.all("client")).values())
        old = [one.id for one in known if self._now() - one.used > _CLIENTS_KEPT]
        if old:
            grants = map(_GRANT.decode, (await self._records.all("grant")).values())
            needed = {grant.client_id for grant in grants}
            for client_id in set(old) - needed:
                await self._records.remove("client", client_id)

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
        uses = await self._uses.last()
        listed = [Listed(_GRANT.decode(one), uses.get(key)) for key, one in found.items()]
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
        await self._uses.note(grant_id)

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
