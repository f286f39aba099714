"""Images of documents on disk: compressed, and equal ones stored once."""

import zlib
from hashlib import blake2b

import orjson

from .database import Connection
from .rows import Image

_LARGE = 100_000  # bytes; what is larger is compressed less, but in a fifth of the time
_FAST = 1


def keep(connection: Connection, image: Image | None) -> str | None:
    """Store an image unless it is there, and return its hash."""
    if image is None:
        return None
    data = orjson.dumps(image)
    key = blake2b(data, digest_size=16).hexdigest()
    if connection.execute("SELECT 1 FROM body WHERE hash = ?", (key,)).fetchone() is None:
        level = _FAST if len(data) > _LARGE else zlib.Z_DEFAULT_COMPRESSION
        connection.execute("INSERT INTO body VALUES (?, ?)", (key, zlib.compress(data, level)))
    return key


def load(connection: Connection, key: str | None) -> Image | None:
    """Return the image with a hash."""
    if key is None:
        return None
    (data,) = connection.execute("SELECT data FROM body WHERE hash = ?", (key,)).fetchone()
    image: Image = orjson.loads(zlib.decompress(data))
    return image
