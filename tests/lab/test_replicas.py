"""What people are given to run several servers names only what there is."""

import re
from typing import Any

import yaml

from ha_mcp.modes.oauth import ENVIRONMENT
from lab.paths import REPOSITORY, SCRIPTS

REPLICAS = SCRIPTS / "replicas"
SERVERS = ("one", "two", "three")


def composed() -> dict[str, Any]:
    """Read the description."""
    read: dict[str, Any] = yaml.safe_load((REPLICAS / "compose.yaml").read_text(encoding="utf-8"))
    return read


def test_every_server_is_told_what_it_knows() -> None:
    """And all of them the same: one key, one store, one address."""
    services = composed()["services"]
    known = set(re.findall(r"^  ([A-Z_]+) ", ENVIRONMENT, re.MULTILINE))
    told = [services[name]["environment"] for name in SERVERS]

    assert told[0] == told[1] == told[2]
    assert set(told[0]) <= known
    assert {"MCP_BASE_URL", "OAUTH_ENCRYPTION_KEY", "REDIS_URL"} <= set(told[0])


def test_caddy_is_told_where_they_are() -> None:
    """By the port that the image listens on."""
    caddy = composed()["services"]["caddy"]["environment"]
    dockerfile = (REPLICAS / "Dockerfile").read_text(encoding="utf-8")
    asked = set(re.findall(r"\{\$([A-Z_]+)\}", (REPLICAS / "Caddyfile").read_text("utf-8")))

    assert caddy["MCP_REPLICAS"].split() == [f"{name}:8086" for name in SERVERS]
    assert "EXPOSE 8086" in dockerfile
    assert asked - set(caddy) == {"CADDY_GLOBAL"}  # for tests, empty elsewhere


def test_what_the_image_is_made_of_is_there() -> None:
    """Seen from the folder that is its context."""
    build = composed()["services"]["one"]["build"]
    context = (REPLICAS / build["context"]).resolve()
    dockerfile = (REPLICAS / "Dockerfile").read_text(encoding="utf-8")
    copied = re.findall(r"^COPY (.*) \S+$", dockerfile, re.MULTILINE)

    assert context == REPOSITORY / "ha-mcp"
    assert (context / build["dockerfile"]).resolve() == REPLICAS / "Dockerfile"
    assert [
        name for names in copied for name in names.split() if not (context / name).exists()
    ] == []
