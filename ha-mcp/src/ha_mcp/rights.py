"""What the token may do is found out once, and what it may not is said."""

import logging

from .ha import CoreSocket

_LOG = logging.getLogger(__name__)


async def tell_rights(core: CoreSocket) -> None:
    """Wait for the first connection, and warn of a token that is not an administrator's."""
    await core.up()
    if not core.user.is_admin:
        _LOG.warning(
            "The token belongs to %s, who is not an administrator: what only administrators may do"
            " will not work; the overview of the home lists what is missing",
            core.user.name or "a user without a name",
        )
