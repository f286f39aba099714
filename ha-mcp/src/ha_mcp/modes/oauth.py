"""Over HTTP to many people, each signed in to their own home (``ha-mcp-oauth``)."""

from collections.abc import Mapping
from typing import Final

from ..logs import write_log
from ..many.serving import over_oauth
from ..oauth_options import OauthOptions, oauth_options
from . import running
from .running import told_to_stop

ABOUT: Final = """\
Serve many people over HTTP. Each signs in to their own Home Assistant and decides what an assistant
may do there (OAuth 2.1).
"""
ENVIRONMENT: Final = """\
environment:
  MCP_BASE_URL           address under which clients and browsers reach this server
  OAUTH_ENCRYPTION_KEY   key of at least 32 characters; made and kept when there is one server
  MCP_HOST               address to listen on (127.0.0.1)
  MCP_PORT               port to listen on (8086)
  MCP_SECRET_PATH        path of the endpoint (/mcp)
  DATABASE_URL           postgresql://… that several servers share, or
  REDIS_URL              redis://… that several servers share
  HOMEASSISTANT_URL      address that the sign-in form suggests
  MCP_ALLOW_LOCAL_HOMES  true: homes may be on this machine (loopback) and its own wire
  MCP_MAX_HOMES          homes that are open at once (8)
  SSL_CERTFILE           certificate with its chain (PEM), to serve over https
  SSL_KEYFILE            its private key (PEM)
  MCP_CORS_ORIGINS       origins of web pages that may use the server (all)
  READ_ONLY              true: nobody may change anything
  JOURNAL_DAYS           how long changes are kept, to be taken back (30)
  LOG_LEVEL              debug, info, warning or error
"""


def run(environ: Mapping[str, str]) -> None:
    """Serve until SIGTERM or SIGINT."""
    options = oauth_options(environ)
    write_log(options.log_level, options.secrets)
    running.run(_until_told(options))


async def _until_told(options: OauthOptions) -> None:
    await over_oauth(options, told_to_stop())
