"""Devices: what people call them, where they are, whether they are used."""

from collections.abc import Sequence
from typing import Final

from ...home import Home
from ...home.rows import DeviceEntry
from ...problems import Invalid, NotFound, Unsupported
from .. import etags
from ..entities import Entities
from ..kind import Body, Described, Facts, FieldLine, Finding, Listed, Snapshot
from ._files import refuse_unknown

_FIELDS: Final = (
    FieldLine("name_by_user", "text", about="instead of the integration's name"),
    FieldLine("area", "id or name", about="its entities are there too, unless they say otherwise"),
    FieldLine("labels", "list of ids or names"),
    FieldLine("disabled", "true, false", about="its entities too"),
)
_KEYS: Final = tuple(field.name for field in _FIELDS)
_NOTES: Final = (
    "Renaming a device changes the names of its entities, not their ids. Only integrations that"
    " allow it let a device be removed."
)


class DeviceKind:
    """The driver of devices."""

    facts = Facts(
        name="device",
        title="Device",
        id_about="Home Assistant's 32 hex digits; or the name, where it is the only one",
        creates=False,
        no_undo="A device that is removed comes back only by its integration",
    )

    def __init__(self, home: Home, entities: Entities) -> None:
        """Take the home."""
        self._home = home
        self._entities = entities

    async def all(self) -> Sequence[Listed]:
        """Return every device."""
        rows = self._home.registries.devices.values()
        return [Listed(row.id, row.shown_name, self._about(row)) for row in rows]

    async def get(self, document_id: str, /) -> Snapshot:
        """Read one."""
        await self._fetch()
        row = self._home.registries.devices.get(document_id)
        if row is None:
            raise NotFound(f"There is no device {document_id!r}", what="device", which=document_id)
        return Snapshot(_body(row), row.shown_name)

    async def prepare(
        self, wanted: Snapshot, document_id: str | None, before: Snapshot | None, /
    ) -> Snapshot:
        """Return it with ids for names, without what is empty."""
        row = self._home.registries.devices.get(document_id or "")
        if before is None or row is None:
            raise self._gone(document_id)
        body = etags.copied(wanted.body)
        refuse_unknown(self.facts.name, body, _KEYS, ())
        owner = {"config_entry": "its integration", "device": "the device it belongs to"}
        by = owner.get(row.disabled_by or "")
        if by and not body.get("disabled"):
            raise Invalid(
                f"{row.shown_name} is disabled because {by} is: enable that",
                what="field",
                which="disabled",
            )
        body |= await self._entities.prepared(body, "")
        said = {key: body[key] for key in _KEYS if body.get(key)}
        return Snapshot(said, str(said.get("name_by_user") or row.name or row.id))

    def id_for(self, _wanted: Snapshot, /) -> str:
        """Return nothing: they are not made here."""
        return ""

    async def check(self, _wanted: Snapshot, _before: Snapshot | None, /) -> Sequence[Finding]:
        """Find nothing: Core checks when it stores."""
        return ()

    async def create(self, _wanted: Snapshot, document_id: str | None, /) -> str:
        """Refuse: integrations make devices."""
        raise self._gone(document_id)

    async def update(self, document_id: str, wanted: Snapshot, before: Snapshot, /) -> None:
        """Change one."""
        old, new = before.body, wanted.body
        fields: Body = {
            "area_id": new.get("area"),
            "labels": new.get("labels", []),
            "name_by_user": new.get("name_by_user"),
        }
        if new.get("disabled") != old.get("disabled"):
            fields["disabled_by"] = "user" if new.get("disabled") else None
        await self._home.core.command(
            "config/device_registry/update", device_id=document_id, **fields
        )
        await self._fetch()

    async def remove(self, document_id: str, _before: Snapshot, /) -> None:
        """Remove one, where its integration allows it."""
        await self._home.core.command("config/device_registry/remove", device_id=document_id)
        await self._fetch()

    async def describe(self, _variant: str, /) -> Described:
        """Tell what the registry keeps."""
        example = {"name_by_user": "Desk lamp"}
        for area in list(self._home.registries.areas)[:1]:
            example["area"] = area
        return Described(_FIELDS, example, _NOTES)

    async def _fetch(self) -> None:
        await self._home.registries.fetch_devices(self._home.core)

    def _gone(self, device_id: str | None) -> Unsupported:
        return Unsupported(
            f"The device {device_id or ''} can only be made by its integration",
            what="device",
            which=device_id,
        )

    def _about(self, row: DeviceEntry) -> str:
        registries = self._home.registries
        area = registries.areas.get(registries.area_of_device(row.id) or "")
        parts = (row.model, area.name if area else "", "disabled" if row.disabled_by else "")
        return ", ".join(filter(None, parts))


def _body(row: DeviceEntry) -> Body:
    """Return what the owner said of a device."""
    body = {
        "name_by_user": row.name_by_user,
        "area": row.area_id,
        "labels": sorted(row.labels),
        "disabled": row.disabled_by is not None,
    }
    return {key: value for key, value in body.items() if value}
