"""Further private addresses: each has a name, rights, maybe a part of the home and an end.

Whoever knows one comes in, so it is made of 128 random bits. Only its hash is kept: the address is
found by it, and cannot be told a second time. What is not kept leads nowhere, at once and in every
process that shares the file.
"""

import hashlib
import re
import secrets
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Final

import msgspec

from .asked import Asked
from .grants import Grant, Only
from .records import Records
from .scopes import Scope
from .uses import Uses

_KIND: Final = "address"
_WORD: Final = re.compile(r"private_[A-Za-z0-9_-]{22}")


class KeptAddress(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of an address: everything but the address."""

    id: str
    name: str
    scopes: tuple[Scope, ...]
    only: Only | None = None
    created: float
    expires: float | None = None
    of_option: bool = False  # kept for as long as the app's option asks for it

    def grant(self) -> Grant:
        """Return what whoever comes that way may do."""
        return Grant(
            id=self.id,
            client_id="",
            client_name=self.name,
            scopes=frozenset(self.scopes),
            only=self.only,
            created=self.created,
            expires=self.expires,
        )


@dataclass(frozen=True, slots=True)
class ListedAddress:
    """An address as its owner sees it."""

    address: KeptAddress
    last_used: float | None


class PrivateAddresses:
    """The addresses of one home. Everything raises StoreAway when the database cannot be used."""

    def __init__(self, records: Records, now: Callable[[], float] = time.time) -> None:
        """Take the records."""
        self._records = records
        self._now = now
        self._uses = Uses(records, now)
        # Of the option, those that this start asked for: what could not be ended leads nowhere.
        self._of_option: frozenset[str] = frozenset()

    async def close(self) -> None:
        """Let go of the database."""
        await self._records.close()

    async def find(self, word: str) -> Grant | None:
        """Return what an address admits to, and note its use; nothing if it is none of ours.

        It is looked up by its hash: the time that takes tells nothing about the address.
        """
        key = _hashed(word)
        found = await self._records.get(_KIND, key) if _WORD.fullmatch(word) else None
        if found is None:
            return None
        kept = _ADDRESS.decode(found)
        if kept.of_option and key not in self._of_option:
            return None
        await self._uses.note(kept.id)
        return kept.grant()

    async def make(
        self, asked: Asked, expires: float | None = None, *, of_option: bool = False
    ) -> tuple[str, KeptAddress]:
        """Make an address; it is returned here and never again."""
        word = f"private_{secrets.token_urlsafe(16)}"
        kept = KeptAddress(
            id=secrets.token_hex(8),
            name=asked.name,
            scopes=asked.scopes,
            only=asked.only,
            created=self._now(),
            expires=expires,
            of_option=of_option,
        )
        await self._records.add(_KIND, _hashed(word), msgspec.json.encode(kept), expires)
        return word, kept

    async def renew(self, word: str, asked: Asked) -> str:
        """Give an address of the option what is asked now; return it, or another if it is gone."""
        key = _hashed(word)
        found = await self._records.get(_KIND, key)
        if found is None:
            return (await self.make(asked, of_option=True))[0]
        changed = msgspec.structs.replace(
            _ADDRESS.decode(found), scopes=asked.scopes, only=asked.only
        )
        await self._records.swap(_KIND, key, found, msgspec.json.encode(changed))
        return word

    async def keep_of_option(self, words: Collection[str]) -> None:
        """Let in by these addresses of the option, and end the others."""
        self._of_option = frozenset(map(_hashed, words))
        for key, kept in (await self._kept()).items():
            if kept.of_option and key not in self._of_option:
                await self._records.remove(_KIND, key)

    async def listed(self) -> list[ListedAddress]:
        """Return every address, newest first."""
        uses = await self._uses.last()
        kept = sorted((await self._kept()).values(), key=lambda one: one.created, reverse=True)
        return [ListedAddress(one, uses.get(one.id)) for one in kept]

    async def change(self, new: KeptAddress) -> bool:
        """Replace an address by one with other rights or limits; says whether it was there."""
        for key, old in (await self._kept()).items():
            if old.id == new.id:
                before, after = msgspec.json.encode(old), msgspec.json.encode(new)
                return await self._records.swap(_KIND, key, before, after)
        return False

    async def revoke(self, address_id: str) -> bool:
        """End an address, and say whether it was there."""
        for key, kept in (await self._kept()).items():
            if kept.id == address_id:
                return await self._records.remove(_KIND, key)
        return False

    async def revoke_all(self) -> None:
        """End every address."""
        await self._records.clear(_KIND)

    async def _kept(self) -> dict[str, KeptAddress]:
        found = await self._records.all(_KIND)
        return {key: _ADDRESS.decode(value) for key, value in found.items()}


def _hashed(word: str) -> str:
    return hashlib.sha256(word.encode()).hexdigest()


_ADDRESS: Final = msgspec.json.Decoder(KeptAddress)
