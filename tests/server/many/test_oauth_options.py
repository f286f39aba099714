"""A server for many people is told little, and says in one sentence what is wrong with it."""

import sys
from pathlib import Path

import pytest

from ha_mcp.many.stores import opened_store
from ha_mcp.oauth_options import oauth_options
from ha_mcp.problems import Invalid, Unsupported
from ha_mcp.secret import Secret

LEAST = {"MCP_BASE_URL": "https://mcp.example", "XDG_STATE_HOME": "/state"}
KEY = "k" * 32


def test_the_address_is_all_it_needs() -> None:
    """The rest has a default that is safe."""
    options = oauth_options(LEAST, platform="linux")

    assert options.resource == "https://mcp.example/mcp"
    assert (options.edge.host, options.edge.port) == ("127.0.0.1", 8086)
    assert (options.key, options.shared_store, options.suggested_home) == (None, None, "")
    assert (options.local_homes, options.most_homes, options.reads_only) == (False, 8, "")
    assert options.state_dir == Path("/state/ha-mcp/oauth")
    assert options.edge.origins == {"*"}


def test_everything_can_be_chosen() -> None:
    """As the help says."""
    options = oauth_options(
        LEAST
        | {
            "OAUTH_ENCRYPTION_KEY": KEY,
            "REDIS_URL": "redis://:secret@store/0",
            "MCP_SECRET_PATH": "/homes",
            "MCP_ALLOW_LOCAL_HOMES": "true",
            "MCP_MAX_HOMES": "20",
            "MCP_CORS_ORIGINS": "https://app.example",
            "HOMEASSISTANT_URL": "http://homeassistant.local:8123/",
            "READ_ONLY": "yes",
            "JOURNAL_DAYS": "90",
        }
    )

    assert options.resource == "https://mcp.example/homes"
    assert options.key == Secret(KEY)
    assert options.shared_store == Secret("redis://:secret@store/0")
    assert options.edge.origins == {"https://app.example"}
    assert options.suggested_home == "http://homeassistant.local:8123"
    assert (options.local_homes, options.most_homes) == (True, 20)
    assert "READ_ONLY" in options.reads_only
    assert options.at("http://one", "token", "folder").journal_days == 90


def test_no_secret_shows_itself() -> None:
    """Neither in the options nor, later, in the log."""
    options = oauth_options(
        LEAST | {"OAUTH_ENCRYPTION_KEY": KEY, "DATABASE_URL": "postgresql://me:mine@store/db"}
    )

    assert KEY not in repr(options)
    assert "mine" not in repr(options)
    assert options.secrets == [Secret(KEY), Secret("postgresql://me:mine@store/db")]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("https://MCP.example/", "https://mcp.example"),
        ("https://mcp.example:443", "https://mcp.example"),
        ("http://localhost:8086", "http://localhost:8086"),
        ("http://[fd00::5]:8086/", "http://[fd00::5]:8086"),
    ],
)
def test_the_address_has_one_spelling(written: str, read: str) -> None:
    """Clients compare it letter by letter."""
    assert oauth_options(LEAST | {"MCP_BASE_URL": written}).base_url == read


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MCP_BASE_URL", ""),
        ("MCP_BASE_URL", "mcp.example"),
        ("MCP_BASE_URL", "ftp://mcp.example"),
        ("MCP_BASE_URL", "https://mcp.example/below"),
        ("MCP_BASE_URL", "https://mcp.example/?a=b"),
        ("MCP_BASE_URL", "https://me:mine@mcp.example"),
        ("MCP_BASE_URL", "https://[::1"),
        ("OAUTH_ENCRYPTION_KEY", "short"),
        ("DATABASE_URL", "mysql://store/db"),
        ("REDIS_URL", "store:6379"),
        ("MCP_MAX_HOMES", "0"),
        ("JOURNAL_DAYS", "0"),
        ("MCP_MAX_HOMES", "many"),
        ("MCP_SECRET_PATH", "/authorize"),
        ("MCP_SECRET_PATH", "/token/of/mine"),
        ("MCP_ALLOW_LOCAL_HOMES", "maybe"),
        ("HOMEASSISTANT_URL", "homeassistant.local"),
        ("MCP_PORT", "0"),
        ("LOG_LEVEL", "loud"),
    ],
)
def test_a_wrong_variable_is_named_and_no_secret_repeated(name: str, value: str) -> None:
    """The sentence begins with what has to be changed."""
    with pytest.raises(Invalid) as caught:
        oauth_options(LEAST | {name: value})

    assert name in caught.value.message
    assert "mine" not in caught.value.message.removesuffix("/token/of/mine is the server's own")
    assert caught.value.details == {"what": "option", "which": name}


def test_servers_that_share_a_store_need_the_same_key() -> None:
    """Each would make its own, and refuse what the others gave."""
    with pytest.raises(Invalid, match="OAUTH_ENCRYPTION_KEY is not set") as caught:
        oauth_options(LEAST | {"REDIS_URL": "redis://store"})

    assert caught.value.hint == "Make one with: openssl rand -base64 32"


def test_there_is_one_store() -> None:
    """Two would know half each."""
    both = {"REDIS_URL": "redis://store", "DATABASE_URL": "postgresql://store/db"}
    with pytest.raises(Invalid, match="there is one store"):
        oauth_options(LEAST | both | {"OAUTH_ENCRYPTION_KEY": KEY})


@pytest.mark.parametrize(
    ("address", "package", "extra"),
    [
        ("redis://127.0.0.1:9/0", "redis", "redis"),
        ("postgres://127.0.0.1:9/db", "asyncpg", "postgresql"),
    ],
)
async def test_a_package_that_is_missing_is_named_with_how_to_get_it(
    monkeypatch: pytest.MonkeyPatch, address: str, package: str, extra: str
) -> None:
    """Who serves one home has no use for it, so it is not installed with the rest."""
    monkeypatch.setitem(sys.modules, package, None)
    for name in [one for one in sys.modules if one.startswith(f"{package}.")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.delitem(sys.modules, f"ha_mcp.access.{extra}", raising=False)
    name = "REDIS_URL" if address.startswith("redis") else "DATABASE_URL"
    options = oauth_options(LEAST | {"OAUTH_ENCRYPTION_KEY": KEY, name: address})

    with pytest.raises(Unsupported) as caught:
        async with opened_store(options):
            pass

    assert package in caught.value.message
    assert caught.value.hint == f'Install it with: pip install "ha-mcp[{extra}]"'


@pytest.mark.parametrize(
    ("address", "unprotected"),
    [
        ("https://mcp.example", False),
        ("http://localhost:8086", False),
        ("http://127.0.0.1:8086", False),
        ("http://mcp.home.arpa", True),
    ],
)
def test_an_address_without_encryption_is_noticed(address: str, *, unprotected: bool) -> None:
    """Tokens are as good as the way to the home."""
    assert oauth_options(LEAST | {"MCP_BASE_URL": address}).unprotected is unprotected
