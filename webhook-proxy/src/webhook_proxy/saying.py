"""What is written into the log: once, when it changes."""

import logging
from collections.abc import Mapping
from typing import Any, Final

from .address import Address

_LOG = logging.getLogger("webhook_proxy")
# The one log that may show the address: it is how the owner learns it.
_ADDRESS = logging.getLogger("webhook_proxy.address")
_PATH: Final = "/api/webhook/"
_PATIENT_LOOKS: Final = 4
_NOTES: Final = {
    True: "it lets you sign in with your Home Assistant account",
    False: "it is a password to your home",
}


class Saying:
    """Remembers what was said last."""

    def __init__(self, webhook_id: str, *, login: bool) -> None:
        """Nothing is said yet."""
        self._login = login
        self._path = _PATH + webhook_id
        self._shown: set[Address] = set()
        self._looks_in_vain = 0
        self._trouble: str | None = "nothing"
        self._reported: object = None

    def address(self, address: Address | None) -> None:
        """Show the remote address, ready to copy; one that comes and goes is shown once."""
        if address is None:
            self._nowhere()
        elif address not in self._shown:
            self._shown.add(address)
            _ADDRESS.info("Give your assistant this address; %s:", _NOTES[self._login])
            _ADDRESS.info("%s", self.url(address))
            for doubt in address.doubts:
                _LOG.warning("This address will not work everywhere: %s", doubt)

    def everybody_is_let_in(self) -> None:
        """Tell who has this app for longer that there is something better now."""
        _LOG.info(
            "Whoever knows the address is let in. To have assistants sign in instead, set the"
            " option remote_auth to login"
        )

    def _nowhere(self) -> None:
        """Say that there is none, but not while the cloud is still connecting."""
        self._looks_in_vain += 1
        if self._looks_in_vain == _PATIENT_LOOKS and not self._shown:
            _LOG.warning(
                "Home Assistant has no address outside your home. Connect Nabu Casa, or set the"
                " option remote_url"
            )

    def url(self, address: Address) -> str:
        """Return the whole of it."""
        return address.base + self._path

    def report(self, report: Mapping[str, Any]) -> None:
        """Show what the doctor found, which sees the address from inside the home."""
        fault = report["fault"]
        if (report["origin"], fault) == self._reported:
            return
        self._reported = report["origin"], fault
        if report["ok"]:
            _LOG.info("Seen from your home, nothing keeps assistants from this address")
            return
        _LOG.warning(
            "Seen from your home, assistants do not get through: %s. %s",
            fault["sentence"],
            fault["advice"],
        )

    def trouble(self, sentence: str | None) -> None:
        """Say what is wrong, or that everything works."""
        if sentence == self._trouble:
            return
        self._trouble = sentence
        if sentence is None:
            _LOG.info("Everything works: Home Assistant reaches the MCP server")
        else:
            _LOG.warning("%s", sentence)
