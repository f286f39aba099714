"""What stands between the internet and Home Assistant: names, certificates, and a proxy."""

import asyncio
import ipaddress
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from ha_mcp.doctor import CoreFacts

HOST = "home.example"
PUBLIC = "1.2.3.4"  # nothing is ever sent there: the stage below leads elsewhere


@dataclass
class Stage:
    """A world in which one name has some addresses, and every way leads to one port here."""

    trusted: ssl.SSLContext
    port: int = 9
    addresses: list[str] = field(default_factory=lambda: [PUBLIC])
    facts: CoreFacts | None = None

    async def resolve(self, host: str) -> list[str]:
        """Know the one name."""
        return self.addresses if host == HOST else []

    def way(self, address: str, port: int) -> tuple[str, int]:
        """Lead from the public address to the port here."""
        assert ipaddress.ip_address(address).is_global
        assert port == 443
        return "127.0.0.1", self.port

    async def inside(self) -> CoreFacts | None:
        """Say what the test wants Home Assistant to say."""
        return self.facts


class Authority:
    """Signs certificates, and is trusted by who is told to."""

    def __init__(self, folder: Path) -> None:
        """Make a key."""
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._certificate = _certificate("An authority", self._key, None, None)
        self.pem = self._certificate.public_bytes(serialization.Encoding.PEM)
        self.trusted = ssl.create_default_context()
        self.trusted.load_verify_locations(cadata=self.pem.decode())

    def signed(self, name: str = HOST, *, days: int = 30) -> ssl.SSLContext:
        """Return what a server shows: good for some days, or expired since some."""
        key = ec.generate_private_key(ec.SECP256R1())
        made = _certificate(name, key, self._certificate, self._key, days=days)
        return self._context(made, key)

    def self_signed(self) -> ssl.SSLContext:
        """Return what a server shows that nobody vouches for."""
        key = ec.generate_private_key(ec.SECP256R1())
        return self._context(_certificate(HOST, key, None, None), key)

    def _context(
        self, certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey
    ) -> ssl.SSLContext:
        file = self._folder / f"{certificate.serial_number}.pem"
        file.write_bytes(
            certificate.public_bytes(serialization.Encoding.PEM)
            + key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        return context


def _certificate(
    name: str,
    key: ec.EllipticCurvePrivateKey,
    issuer: x509.Certificate | None,
    signer: ec.EllipticCurvePrivateKey | None,
    *,
    days: int = 30,
) -> x509.Certificate:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    end = datetime.now(UTC) + timedelta(days=days)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(end - timedelta(days=90))
        .not_valid_after(end)
        .add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    if issuer is not None and signer is not None:
        alternative = x509.SubjectAlternativeName([x509.DNSName(name)])
        authority = x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key())
        builder = builder.add_extension(alternative, critical=False)
        builder = builder.add_extension(authority, critical=False)
    else:
        usage = x509.KeyUsage(
            digital_signature=True,
            content_commitment=False,
            key_encipherment=False,
            data_encipherment=False,
            key_agreement=False,
            key_cert_sign=True,
            crl_sign=True,
            encipher_only=False,
            decipher_only=False,
        )
        builder = builder.add_extension(usage, critical=True)
    return builder.sign(signer or key, hashes.SHA256())


@asynccontextmanager
async def front(
    context: ssl.SSLContext, behind: int, *, adds: str = "", host: str = "127.0.0.1"
) -> AsyncIterator[int]:
    """Speak TLS in front of a port, and add a header to the first request of each connection."""
    ways: set[asyncio.Task[None]] = set()

    async def arrived(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        ways.add(task)
        inner_reader, inner_writer = await asyncio.open_connection("127.0.0.1", behind)
        with suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            if adds:
                inner_writer.write(await reader.readline() + f"{adds}\r\n".encode())
            await asyncio.wait(
                [
                    asyncio.ensure_future(_carry(reader, inner_writer)),
                    asyncio.ensure_future(_carry(inner_reader, writer)),
                ],
                return_when=asyncio.FIRST_COMPLETED,
            )
        inner_writer.close()
        writer.close()

    server = await asyncio.start_server(arrived, host, 0, ssl=context)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for way in ways:
            way.cancel()
        await asyncio.gather(*ways, return_exceptions=True)


async def _carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
