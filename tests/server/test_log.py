"""No line of the log shows a secret, except the one that hands it to its owner."""

import logging
import re
import subprocess
import sys

import pytest

from ha_mcp.app_options import app_options
from ha_mcp.options import Options
from ha_mcp.redact import ADDRESS_LOG, Redacting
from ha_mcp.secret import Secret

TOKEN = Secret("eyJhbGciOi.token")
PATH = Secret("/private_0123456789abcdef")
MASK = r"\[hidden:[0-9a-f]{4}\]"


def line(message: str, *args: object, name: str = "somebody", err: Exception | None = None) -> str:
    """Format one record."""
    info = (type(err), err, None) if err else None
    record = logging.LogRecord(name, logging.INFO, __file__, 1, message, args, info)
    return Redacting("%(levelname)s %(message)s", [TOKEN, PATH]).format(record)


def test_a_secret_is_taken_out_wherever_it_stands() -> None:
    """In the message, in its arguments, with and without the slash."""
    written = line("GET /private_0123456789abcdef?x=%s", TOKEN.reveal())

    assert re.fullmatch(rf"INFO GET /{MASK}\?x={MASK}", written)
    assert re.fullmatch(rf"INFO at {MASK}", line("at private_0123456789abcdef"))


def test_a_secret_is_taken_out_of_a_traceback() -> None:
    """The words of an error come from anywhere."""
    written = line("failed", err=ValueError(f"inside {TOKEN.reveal()}"))

    assert re.search(rf"ValueError: inside {MASK}", written)
    assert TOKEN.reveal() not in written


def test_the_owner_is_shown_the_address() -> None:
    """It is how an assistant is set up."""
    assert line("http://home%s", PATH.reveal(), name=ADDRESS_LOG).endswith(PATH.reveal())


SCRIPT = """
import logging
from ha_mcp.logs import open_log
from ha_mcp.options import Edge, Options
from ha_mcp.redact import ADDRESS_LOG
from ha_mcp.secret import Secret
from pathlib import Path

open_log(Options(
    core_rest="", core_ws="", token=Secret("the-token-of-the-home"), state_dir=Path("/"),
    log_level="{level}",
    edge=Edge(host="127.0.0.1", port=1, path=Secret("{path}")),
    voice_path=Secret("/private_of_the_agents"),
))
logging.getLogger("ha_mcp.x").info("ours the-token-of-the-home {path} /private_of_the_agents")
logging.getLogger("mcp.x").info("theirs")
logging.getLogger(ADDRESS_LOG).info("address {path}")
"""


def written(level: str, path: str = "/private_0123456789abcdef") -> str:
    """Return what a process with this level writes."""
    script = SCRIPT.format(level=level, path=path)
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout == ""  # it may belong to the protocol
    return done.stderr


@pytest.mark.parametrize(
    ("level", "words"),
    [
        ("debug", {"ours", "theirs", "address"}),
        ("info", {"ours", "address"}),
        ("error", {"address"}),
    ],
)
def test_the_level_decides_who_writes_but_the_address_is_always_shown(
    level: str, words: set[str]
) -> None:
    """Libraries are heard only when somebody looks for a fault."""
    text = written(level)

    assert {word for word in ("ours", "theirs", "address") if word in text} == words
    assert "the-token" not in text
    assert "of_the_agents" not in text


def test_a_path_that_anybody_could_guess_is_no_secret() -> None:
    """Taking it out would only mangle lines."""
    assert re.search(rf"ours {MASK} /mcp /{MASK}", written("info", "/mcp"))


def test_the_app_hides_its_token_and_its_path(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """Options never show what is secret in them."""
    options: Options = app_options(
        {"SUPERVISOR_TOKEN": "abc"}, data=tmp_path_factory.mktemp("data")
    )

    assert "abc" not in repr(options)
    assert "private_" not in repr(options)
