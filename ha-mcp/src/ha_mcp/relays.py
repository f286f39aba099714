"""Which apps of this house may carry remote traffic, and the token they are given."""

import re
from collections.abc import Mapping
from typing import Any, Final

from aiohttp import ClientSession

from ._shared.relay import AUTH_LOGIN, AUTH_URL, SERVICE
from .doctor import Report, examine
from .doctor.command import WithHome
from .ha import CoreRest, Supervisor
from .options import Options
from .problems import Problem
from .remote import Remote
from .secret import kept
from .web.pairing import Pairing
from .web.signing_in import Authorization

_SLUG: Final = re.compile(r"[a-z0-9][a-z0-9_.-]{0,100}")


def remote(options: Options, session: ClientSession) -> Remote:
    """Return what is known of the way from outside, which the doctor sees with the home's help."""

    async def look(url: str) -> Report:
        rest = CoreRest(
            session, options.core_rest, options.token.reveal, reads_only=options.reads_only
        )
        return await examine(url, WithHome(home_first=True, rest=rest))

    return Remote(look)


def pairing(
    options: Options, supervisor: Supervisor, authorization: Authorization, outside: Remote
) -> Pairing:
    """Return how relays are paired: the Supervisor vouches for them."""

    async def recognise(slug: str, address: str) -> bool:
        if slug == "self" or not _SLUG.fullmatch(slug):
            return False
        try:
            app = await supervisor.app_info(slug)
        except Problem:
            return False
        if SERVICE not in app.discovery or not address or app.ip_address != address:
            return False
        outside.hear()
        return True

    async def look(url: str, auth: str) -> Mapping[str, Any]:
        signs_in = {AUTH_LOGIN: True, AUTH_URL: False}.get(auth)
        return (await outside.told(url, signs_in=signs_in)).as_json()

    token = kept(options.state_dir / "relay_token")
    return Pairing(
        token=token.reveal(), recognise=recognise, examine=look, authorization=authorization
    )
