"""Which apps of this house may carry remote traffic, and the token they are given."""

import re
from collections.abc import Mapping
from typing import Any, Final

from aiohttp import ClientSession

from ._shared.relay import SERVICE
from .doctor import examine
from .doctor.command import WithHome
from .ha import CoreRest, Supervisor
from .options import Options
from .problems import Problem
from .secret import kept
from .web.pairing import Pairing
from .web.signing_in import Authorization

_SLUG: Final = re.compile(r"[a-z0-9][a-z0-9_.-]{0,100}")


def pairing(
    options: Options,
    session: ClientSession,
    supervisor: Supervisor,
    authorization: Authorization,
) -> Pairing:
    """Return how relays are paired: the Supervisor vouches for them."""

    async def recognise(slug: str, address: str) -> bool:
        if slug == "self" or not _SLUG.fullmatch(slug):
            return False
        try:
            app = await supervisor.app_info(slug)
        except Problem:
            return False
        return SERVICE in app.discovery and bool(address) and app.ip_address == address

    async def look(url: str) -> Mapping[str, Any]:
        rest = CoreRest(
            session, options.core_rest, options.token.reveal, reads_only=options.reads_only
        )
        return (await examine(url, WithHome(home_first=True, rest=rest))).as_json()

    token = kept(options.state_dir / "relay_token")
    return Pairing(
        token=token.reveal(), recognise=recognise, examine=look, authorization=authorization
    )
