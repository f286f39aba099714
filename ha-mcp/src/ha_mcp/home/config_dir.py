"""Home Assistant's own folder, where the server can look into it."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class FileVersion:
    """What is another after every write to a file, in place or by putting a new one there."""

    inode: int
    size: int  # bytes
    modified: int  # nanoseconds since 1970
    changed: int  # nanoseconds since 1970; nobody can set it back


class ConfigDir:
    """The folder with ``configuration.yaml``; the app has it, other ways to run are told of it."""

    def __init__(self, path: Path | None = None) -> None:
        """Take the folder; without one nothing can be looked at."""
        self._path = path

    def version(self, name: str) -> FileVersion | None:
        """Return the version of a file as it is now; None where that cannot be told."""
        if self._path is None:
            return None
        try:
            found = (self._path / name).stat()
        except OSError:
            return None
        return FileVersion(found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns)
