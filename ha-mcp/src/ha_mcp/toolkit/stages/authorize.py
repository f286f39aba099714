"""Let through what the caller was allowed; this stage looks at no argument."""

from ...problems import Forbidden
from ..answers import Outcome
from ..pipeline import Call, Handler
from ..risk import Risk

_HOW = (
    "The person who connected this client can allow more: disconnect it, connect it again, and"
    " allow {needed} then"
)


async def authorize(call: Call, following: Handler) -> Outcome:
    """Pass the call on; raises Forbidden when its tool is beyond the caller's rights."""
    permit(call)
    return await following(call)


def permit(call: Call) -> None:
    """Raise Forbidden when a risk of the call is not covered."""
    rights = call.client.rights
    if call.client.part and call.tool.whole:
        raise Forbidden(
            f"{call.tool.name} is about all of the home, and this client was given a part of it",
            hint="The person who connected this client can allow it the whole home",
        )
    if call.client.reads_only and call.risks != {Risk.READ}:
        raise Forbidden(f"{call.tool.name} can change something, and {call.client.reads_only}")
    for risk in sorted(call.risks):
        if not rights.allows(risk):
            needed = rights.missing(risk)
            what = "" if risk is call.tool.risk else " for this"
            raise Forbidden(
                f"{call.tool.name} needs {needed}{what}, and this client has {rights.held}",
                hint=_HOW.format(needed=needed),
                needed=needed,
            )
