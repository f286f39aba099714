"""Does somebody listen there?"""

import asyncio
from contextlib import suppress
from typing import Final

from .report import Fault, Hop
from .world import World

# Many routers do not lead their own public address back inside.
_FROM_OUTSIDE: Final = (
    ". Open the address on a phone without Wi-Fi too: if that works, only your router does not lead"
    " its own address back inside, and the doctor has to be run elsewhere"
)


async def check_connection(world: World, address: str, port: int, patience: float) -> str:
    """Connect and hang up."""
    try:
        async with asyncio.timeout(patience):
            _, writer = await asyncio.open_connection(*world.way(address, port))
    except (OSError, TimeoutError) as err:
        raise Fault(
            Hop.CONNECTION,
            "nobody_listens",
            f"Nobody answers at {address}, port {port}",
            "Check that the machine runs, that the address is still the one of your home, and that"
            f" the router or firewall lets port {port} through to it{_FROM_OUTSIDE}",
            evidence=type(err).__name__,
        ) from err
    writer.close()
    with suppress(OSError):
        await writer.wait_closed()
    return "somebody listens"
