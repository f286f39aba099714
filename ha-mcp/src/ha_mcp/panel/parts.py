"""What the panel shows and acts on."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from ..access.private_addresses import PrivateAddresses
from ..access.store import AccessStore
from ..documents import Store
from ..ha import Supervisor
from ..home import Home
from ..masks import Masks
from ..options import Options
from ..remote import Remote


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What the pages are made from; everything of it is the running server's own."""

    version: str
    options: Options
    home: Home
    store: Store
    supervisor: Supervisor
    logins: AccessStore
    addresses: PrivateAddresses
    remote: Remote
    masks: Masks  # of what no page may show
    now: Callable[[], float] = time.time  # seconds since the epoch
