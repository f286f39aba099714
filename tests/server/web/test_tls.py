"""The server shows its own certificate, and takes a renewed one without a restart."""

import asyncio
import logging
import os
from pathlib import Path

import httpx2
import pytest

from fakes.certificates import self_signed, shown_at, trusting
from ha_mcp.problems import Invalid
from ha_mcp.web.tls import Tls

from .edges import PATH, calling, running


@pytest.fixture
def chain(tmp_path: Path) -> Path:
    """Return the file of the certificate."""
    return tmp_path / "fullchain.pem"


@pytest.fixture
def key(tmp_path: Path) -> Path:
    """Return the file of its key."""
    return tmp_path / "privkey.pem"


async def test_a_client_that_trusts_the_certificate_is_served(chain: Path, key: Path) -> None:
    """Over https, at the same path."""
    self_signed(chain, key)

    async with (
        running(tls=Tls(chain, key)) as edge,
        httpx2.AsyncClient(verify=trusting(chain)) as http,
    ):
        url = edge.base.replace("http:", "https:") + PATH
        answer = await http.post(url, json=calling("ha_echo", words="hello"))

    assert answer.json()["result"]["content"][0]["text"] == "hello"


async def test_a_renewed_certificate_is_shown_without_a_restart(chain: Path, key: Path) -> None:
    """They last for weeks, servers for months."""
    self_signed(chain, key)
    tls = Tls(chain, key)

    async with running(tls=tls) as edge, asyncio.TaskGroup() as tasks:
        following = tasks.create_task(tls.follow(every=0.01))
        port = int(edge.base.rpartition(":")[2])
        renewed = self_signed(chain, key)
        async with asyncio.timeout(10):
            while await asyncio.to_thread(shown_at, port) != renewed:
                pass
        following.cancel()


async def test_half_a_renewal_leaves_the_old_certificate(
    chain: Path, key: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The two files are never written in the same moment."""
    number = self_signed(chain, key)
    tls = Tls(chain, key)

    async with running(tls=tls) as edge, asyncio.TaskGroup() as tasks:
        with caplog.at_level(logging.WARNING, "ha_mcp"):
            following = tasks.create_task(tls.follow(every=0.01))
            self_signed(chain, tmp_path / "not yet in place")
            await said(caplog, "belongs to another certificate")
            await asyncio.to_thread(chain.unlink)
            await said(caplog, "cannot be read")
        port = int(edge.base.rpartition(":")[2])
        shown = await asyncio.to_thread(shown_at, port)
        following.cancel()

    assert shown == number


async def said(caplog: pytest.LogCaptureFixture, words: str) -> None:
    """Wait until the log has these words."""
    async with asyncio.timeout(10):
        while words not in caplog.text:  # noqa: ASYNC110 - the log has no event
            await asyncio.sleep(0.01)


def test_a_file_that_is_not_there_is_named(chain: Path, key: Path) -> None:
    """With the option that points to it."""
    self_signed(chain, key)
    key.unlink()

    with pytest.raises(Invalid, match=f"SSL_KEYFILE is wrong: {key} cannot be read: No such file"):
        Tls(chain, key)


def test_a_key_with_a_password_is_refused_and_nobody_is_asked(chain: Path, key: Path) -> None:
    """A question at a terminal that nobody sees would hold the start for ever."""
    self_signed(chain, key, password=b"of the tests")

    with pytest.raises(Invalid, match="has a password"):
        Tls(chain, key)


def test_a_key_of_another_certificate_is_refused(chain: Path, key: Path, tmp_path: Path) -> None:
    """Half of a renewal, or the wrong file."""
    self_signed(chain, key)
    self_signed(tmp_path / "other.pem", key)

    with pytest.raises(Invalid, match="belongs to another certificate"):
        Tls(chain, key)


def test_a_certificate_without_a_key_is_refused(chain: Path, key: Path) -> None:
    """The file was thought to hold both."""
    self_signed(chain, key)

    with pytest.raises(Invalid, match="set SSL_KEYFILE"):
        Tls(chain, chain)


def test_what_is_no_certificate_is_refused(chain: Path, key: Path) -> None:
    """Also when it is not even text."""
    self_signed(chain, key)
    chain.write_bytes(os.urandom(200))

    with pytest.raises(Invalid, match="no certificate with its key"):
        Tls(chain, key)


def test_one_file_may_hold_both(chain: Path) -> None:
    """As some proxies keep them."""
    self_signed(chain, chain)

    assert Tls(chain, chain).context is not None
