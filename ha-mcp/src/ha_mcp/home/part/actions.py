"""The actions of a part of the home: those that can be for an entity inside."""

from collections.abc import Mapping

from ..actions import Actions
from ..guarding import for_administrators
from ..wire import Core
from .bounds import Inside

_GENERIC = "homeassistant"
_TARGET = b'"target"'


class PartOfActions(Actions):
    """Actions with a target, of domains that have entities inside; and the scripts inside."""

    def __init__(self, whole: Actions, inside: Inside) -> None:
        """Take all actions and what is inside."""
        super().__init__()
        self._whole = whole
        domains = {one.partition(".")[0] for one in inside.ids} | {_GENERIC}
        self._raw = {
            one: raw
            for one, raw in whole.described.items()
            if one in inside
            or (_TARGET in raw and one.partition(".")[0] in domains and not for_administrators(one))
        }

    async def texts(self, core: Core) -> Mapping[str, str]:
        """Return Core's English texts."""
        return await self._whole.texts(core)
