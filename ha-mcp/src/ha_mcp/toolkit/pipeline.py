"""What every call passes through: a list of stages, read from the outside in."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from typing import Any, Final

from .answers import Outcome
from .rights import Everything, Rights
from .risk import Risk
from .tool import Resources, Tool

PRIVATE: Final = "private"  # the id of everyone who was given no grant of their own
_SHOWN = 8  # characters of an id, of which no two are alike


@dataclass(frozen=True, slots=True)
class Client:
    """Who is asking, as far as it is known, and what it may do."""

    name: str = ""
    version: str = ""
    id: str = PRIVATE  # of its grant
    rights: Rights = field(default_factory=Everything)
    reads_only: str = ""  # why it may only read, whatever its rights are
    part: bool = False  # whether it was given only a part of the home

    def allows(self, risk: Risk) -> bool:
        """Whether it may make a call of this risk."""
        return (risk is Risk.READ or not self.reads_only) and self.rights.allows(risk)

    def may_ever(self, tool: Tool) -> bool:
        """Whether there is any call of a tool that it may make."""
        return self.allows(tool.risk) and not (self.part and tool.whole)

    @property
    def why_only_reading(self) -> str:
        """Say why nothing it asks for may change anything; empty when something may."""
        others = (risk for risk in Risk if risk is not Risk.READ)
        return self.reads_only or (
            "" if any(map(self.rights.allows, others)) else "this client may only read"
        )

    @property
    def who(self) -> str:
        """Return it in one word or two: the name, and the grant where names could be alike."""
        name = self.name or "unknown"
        return name if self.id == PRIVATE else f"{name} #{self.id[:_SHOWN]}"


@dataclass(slots=True)
class Call:
    """One call of a tool on its way through the stages."""

    tool: Tool
    arguments: Mapping[str, Any]  # as sent; the validate stage replaces them by checked ones
    resources: Resources
    client: Client = field(default_factory=Client)
    risks: frozenset[Risk] = frozenset()  # all that it is; the weigh stage adds to the tool's

    def __post_init__(self) -> None:
        """Begin with the risk that the tool has whatever its arguments are."""
        self.risks |= {self.tool.risk}


type Handler = Callable[[Call], Awaitable[Outcome]]
type Stage = Callable[[Call, Handler], Awaitable[Outcome]]


def pipeline(stages: Sequence[Stage], innermost: Handler) -> Handler:
    """Return a handler that sends a call through the stages, the first one outermost."""

    def wrap(following: Handler, stage: Stage) -> Handler:
        async def handle(call: Call) -> Outcome:
            return await stage(call, following)

        return handle

    return reduce(wrap, reversed(stages), innermost)
