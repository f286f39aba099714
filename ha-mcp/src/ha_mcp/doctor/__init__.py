"""Plays an assistant in the cloud, hop by hop, and names the first fault."""

from .examining import examine
from .report import Fault, Hop, Passed, Report
from .world import CoreFacts, Internet, World

__all__ = ["CoreFacts", "Fault", "Hop", "Internet", "Passed", "Report", "World", "examine"]
