"""Start the app inside Home Assistant OS (``python -m webhook_proxy``)."""

import asyncio
import logging
import os
import signal
import sys

from .app import run
from .options import AppOptions, Places
from .trouble import Trouble


async def _until_told(options: AppOptions, places: Places, token: str) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    await run(options, places, token, stop)


def main() -> None:
    """Run until the Supervisor stops it; what is wrong from the start is said in one sentence."""
    places = Places()
    try:
        options = AppOptions.read(places.data / "options.json")
        open_log(options.log_level)
        asyncio.run(_until_told(options, places, _token()))
    except Trouble as trouble:
        sys.stderr.write(f"{trouble}\n")
        raise SystemExit(1) from None


def _token() -> str:
    token = os.environ.get("SUPERVISOR_TOKEN")
    if not token:
        raise Trouble("This app runs inside Home Assistant OS only")
    return token


def open_log(level: str) -> None:
    """Write to stderr; the address is shown at every level."""
    logging.basicConfig(
        level=level.upper(), format="%(asctime)s %(levelname)s %(message)s", force=True
    )
    logging.getLogger("webhook_proxy.address").setLevel(logging.INFO)
    if level != "debug":
        logging.getLogger("aiohttp").setLevel(logging.WARNING)


if __name__ == "__main__":
    main()
