"""What an examination found: what is in order, and the first thing that is not."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Hop(StrEnum):
    """The stations on the way from an assistant to the tools, in their order."""

    ADDRESS = "address"
    NAME = "name"
    CONNECTION = "connection"
    CERTIFICATE = "certificate"
    WEB = "web"
    HOME_ASSISTANT = "home assistant"
    RELAY = "relay"
    SERVER = "server"
    LOGIN = "login"
    PROTOCOL = "protocol"
    TOOLS = "tools"


class Fault(Exception):
    """The first thing that is wrong, in plain words, and what to do about it."""

    def __init__(
        self, hop: Hop, code: str, sentence: str, advice: str, *, evidence: str = ""
    ) -> None:
        """Take where, a stable code, what is wrong, what to do, and what was seen."""
        super().__init__(sentence)
        self.hop = hop
        self.code = code
        self.sentence = sentence
        self.advice = advice
        self.evidence = evidence


@dataclass(frozen=True, slots=True)
class Passed:
    """A station that is in order."""

    hop: Hop
    said: str


@dataclass(frozen=True, slots=True)
class Report:
    """The whole examination; the address is shown without its secret end."""

    origin: str
    passed: tuple[Passed, ...]
    fault: Fault | None

    def as_json(self) -> dict[str, Any]:
        """Return it for programs."""
        fault = self.fault
        return {
            "origin": self.origin,
            "ok": fault is None,
            "passed": [{"hop": one.hop.value, "said": one.said} for one in self.passed],
            "fault": None
            if fault is None
            else {
                "hop": fault.hop.value,
                "code": fault.code,
                "sentence": fault.sentence,
                "advice": fault.advice,
                "evidence": fault.evidence,
            },
        }

    def as_text(self) -> str:
        """Return it for people."""
        lines = [f"{self.origin}", *(f"  ok     {one.hop}: {one.said}" for one in self.passed)]
        if self.fault is None:
            return "\n".join([*lines, "Everything is in order."])
        wrong = f"  wrong  {self.fault.hop}: {self.fault.sentence}"
        seen = f": {self.fault.evidence}" if self.fault.evidence else ""
        advice = f"What to do: {self.fault.advice}."
        return "\n".join([*lines, wrong, advice, f"({self.fault.code}{seen})"])
