"""What commands need that serve nobody, in the app and outside."""

from collections.abc import Mapping
from pathlib import Path

from ..app_options import APP_DATA, app_options, in_app
from ..options import Options, home_address, required, state_dir, stdio_options


def plain_options(environ: Mapping[str, str]) -> Options:
    """Read what a command needs that serves nobody, in the app and outside."""
    return app_options(environ) if in_app(environ) else stdio_options(environ)


def journal_dir(environ: Mapping[str, str]) -> Path:
    """Return the folder with the journal; outside the app the address of the home names it."""
    if in_app(environ):
        return APP_DATA
    return state_dir(environ, home_address(required(environ, "HOMEASSISTANT_URL")))
