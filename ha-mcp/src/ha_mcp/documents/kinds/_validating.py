"""Triggers, conditions and actions, looked at by Core without storing them."""

from ...home import Home
from ..kind import Body, Finding


async def validated(home: Home, parts: Body) -> list[Finding]:
    """Return what Core finds wrong; ``parts`` has triggers, conditions or actions.

    Each item is named by its place where Core does not say it.
    """
    given = {key: value for key, value in parts.items() if value}
    if not given:
        return []
    answer = await home.core.command("validate_config", **given)
    return [
        Finding(f"/{key}", _plain(str(said["error"])), error=True)
        for key, said in answer.items()
        if not said["valid"]
    ]


def _plain(message: str) -> str:
    return " ".join(message.split())
