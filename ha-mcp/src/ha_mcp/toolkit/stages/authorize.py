"""Let through what the caller was allowed; this stage looks at no argument."""

from ...problems import Forbidden
from ..answers import Outcome
from ..pipeline import Call, Handler

_HOW = (
    "The person who connected this client can allow more: disconnect it, connect it again, and"
    " allow {needed} then"
)


async def authorize(call: Call, following: Handler) -> Outcome:
    """Pass the call on; raises Forbidden when its tool is beyond the caller's rights."""
    rights, risk = call.client.rights, call.tool.risk
    if not rights.allows(risk):
        needed = rights.missing(risk)
        raise Forbidden(
            f"{call.tool.name} needs {needed}, and this client has {rights.held}",
            hint=_HOW.format(needed=needed),
            needed=needed,
        )
    return await following(call)
