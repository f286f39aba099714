"""What every call passes through: a list of stages, read from the outside in."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from typing import Any

from .answers import Outcome
from .tool import Resources, Tool


@dataclass(frozen=True, slots=True)
class Client:
    """Who is asking, as far as it is known."""

    name: str = ""
    version: str = ""


@dataclass(slots=True)
class Call:
    """One call of a tool on its way through the stages."""

    tool: Tool
    arguments: Mapping[str, Any]  # as sent; the validate stage replaces them by checked ones
    resources: Resources
    client: Client = field(default_factory=Client)


type Handler = Callable[[Call], Awaitable[Outcome]]
type Stage = Callable[[Call, Handler], Awaitable[Outcome]]


def pipeline(stages: Sequence[Stage], innermost: Handler) -> Handler:
    """Return a handler that sends a call through the stages, the first one outermost."""

    def wrap(following: Handler, stage: Stage) -> Handler:
        async def handle(call: Call) -> Outcome:
            return await stage(call, following)

        return handle

    return reduce(wrap, reversed(stages), innermost)
