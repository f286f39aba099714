"""The ways to run the server, as processes: they say in one sentence what keeps them from it."""

import asyncio
import json
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import httpx2
import pytest

from ha_mcp.web.serving import listen

PROGRAMS = Path(sys.executable).parent
HOME = {"HOMEASSISTANT_URL": "http://127.0.0.1:9", "HOMEASSISTANT_TOKEN": "the-token"}
DEBUG = HOME | {"LOG_LEVEL": "debug"}


@asynccontextmanager
async def process(
    *command: str | Path, environment: Mapping[str, str], stdin: int = DEVNULL
) -> AsyncIterator[Process]:
    """Start a program with an environment of its own."""
    started = await asyncio.create_subprocess_exec(
        *map(str, command),
        stdin=stdin,
        stdout=PIPE,
        stderr=PIPE,
        env={"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/"), **environment},
    )
    try:
        async with asyncio.timeout(20):
            yield started
    finally:
        if started.returncode is None:
            started.kill()
            await started.wait()


async def ended(*command: str | Path, **environment: str) -> tuple[int | None, str, str]:
    """Run a program to its end; return its code, its output and its complaints."""
    async with process(*command, environment=environment) as running:
        said, complained = await running.communicate()
        return running.returncode, said.decode(), complained.decode()


def free_port() -> int:
    """Return a port nobody has."""
    with listen("127.0.0.1", 0) as probe:
        port: int = probe.getsockname()[1]
        return port


@pytest.mark.parametrize("program", ["ha-mcp", "ha-mcp-web"])
async def test_a_setting_that_is_missing_is_named(program: str) -> None:
    """And what to do about it; nothing else."""
    code, said, complained = await ended(
        PROGRAMS / program, HOMEASSISTANT_URL=HOME["HOMEASSISTANT_URL"]
    )

    assert (code, said) == (1, "")
    assert complained.startswith("HOMEASSISTANT_TOKEN is not set. ")
    assert complained.count("\n") == 1


async def test_a_server_for_many_people_is_told_its_address() -> None:
    """Clients are told it, and compare it letter by letter."""
    code, said, complained = await ended(PROGRAMS / "ha-mcp-oauth")

    assert (code, said) == (1, "")
    assert complained.startswith("MCP_BASE_URL is not set. ")
    assert complained.count("\n") == 1


async def test_a_port_that_is_taken_is_named() -> None:
    """In one sentence with what to do."""
    with listen("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        code, _, complained = await ended(PROGRAMS / "ha-mcp-web", **HOME, MCP_PORT=str(port))

    assert code == 1
    assert complained == (
        f"Port {port} is in use by another program. Stop that program, or choose another port.\n"
    )


async def test_outside_home_assistant_os_the_app_says_what_to_run() -> None:
    """People try it."""
    code, _, complained = await ended(sys.executable, "-m", "ha_mcp", "app")

    assert code == 1
    assert "ha-mcp-web" in complained


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ([PROGRAMS / "ha-mcp", "--version"], "ha-mcp 0."),
        ([PROGRAMS / "ha-mcp", "--help"], "HOMEASSISTANT_TOKEN"),
        ([PROGRAMS / "ha-mcp-web", "--help"], "MCP_SECRET_PATH"),
        ([PROGRAMS / "ha-mcp-oauth", "--help"], "OAUTH_ENCRYPTION_KEY"),
        ([sys.executable, "-m", "ha_mcp", "--help"], "{app,web,oauth,stdio}"),
    ],
)
async def test_help_is_given(command: list[str | Path], words: str) -> None:
    """Without any setting."""
    code, said, _ = await ended(*command)

    assert code == 0
    assert words in said


async def test_an_unknown_mode_is_refused() -> None:
    """With the ones there are."""
    code, _, complained = await ended(sys.executable, "-m", "ha_mcp", "telnet")

    assert code == 2
    assert "app, web, oauth, stdio" in complained.replace("'", "")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("command", [["ha-mcp-web"], ["python", "-m", "ha_mcp", "web"]])
async def test_a_signal_ends_it_in_good_order(command: list[str], number: signal.Signals) -> None:
    """The Supervisor waits ten seconds, people less."""
    port = free_port()
    environment = HOME | {"MCP_PORT": str(port)}
    async with process(PROGRAMS / command[0], *command[1:], environment=environment) as running:
        await serving(port)
        running.send_signal(number)
        async with asyncio.timeout(5):
            said, complained = await running.communicate()

    assert (running.returncode, said) == (0, b"")
    assert b"Traceback" not in complained
    assert f"http://127.0.0.1:{port}/mcp".encode() in complained


async def serving(port: int) -> None:
    """Wait until a server answers."""
    async with httpx2.AsyncClient(verify=False) as http:
        while True:
            try:
                await http.get(f"http://127.0.0.1:{port}/healthz")
            except httpx2.TransportError:
                await asyncio.sleep(0.02)
            else:
                return


async def test_over_stdio_only_the_protocol_is_on_stdout_and_the_end_of_input_is_the_end() -> None:
    """A client ends its server by closing what it reads from."""
    hello = {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "initialize",
        "params": {
            "protocolVersion": "2025-11-25",
            "capabilities": {},
            "clientInfo": {"name": "tests", "version": "1"},
        },
    }
    async with process(PROGRAMS / "ha-mcp", stdin=PIPE, environment=DEBUG) as running:
        assert running.stdin is not None
        assert running.stdout is not None
        running.stdin.write(json.dumps(hello).encode() + b"\n")
        answer = json.loads(await running.stdout.readline())
        said, complained = await running.communicate()

    assert answer["result"]["serverInfo"]["name"] == "ha-mcp"
    assert (running.returncode, said) == (0, b"")
    assert b"Traceback" not in complained
    assert b"the-token" not in complained


async def test_over_stdio_ctrl_c_ends_it_at_once() -> None:
    """Although it waits for input, which nothing can interrupt."""
    async with process(PROGRAMS / "ha-mcp", stdin=PIPE, environment=DEBUG) as running:
        assert running.stderr is not None
        await running.stderr.readline()  # it is at work
        running.send_signal(signal.SIGINT)
        async with asyncio.timeout(2):
            await running.wait()

    assert running.returncode == -signal.SIGINT
