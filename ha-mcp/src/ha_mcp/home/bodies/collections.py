"""What one command lists whole: storage helpers, persons, assist pipelines, the energy settings."""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec
from msgspec import Raw, Struct

from ...problems import NotFound, Problem, Unreachable, Unsupported
from .document import Document, Known, Reading, Source, Unread


class _Item(Struct):
    id: str = ""
    name: str | None = None


class _Persons(Struct):
    storage: list[Raw] = []
    config: list[Raw] = []


class _Pipelines(Struct):
    pipelines: list[Raw] = []


class ListReader:
    """Reads the items of one command; nothing announces their changes on the event bus."""

    events = frozenset[str]()

    def __init__(
        self, kind: str, command: str, items: Callable[[bytes], list[Raw]], platform: str = ""
    ) -> None:
        """Take the kind, the command, how its answer holds items, and whose entities they are."""
        self._kind = kind
        self._command = command
        self._items = items
        self._platform = platform

    def owns(self, document: Document) -> bool:
        """Tell whether a document came from this command."""
        return document.kind == self._kind and (
            not self._platform or document.id.startswith(self._head)
        )

    def concerned(self, _event: Mapping[str, Any], /) -> bool:
        """No event is about these."""
        return False

    async def read(self, source: Source, _known: Known, /) -> Reading:
        """Read the list."""
        try:
            answer = bytes(await source.core.fetch(self._command, Raw))
        except (NotFound, Unsupported):
            return Reading()  # this home has none
        except Unreachable:
            raise
        except Problem as problem:
            return Reading(unread=[Unread(self._kind, "", problem.message)])
        entities = source.by_unique_id(self._platform) if self._platform else {}
        return Reading([self._document(raw, entities) for raw in self._items(answer)])

    @property
    def _head(self) -> str:
        return f"{self._platform}." if self._kind == "helper" else ""

    def _document(self, raw: Raw, entities: Mapping[str, str]) -> Document:
        item = msgspec.json.decode(raw, type=_Item)
        entity_id = entities.get(item.id)
        storage_id = f"{self._head}{item.id}" or self._kind
        name = item.name or _TITLES.get(self._kind) or item.id
        return Document(self._kind, storage_id, name, bytes(raw), entity_id)


_TITLES = {"energy": "Energy dashboard"}


def helpers(domain: str) -> ListReader:
    """Read the storage helpers of one domain; their ids are ``<domain>.<item id>``."""
    return ListReader("helper", f"{domain}/list", _whole_list, domain)


def persons() -> ListReader:
    """Read persons, those of YAML too."""
    return ListReader("person", "person/list", _all_persons, "person")


def pipelines() -> ListReader:
    """Read the assist pipelines."""
    return ListReader(
        "assist_pipeline",
        "assist_pipeline/pipeline/list",
        lambda answer: msgspec.json.decode(answer, type=_Pipelines).pipelines,
    )


def energy() -> ListReader:
    """Read the settings of the energy dashboard."""
    return ListReader("energy", "energy/get_prefs", lambda answer: [Raw(answer)])


def _whole_list(answer: bytes) -> list[Raw]:
    return msgspec.json.decode(answer, type=list[Raw])


def _all_persons(answer: bytes) -> list[Raw]:
    read = msgspec.json.decode(answer, type=_Persons)
    return read.storage + read.config
