"""Check the arguments before anything else looks at them."""

from ..answers import Outcome
from ..pipeline import Call, Handler


async def validate(call: Call, following: Handler) -> Outcome:
    """Replace the arguments by checked and coerced ones; raises Invalid."""
    call.arguments = call.tool.fields.check(call.arguments)
    return await following(call)
