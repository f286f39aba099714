"""The innermost of a call: the home awake, the tool run, its answer made readable."""

from dataclasses import replace

from .home import Home
from .toolkit import Call, Client, Handler, Outcome, present


def answering(home: Home) -> Handler:
    """Return the handler at the end of the pipeline."""

    async def answer(call: Call) -> Outcome:
        await home.awake()
        resources = {**call.resources, Client: call.client}
        outcome = present(await call.tool.run(resources, call.arguments), call.tool.ceiling)
        note = home.stale_note()
        return replace(outcome, text=f"{note}\n{outcome.text}") if note else outcome

    return answer
