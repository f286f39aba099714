"""What Home Assistant makes of the integration: loaded, out of date, answering."""

import json
from collections.abc import Mapping
from typing import Any, Final

from ._shared.relay import LOGIN_NEEDED
from .core import Core, Refused
from .installing import DOMAIN
from .trouble import Trouble

_NOTIFICATION: Final = f"{DOMAIN}_restart"
_TITLE: Final = "Restart Home Assistant"
_MESSAGE: Final = (
    "The app **Webhook Proxy** has installed a part of itself in Home Assistant, which takes"
    " effect after a restart. Restart Home Assistant once when it suits you:"
    " [Settings](/config/system). This message goes away by itself."
)
_PING: Final = {"jsonrpc": "2.0", "id": 1, "method": "ping"}


class RestartNeeded(Trouble):
    """Home Assistant runs another version than the one on its disk, or none."""


class RestartNotice:
    """Asks the owner for a restart of Home Assistant as long as one is needed."""

    def __init__(self) -> None:
        """Know nothing of what an earlier run of this app has shown."""
        self._shown: bool | None = None

    async def check(self, core: Core, installed: str) -> None:
        """Compare what Home Assistant has in memory with the disk; raises RestartNeeded."""
        try:
            loaded = (await core.command("manifest/get", integration=DOMAIN)).get("version")
        except Refused:
            loaded = None
        await self._show(core, needed=loaded != installed)
        if loaded != installed:
            state = "not loaded yet" if loaded is None else f"loaded in version {loaded}"
            raise RestartNeeded(
                f"Restart Home Assistant once: version {installed} of the relay is installed and"
                f" {state}"
            )

    async def _show(self, core: Core, *, needed: bool) -> None:
        """Show or take away, once: each of it is an event in Home Assistant."""
        if needed is self._shown:
            return
        own = {"notification_id": _NOTIFICATION}
        if needed:
            words = {"title": _TITLE, "message": _MESSAGE}
            await core.act("persistent_notification", "create", **own, **words)
        else:
            await core.act("persistent_notification", "dismiss", **own)
        self._shown = needed


async def check_answering(core: Core, webhook_id: str, *, login: bool) -> None:
    """Ask the server through Home Assistant, the way an assistant will, without a token."""
    answer = await core.command(
        "webhook/handle",
        webhook_id=webhook_id,
        method="POST",
        headers={"Content-Type": "application/json"},
        body=json.dumps(_PING),
    )
    if answer["status"] == 200 and not answer["body"]:
        raise Trouble(
            "Home Assistant has not opened the webhook: look under Settings, Devices & services,"
            " for MCP Server, and set it up if it is waiting there"
        )
    error = _error(answer["body"])
    if login and answer["status"] == 401 and error.get("data") == {"reason": LOGIN_NEEDED}:
        return
    if answer["status"] != 200:
        reason = error.get("message", "no reason given")
        raise Trouble(f"The relay answers with HTTP {answer['status']}: {reason}")
    if login:
        raise Trouble(
            "A login is wanted, and Home Assistant lets everybody in who knows the address: restart"
            " Home Assistant"
        )


def _error(body: str | None) -> Mapping[str, Any]:
    try:
        error = json.loads(body or "")["error"]
    except (ValueError, KeyError, TypeError):
        return {}
    return error if isinstance(error, dict) else {}
