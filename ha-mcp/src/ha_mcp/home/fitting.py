"""Make a picture fit what clients take: a known format, not too wide, at most 300 kB.

Runs in a thread, and is imported only when a picture is wanted.
"""

import struct
from io import BytesIO
from typing import Final

from PIL import Image, ImageOps, UnidentifiedImageError

from ..problems import Rejected

MOST_BYTES: Final = 300_000
_MOST_PIXELS = 60_000_000
_FORMATS = ("JPEG", "PNG", "GIF", "WEBP")
_MIMES = {"JPEG": "image/jpeg", "PNG": "image/png", "GIF": "image/gif", "WEBP": "image/webp"}
_DAMAGED = (
    OSError, SyntaxError, ValueError, EOFError, struct.error, Image.DecompressionBombError,
)  # fmt: skip
_QUALITIES = (85, 70, 50)
_SMALLER = 0.75
_SMALLEST = 32  # pixels


def fit(data: bytes, width: int) -> tuple[bytes, str, int, int]:
    """Return bytes, media type, width and height; as it is when it fits, else as JPEG.

    The format is read from the bytes, whatever their sender claims. Raises Rejected when they
    are no picture.
    """
    try:
        with Image.open(BytesIO(data), formats=_FORMATS) as image:
            kind = image.format or ""
            if image.width * image.height > _MOST_PIXELS:
                raise Rejected(f"The picture has {image.width}x{image.height} pixels: too many")
            if image.width <= width and len(data) <= MOST_BYTES:
                image.load()  # finds out whether it is whole
                return data, _MIMES[kind], image.width, image.height
            return _smaller(image, width)
    except UnidentifiedImageError as err:
        raise Rejected("What came is no JPEG, PNG, GIF or WebP picture") from err
    except _DAMAGED as err:
        raise Rejected(f"The picture is damaged ({err})") from err


def _smaller(image: Image.Image, width: int) -> tuple[bytes, str, int, int]:
    image.draft(None, (width, width * image.height // image.width))  # JPEG: decode only so much
    flat = _flat(ImageOps.exif_transpose(image))
    wide = min(width, flat.width)
    while True:
        flat.thumbnail((wide, flat.height), Image.Resampling.LANCZOS)
        for quality in _QUALITIES:
            encoded = BytesIO()
            flat.save(encoded, "JPEG", quality=quality, optimize=True)
            small_enough = encoded.tell() <= MOST_BYTES or wide <= _SMALLEST
            if small_enough:
                return encoded.getvalue(), _MIMES["JPEG"], flat.width, flat.height
        wide = int(wide * _SMALLER)


def _flat(image: Image.Image) -> Image.Image:
    """Return it without transparency, on white: JPEG has none."""
    if image.mode in ("RGB", "L"):
        return image
    if "A" not in image.getbands() and "transparency" not in image.info:
        return image.convert("RGB")
    layered = image.convert("RGBA")
    flat = Image.new("RGB", layered.size, "white")
    flat.paste(layered, mask=layered.getchannel("A"))
    return flat
