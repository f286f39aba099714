"""Pictures: what a camera sees, image entities, and the picture of a person or of what plays."""

import asyncio
import importlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from ..problems import NotFound, Rejected, Unreachable, Unsupported
from .names import Names
from .rows import State
from .states import States
from .wire import Core, Rest

_MOST_FETCHED = 16_000_000  # bytes; a photo of a doorbell is 3 MB
_PROXIES = {"camera": "camera_proxy", "image": "image_proxy"}
# What Core serves below /api/ for the attribute entity_picture; anything else stays unread, since
# the attribute comes from an integration and the request carries our rights.
_PICTURES = ("camera_proxy", "image_proxy", "media_player_proxy", "image/serve")

type Fit = Callable[[bytes, int], tuple[bytes, str, int, int]]


@dataclass(frozen=True, slots=True)
class Photo:
    """An image that a model can look at: JPEG, PNG, GIF or WebP, at most 300 kB."""

    entity_id: str
    name: str
    data: bytes
    mime: str
    width: int
    height: int


class Images:
    """Fetches pictures of entities."""

    def __init__(self, core: Core, rest: Rest, states: States, names: Names) -> None:
        """Take the wires, the live states and the names."""
        self._core = core
        self._rest = rest
        self._states = states
        self._names = names

    async def photo(self, entity: str, width: int) -> Photo:
        """Return the picture of an entity, at most so many pixels wide.

        Raises NotFound, Unsupported (it has no picture) or Rejected (it gives none now).
        """
        state = self._states.one(self._names.entity(entity))
        path, query = _source(state, width)
        data = await self._fetched(state, path, query)
        fitted, mime, wide, high = await asyncio.to_thread(_fitting(), data, width)
        return Photo(state.entity_id, state.name or state.entity_id, fitted, mime, wide, high)

    async def _fetched(self, state: State, path: str, query: dict[str, str]) -> bytes:
        try:
            data, _claimed = await self._rest.get_bytes(path, most=_MOST_FETCHED, **query)
        except (Rejected, NotFound, Unreachable) as err:
            if not self._core.connected:  # else it is not Core that is away: the camera is off
                raise
            why = "" if isinstance(err, Unreachable) else f" ({err.message})"
            raise Rejected(
                f"{state.entity_id} gives no picture now{why}",
                hint=f"Its state is {state.state}; it may be switched off or have none yet",
                what="picture",
                which=state.entity_id,
            ) from err
        if not data:
            raise Rejected(
                f"{state.entity_id} gave an empty picture", what="picture", which=state.entity_id
            )
        return data


def _source(state: State, width: int) -> tuple[str, dict[str, str]]:
    """Return the path below ``/api/`` and the query that give the picture."""
    if state.state == "unavailable":
        raise Rejected(f"{state.entity_id} is unavailable", what="picture", which=state.entity_id)
    proxy = _PROXIES.get(state.domain)
    if proxy == "camera_proxy":  # some cameras scale by themselves
        return f"{proxy}/{state.entity_id}", {"width": str(width)}
    if proxy:
        return f"{proxy}/{state.entity_id}", {}
    return _picture(state)


def _picture(state: State) -> tuple[str, dict[str, str]]:
    url = urlsplit(str(state.attributes.get("entity_picture") or ""))
    path = unquote(url.path).removeprefix("/api/")
    if not url.path:
        raise Unsupported(
            f"{state.entity_id} has no picture",
            hint="Cameras, images, people with a photo and media players that play have one",
            what="picture",
            which=state.entity_id,
        )
    known = any(path.startswith(f"{prefix}/") for prefix in _PICTURES)
    if url.scheme or url.netloc or not known or ".." in path or not url.path.startswith("/api/"):
        raise Unsupported(
            f"The picture of {state.entity_id} is not served by Home Assistant's API",
            what="picture",
            which=state.entity_id,
        )
    return path, dict(parse_qsl(url.query))


def _fitting() -> Fit:
    """Return what makes a picture fit.

    Loaded when the first picture is wanted: the image library takes memory that a home which
    never shows one can keep.
    """
    module: Any = importlib.import_module(".fitting", __package__)
    fit: Fit = module.fit
    return fit
