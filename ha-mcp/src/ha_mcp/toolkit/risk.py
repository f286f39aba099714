"""The worst an honest call can do."""

from enum import StrEnum


class Risk(StrEnum):
    """The worst an honest call can do to a home, mildest first."""

    READ = "read"  # looks, changes nothing
    ACT = "act"  # moves the house now: a light, a scene
    GUARD = "guard"  # moves what protects the house, or stops it: a lock, an alarm, a restart
    EDIT = "edit"  # changes stored configuration; the journal can undo it
    DESTROY = "destroy"  # removes something
