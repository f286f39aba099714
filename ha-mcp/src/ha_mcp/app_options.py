"""What the owner of the app chose: the Supervisor writes it to a file, and gives the token."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import voluptuous as vol

from .access.asked import RIGHTS, Asked, asked
from .access.parts import only as part_of_home
from .edge_options import wrong
from .options import JOURNAL_DAYS, Edge, Options, level, required
from .problems import Invalid
from .secret import Secret, hard_to_guess, kept

APP_DATA: Final = Path("/data")
APP_PORT: Final = 9583
SUPERVISOR: Final = "http://supervisor"
VOICE_FILE: Final = "assist_secret"  # keeps the path for Home Assistant's agents

_EVERYWHERE = "0.0.0.0"  # noqa: S104 - a container has to be reached from outside it
_CONFIG_DIR = Path("/homeassistant")  # apparmor.txt names the files there that are looked at


@dataclass(frozen=True, slots=True, kw_only=True)
class AppOptions:
    """The options of config.yaml, as the owner set them."""

    log_level: str = "info"
    secret_path: Secret | None = None
    announce_to_assist: bool = True
    read_only: bool = False
    private_urls: tuple[Asked, ...] = ()
    access_hours: int = 1
    journal_days: int = 30


def app_options(
    environ: Mapping[str, str], *, data: Path = APP_DATA, supervisor: str = SUPERVISOR
) -> Options:
    """Read what the Supervisor gives the app, and make its secret at the first start."""
    chosen = read_app_options(data / "options.json")
    token = required(environ, "SUPERVISOR_TOKEN", hint="Outside Home Assistant OS run ha-mcp-web")
    secret = chosen.secret_path or kept(data / "secret")
    assist = kept(data / VOICE_FILE) if chosen.announce_to_assist else None
    return Options(
        core_rest=f"{supervisor}/core/api",
        core_ws=f"ws{supervisor.removeprefix('http')}/core/websocket",
        token=Secret(token),
        state_dir=data,
        log_level=chosen.log_level,
        supervisor=supervisor,
        edge=Edge(host=_EVERYWHERE, port=APP_PORT, path=Secret(f"/{secret.reveal()}")),
        voice_path=Secret(f"/{assist.reveal()}") if assist else None,
        read_only=chosen.read_only,
        further=chosen.private_urls,
        access_hours=chosen.access_hours,
        journal_days=chosen.journal_days,
        config_dir=_CONFIG_DIR,
    )


def read_app_options(file: Path) -> AppOptions:
    """Read options.json; what is not set has its default."""
    try:
        given = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        given = {}
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as err:
        raise Invalid(
            f"The options in {file} cannot be read: {err}",
            hint="Save the options of the app again, then restart it",
        ) from err
    try:
        return AppOptions(**_APP_SCHEMA(given))
    except vol.Invalid as err:
        name = str(err.path[0]) if err.path else "options.json"
        raise wrong(name, err.error_message) from err


def in_app(environ: Mapping[str, str]) -> bool:
    """Tell whether this runs inside Home Assistant OS."""
    return bool(environ.get("SUPERVISOR_TOKEN", "").strip())


def _level(value: Any) -> str:
    try:
        return level(value)
    except ValueError as err:
        raise vol.Invalid(str(err)) from err


def _secret_path(value: Any) -> Secret | None:
    """Accept a path of one segment, or nothing for the app's own."""
    if value is None or value == "":
        return None
    try:
        return hard_to_guess(value)
    except ValueError as err:
        raise vol.Invalid(str(err)) from err


def _private_urls(given: Any) -> tuple[Asked, ...]:
    """Accept what an address is for; one name is one address."""
    try:
        read = [_private_url(**one) for one in _URLS(given)]
    except Invalid as err:
        raise vol.Invalid(err.message) from err
    names = [one.name for one in read]
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise vol.Invalid(f"{twice!r} is there twice; each needs a name of its own")
    return tuple(read)


def _private_url(name: str, access: str, only: str | None = None) -> Asked:
    parts = (only or "").replace(",", " ").split()
    return asked(name, access, part_of_home(parts) if parts else None)


# Unknown options are dropped as the Supervisor drops them: an older version may have left some.
_HOURS: Final = "a number from 1 to 24 is needed"
_DAYS: Final = f"a number from 1 to {JOURNAL_DAYS[-1]} is needed"
_URLS: Final = vol.Schema(
    [
        vol.Schema(
            {
                vol.Required("name", msg="each needs a name"): str,
                vol.Required("access", msg="each needs its access"): vol.In(
                    RIGHTS, msg=f"{', '.join(RIGHTS)} are accepted"
                ),
                vol.Optional("only"): vol.Any(str, None),
            },
            extra=vol.REMOVE_EXTRA,
        )
    ]
)
_APP_SCHEMA: Final = vol.Schema(
    {
        vol.Optional("log_level"): _level,
        vol.Optional("secret_path"): _secret_path,
        vol.Optional("announce_to_assist"): bool,
        vol.Optional("read_only"): bool,
        vol.Optional("private_urls"): _private_urls,
        vol.Optional("access_hours"): vol.All(int, vol.Range(1, 24, msg=_HOURS)),
        vol.Optional("journal_days"): vol.All(int, vol.In(JOURNAL_DAYS, msg=_DAYS)),
    },
    extra=vol.REMOVE_EXTRA,
)
