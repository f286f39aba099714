"""Prepare homes: `python -m lab.homes demo 2026.11.0 large 2026.11.0`."""

import sys
from itertools import batched

from ..progress import Trouble, say
from . import template

try:
    for home, version in batched(sys.argv[1:], 2, strict=True):
        template(home, version)
except Trouble as trouble:
    say(str(trouble))
    sys.exit(1)
