"""Where clients reach the server that a command runs beside."""

from collections.abc import Mapping, Sequence

from aiohttp import ClientSession, DummyCookieJar

from ..addresses import reached
from ..app_options import app_options, in_app
from ..ha import Supervisor
from ..options import Options
from ..problems import Problem


async def bases(environ: Mapping[str, str]) -> Sequence[str]:
    """Return the addresses without a path; none where that is known to the server alone.

    Outside the app the server has settings of its own, which a terminal need not have.
    """
    try:
        return await bases_of(app_options(environ)) if in_app(environ) else ()
    except Problem:
        return ()


async def bases_of(options: Options) -> Sequence[str]:
    """Return the addresses of the app as the Supervisor tells them; raises Problem."""
    async with ClientSession(cookie_jar=DummyCookieJar()) as session:
        base, token, why = options.supervisor or "", options.token.reveal, options.reads_only
        supervisor = Supervisor(session, base, token, reads_only=why)
        return (await reached(options.at_edge, supervisor)).bases
