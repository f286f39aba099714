"""Images of documents on disk: compressed, and equal ones stored once."""

import sqlite3
import zlib
from hashlib import blake2b

import orjson

from .rows import Image


def keep(connection: sqlite3.Connection, image: Image | None) -> str | None:
    """Store an image unless it is there, and return its hash."""
    if image is None:
        return None
    data = orjson.dumps(image)
    key = blake2b(data, digest_size=16).hexdigest()
    connection.execute(
        "INSERT INTO body (hash, data) VALUES (?, ?) ON CONFLICT DO NOTHING",
        (key, zlib.compress(data)),
    )
    return key


def load(connection: sqlite3.Connection, key: str | None) -> Image | None:
    """Return the image with a hash."""
    if key is None:
        return None
    (data,) = connection.execute("SELECT data FROM body WHERE hash = ?", (key,)).fetchone()
    image: Image = orjson.loads(zlib.decompress(data))
    return image
