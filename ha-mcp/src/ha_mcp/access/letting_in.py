"""Everybody who may come in, by a login or a private address: let in, kept to a part, shut out."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import msgspec

from ..problems import Conflict, Invalid, NotFound
from .asked import Asked
from .grants import Only
from .private_addresses import KeptAddress, ListedAddress, PrivateAddresses
from .store import AccessStore, KeptGrant, Listed

DAYS: Final = range(1, 3651)
_DAY: Final = 86400.0

type Somebody = Listed | ListedAddress


@dataclass(frozen=True, slots=True)
class LetIn:
    """Everybody who may come in; a server for many people has logins only.

    Everything raises StoreAway when what is remembered of access cannot be used.
    """

    logins: AccessStore
    addresses: PrivateAddresses | None
    now: Callable[[], float] = time.time

    async def all(self) -> list[Somebody]:
        """Return the addresses, then the logins, each the newest first."""
        addresses = [] if self.addresses is None else await self.addresses.listed()
        return [*addresses, *await self.logins.grants()]

    async def one(self, its_id: str) -> Somebody:
        """Return who has this id; raises NotFound."""
        for somebody in await self.all():
            if kept(somebody).id == its_id:
                return somebody
        raise NotFound("Nobody with this id is let in any more", what="client", which=its_id)

    async def add(self, wanted: Asked, days: int | None) -> tuple[str, KeptAddress]:
        """Make an address, for so many days or for ever; raises Invalid, Conflict.

        The address is returned here and never again.
        """
        if self.addresses is None:
            raise Invalid(
                "A server for many people has no private addresses",
                hint="Everybody signs in there",
            )
        expires = None if days is None else self.now() + _possible(days) * _DAY
        if any(one.address.name == wanted.name for one in await self.addresses.listed()):
            raise Conflict(
                f"There is an address with the name {wanted.name!r}",
                hint="Choose another name, or shut that one out first",
            )
        return await self.addresses.make(wanted, expires)

    async def keep_to(self, somebody: Somebody, part: Only | None) -> Somebody:
        """Keep somebody to a part of the home, None being all of it; raises Conflict."""
        now: Somebody
        if isinstance(somebody, Listed):
            grant = msgspec.structs.replace(somebody.grant, only=part)
            now = Listed(grant, somebody.last_used)
            done = await self.logins.change_grant(grant)
        else:
            if somebody.address.of_option:
                raise Conflict(
                    "This address is of the option private_urls",
                    hint="Change it there, then restart",
                )
            address = msgspec.structs.replace(somebody.address, only=part)
            now = ListedAddress(address, somebody.last_used)
            done = self.addresses is not None and await self.addresses.change(address)
        if not done:
            raise Conflict("It was changed by somebody else meanwhile", hint="Repeat it")
        return now

    async def shut_out(self, somebody: Somebody) -> None:
        """End a login or an address."""
        if isinstance(somebody, Listed):
            await self.logins.revoke(somebody.grant.id)
        elif self.addresses is not None:
            await self.addresses.revoke(somebody.address.id)

    async def shut_all_out(self) -> int:
        """End every login and every further address; returns how many there were."""
        known = await self.all()
        await self.logins.revoke_all()
        if self.addresses is not None:
            await self.addresses.revoke_all()
        return len(known)


def kept(somebody: Somebody) -> KeptGrant | KeptAddress:
    """Return what is remembered of somebody."""
    return somebody.grant if isinstance(somebody, Listed) else somebody.address


def _possible(days: int) -> int:
    if days not in DAYS:
        raise Invalid(f"{days} days are not possible; {DAYS[0]} to {DAYS[-1]} are")
    return days
