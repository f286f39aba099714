"""The private addresses of the option ``private_urls``: each keeps its address by its name.

They are kept readable, beside the app's own, because they are told at every start.
"""

import json
import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from .access.asked import Asked
from .access.private_addresses import PrivateAddresses
from .access.records import StoreAway
from .secret import Secret, write_private

FILE: Final = "private_urls.json"
_LOG = logging.getLogger(__name__)


async def of_option(
    wanted: Sequence[Asked], file: Path, addresses: PrivateAddresses
) -> list[tuple[Asked, Secret]]:
    """Let in by these addresses and no others of the option; return them to be told.

    A name that is new, or whose address was shut out meanwhile, gets another address.
    """
    words = _kept(file)
    if not wanted and not words:
        return []
    try:
        told = [(one, await addresses.renew(words.get(one.name, ""), one)) for one in wanted]
        await addresses.keep_of_option([word for _, word in told])
        write_private(file, json.dumps({one.name: word for one, word in told}))
    except (StoreAway, OSError) as away:
        _LOG.warning("The addresses of the option private_urls cannot be kept: %s", away)
        return []
    return [(one, Secret(word)) for one, word in told]


def _kept(file: Path) -> Mapping[str, str]:
    """Return the addresses by their names; where they cannot be read, others are made."""
    try:
        kept = json.loads(file.read_text(encoding="ascii"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as err:
        _LOG.warning("The addresses in %s cannot be read and are made anew: %s", file.name, err)
        return {}
    words = kept.items() if isinstance(kept, dict) else ()
    return {name: word for name, word in words if isinstance(word, str)}
