"""Binary sensors of the large home."""

from homeassistant.components.binary_sensor import BinarySensorEntity

from .entity import PlannedEntity, setup


class PlannedBinarySensor(PlannedEntity, BinarySensorEntity):
    """Something that is, or is not."""

    @property
    def is_on(self) -> bool | None:
        """What the plan says."""
        return self.planned["on"] if self.planned["known"] else None


async_setup_entry = setup("binary_sensor", PlannedBinarySensor)
