"""Look what the arguments of a call add to its risk."""

from ..answers import Outcome
from ..pipeline import Call, Handler
from .authorize import permit


async def weigh(call: Call, following: Handler) -> Outcome:
    """Add to the risks of a call, whose arguments are checked already.

    Raises Forbidden when the caller may not take them, and what the tool itself would raise.
    """
    if call.tool.risks_of is not None:
        call.risks |= frozenset(await call.tool.risks_of(call.resources, call.arguments))
        permit(call)
    return await following(call)
