"""Look at a picture."""

from typing import Annotated

from ...home import Home
from ...toolkit import Answer, Field, Picture, Risk, tool
from .._fields import EntityId


@tool(title="Look at a camera or image", risk=Risk.READ)
async def ha_get_image(
    home: Home,
    entity_id: EntityId,
    width: Annotated[int, Field("pixels", minimum=64, maximum=2048)] = 1024,
) -> Answer:
    """Show what a camera sees now, an image entity, a person's photo or the cover of what plays."""
    photo = await home.images.photo(entity_id, width)
    caption = f"{photo.name} ({photo.entity_id}), {photo.width}x{photo.height}"
    return home.times.header(), Picture(photo.data, photo.mime, caption)
