"""Names that several modules use."""

from typing import Final

from ._shared.relay import SERVICE

DOMAIN: Final = SERVICE
TITLE: Final = "MCP Server"

CONF_CONTRACTS: Final = "contracts"  # what the server speaks, such as "1-1"
CONF_AUTH: Final = "auth"  # what admits, such as "login"
CONF_REMOTE: Final = "remote"  # the address outside that the owner has told the app
CONF_ON_DISK: Final = "integration"  # version of this integration that the app put on the disk
