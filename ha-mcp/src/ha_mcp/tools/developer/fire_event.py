"""Say something on the event bus."""

from typing import Annotated, Any

from ...home import Home
from ...toolkit import Answer, Field, Risk, tool


@tool(title="Fire an event", risk=Risk.ACT, whole=True)
async def ha_fire_event(
    home: Home,
    event_type: Annotated[str, Field("such as my_doorbell_pressed")],
    data: dict[str, Any] | None = None,
) -> Answer:
    """Fire an event once; automations that wait for it run.

    Home Assistant's own events are refused: use ha_call_action.
    """
    context = await home.events.fire(event_type, data or {})
    return f"{event_type} was fired, context {context}"
