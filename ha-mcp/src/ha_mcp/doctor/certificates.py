"""Does somebody listen, and is their certificate one that assistants accept?"""

import asyncio
import ssl
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, Final

from .report import Fault, Hop
from .world import World

# As OpenSSL numbers what it finds.
_EXPIRED, _WRONG_NAME = 10, 62
_REFUSALS: Final = ("ALERT", "UNRECOGNIZED_NAME")  # OpenSSL's words for what the other side says
_SELF_SIGNED: Final = {18, 19}


async def check_certificate(
    world: World, host: str, address: str, port: int, patience: float
) -> str:
    """Connect as https does; return until when the certificate is good."""
    place = world.way(address, port)
    try:
        async with asyncio.timeout(patience):
            _, writer = await asyncio.open_connection(
                *place, ssl=world.trusted, server_hostname=host
            )
    except ssl.SSLCertVerificationError as err:
        raise _fault(host, err.verify_code, err.verify_message) from err
    except ssl.SSLEOFError as err:
        raise _no_greeting(host, err) from err
    except ssl.SSLError as err:
        raise _no_agreement(host, err.reason or "") from err
    except (OSError, TimeoutError) as err:
        raise _no_greeting(host, err) from err
    until = _until(writer.get_extra_info("peercert"))
    writer.close()
    with suppress(OSError):
        await writer.wait_closed()
    return until


def _fault(host: str, code: int, seen: str) -> Fault:
    if code == _EXPIRED:
        return Fault(
            Hop.CERTIFICATE,
            "certificate_expired",
            f"The certificate of {host} has expired",
            "Renew it: restart the app that gets it (Let's Encrypt, DuckDNS, NGINX Proxy Manager)"
            " and read in its log what keeps it from renewing; then restart what uses it",
            evidence=seen,
        )
    if code == _WRONG_NAME:
        return Fault(
            Hop.CERTIFICATE,
            "certificate_name",
            f"The certificate is for another name than {host}",
            f"Get a certificate for {host}, or use the name that it was made for",
            evidence=seen,
        )
    if code in _SELF_SIGNED:
        return Fault(
            Hop.CERTIFICATE,
            "certificate_self_signed",
            f"The certificate of {host} was signed by nobody whom assistants trust",
            "Get one from a public authority such as Let's Encrypt",
            evidence=seen,
        )
    return Fault(
        Hop.CERTIFICATE,
        "certificate_chain",
        f"The certificate of {host} cannot be followed to an authority that assistants trust",
        "Configure the whole chain (fullchain), not the certificate alone",
        evidence=seen,
    )


def _no_agreement(host: str, reason: str) -> Fault:
    """Tell who speaks https and refuses from who does not speak it."""
    if any(mark in reason for mark in _REFUSALS):
        return Fault(
            Hop.CERTIFICATE,
            "tls_refused",
            f"The server refuses to speak https for {host}",
            "Set up this name with a certificate in your proxy or tunnel, with TLS 1.2 or 1.3 and"
            " without client certificates (mTLS). Cloudflare's free certificate covers one level"
            " of names: ha.example.com, not ha.home.example.com",
            evidence=reason,
        )
    return Fault(
        Hop.CERTIFICATE,
        "not_tls",
        f"What listens at {host} does not speak https",
        "Let your proxy or router lead port 443 to a server that speaks https",
        evidence=reason,
    )


def _no_greeting(host: str, err: OSError) -> Fault:
    """Tell who listens and does not begin from who is not there at all."""
    advice = "Look into the log of the proxy or tunnel that listens there, and restart it"
    if host.endswith(".nabu.casa"):
        advice = (
            "In Home Assistant, under Settings, Home Assistant Cloud, switch remote access on and"
            " wait until it is connected; it may also be restarting"
        )
    return Fault(
        Hop.CERTIFICATE,
        "no_greeting",
        f"Somebody listens at {host}, but the encryption is never set up",
        advice,
        evidence=type(err).__name__,
    )


def _until(certificate: dict[str, Any] | None) -> str:
    if not certificate:
        return "accepted"
    end = datetime.fromtimestamp(ssl.cert_time_to_seconds(certificate["notAfter"]), UTC)
    return f"good until {end:%Y-%m-%d}"
