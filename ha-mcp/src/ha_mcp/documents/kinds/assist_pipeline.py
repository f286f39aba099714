"""Voice assistants: which engine listens, understands and speaks.

One of them is the preferred one. That can only be given on, never taken away, so undo gives it
back to the one that had it.
"""

from contextlib import suppress
from dataclasses import replace
from typing import Any, Final

from ...home import Home
from ...problems import Conflict, Invalid, NotFound
from ..entities import Entities
from ..kind import Body, Facts, FieldLine, Snapshot
from ._stored import Spec, StoredKind

_FIELDS: Final = (
    FieldLine("name", "text", required=True),
    FieldLine("language", "text", required=True, about="en, de, …"),
    FieldLine("conversation_engine", "text", required=True, about="conversation.home_assistant"),
    FieldLine("conversation_language", "text", required=True, about="en, de, …, or * for any"),
    FieldLine("prefer_local_intents", "true, false", about="try without a language model first"),
    FieldLine("stt_engine", "text", about="stt.…; speech to text"),
    FieldLine("stt_language", "text"),
    FieldLine("tts_engine", "text", about="tts.…; text to speech"),
    FieldLine("tts_language", "text"),
    FieldLine("tts_voice", "text"),
    FieldLine("wake_word_entity", "entity id", about="wake_word.…"),
    FieldLine("wake_word_id", "text"),
    FieldLine("acknowledge_media_id", "text", about="a sound instead of words"),
    FieldLine("preferred", "true", about="used where none is chosen; one of them always is"),
)
_EXAMPLE: Final[Body] = {
    "name": "Kitchen voice",
    "language": "en",
    "conversation_engine": "conversation.home_assistant",
    "conversation_language": "en",
}
_NULLABLE: Final = (
    "stt_engine",
    "stt_language",
    "tts_engine",
    "tts_language",
    "tts_voice",
    "wake_word_entity",
    "wake_word_id",
)
_PREFIX: Final = "assist_pipeline/pipeline"


class AssistPipelineKind(StoredKind):
    """The driver of voice assistants."""

    def __init__(self, home: Home, entities: Entities) -> None:
        """Take the home."""
        spec = Spec(
            facts=Facts(
                "assist_pipeline",
                "Voice assistant",
                "made by Home Assistant",
                beside=frozenset({"preferred"}),
            ),
            prefix=_PREFIX,
            fields=_FIELDS,
            example=_EXAMPLE,
            id_key="pipeline_id",
            defaults={"prefer_local_intents": False},
            split=_split,
            sent=_sent,
            entities=("conversation_engine", "stt_engine", "tts_engine", "wake_word_entity"),
            about=lambda row: "preferred" if row.get("preferred") else str(row["language"]),
        )
        super().__init__(home, entities, spec)

    async def get(self, document_id: str, /) -> Snapshot:
        """Read one, with which one is preferred now."""
        found = await super().get(document_id)
        preferred = (await self._collection.listed())["preferred_pipeline"]
        return replace(found, ties={"preferred": preferred})

    async def prepare(
        self, wanted: Snapshot, document_id: str | None, before: Snapshot | None, /
    ) -> Snapshot:
        """Return it with what Core adds; it becomes the preferred one, or stays what it is."""
        if wanted.body.get("preferred") is False or (before is None and "preferred" in wanted.body):
            raise Invalid(
                "preferred is only given to a voice assistant that exists, and never taken away",
                hint="Make another one the preferred one instead",
                what="body field",
                which="assist_pipeline",
            )
        return await super().prepare(wanted, document_id, before)

    async def update(self, document_id: str, wanted: Snapshot, before: Snapshot, /) -> None:
        """Replace one, and say which is the preferred one now."""
        await super().update(document_id, wanted, before)
        was, shall = "preferred" in before.body, "preferred" in wanted.body
        preferred = document_id if shall else str(wanted.ties.get("preferred", document_id))
        if was == shall or (was and preferred == document_id):
            return
        with suppress(NotFound):  # the one that had it is gone since then
            await self._home.core.command(f"{_PREFIX}/set_preferred", pipeline_id=preferred)

    async def remove(self, document_id: str, before: Snapshot, /) -> None:
        """Remove one that is not the preferred one."""
        if "preferred" in before.body:
            raise Conflict(
                "This is the preferred voice assistant, which Home Assistant does not remove",
                hint="Make another one the preferred one first: merge {preferred: true}",
                what="assist_pipeline",
                which=document_id,
            )
        await super().remove(document_id, before)


def _split(answer: Any) -> tuple[list[Body], list[Body]]:
    if not answer:
        return [], []
    chosen = answer["preferred_pipeline"]
    return [
        {**row, "preferred": True} if row["id"] == chosen else row for row in answer["pipelines"]
    ], []


def _sent(body: Body) -> Body:
    said = {key: value for key, value in body.items() if key != "preferred"}
    return {**dict.fromkeys(_NULLABLE), **said}
