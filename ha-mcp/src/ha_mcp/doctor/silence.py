"""An empty 200: from outside, a wrong id, a missing relay and a starting home look the same."""

from .._shared.relay import SERVICE
from .report import Fault, Hop
from .world import CoreFacts


def nobody_there(facts: CoreFacts | None) -> Fault:
    """Say why Home Assistant answered 200 with nothing in it, which means an unknown webhook."""
    if _is_starting(facts):
        return _starting()
    if facts is not None and not _relay_is_loaded(facts):
        return _without_relay(facts)
    return Fault(
        Hop.HOME_ASSISTANT,
        "webhook_unknown",
        "Home Assistant answers, and knows no webhook with this id",
        "Copy the address again from the log of the app Webhook Proxy; it ends in 32 hex digits",
    )


def or_starting(fault: Fault, facts: CoreFacts | None) -> Fault:
    """Return the fault, unless Home Assistant itself tells why nobody answers in its place."""
    return _starting(fault.evidence) if _is_starting(facts) else fault


def _is_starting(facts: CoreFacts | None) -> bool:
    return facts is not None and facts.state != "RUNNING"


def _starting(evidence: str = "HTTP 200 without a word") -> Fault:
    return Fault(
        Hop.HOME_ASSISTANT,
        "core_starting",
        "Home Assistant is starting, or stopped: nothing is open yet",
        "Wait two minutes, then try again; if it does not end, start Home Assistant, and look under"
        " Settings, System, Logs for what holds it up",
        evidence=evidence,
    )


def _relay_is_loaded(facts: CoreFacts) -> bool:
    if facts.entries is None:
        return SERVICE in facts.components
    return "loaded" in facts.entries


def _without_relay(facts: CoreFacts) -> Fault:
    where = "under Settings, Devices & services, MCP Server"
    if facts.entries and "disabled" in facts.entries:
        advice = f"Enable the integration {where}"
    elif facts.entries:
        advice = f"Reload the integration {where}; if that does not help, restart Home Assistant"
    else:
        advice = "Start the app Webhook Proxy and restart Home Assistant once, not in safe mode"
    return Fault(
        Hop.RELAY,
        "relay_not_loaded",
        "Home Assistant runs without the relay",
        advice,
        evidence=f"entries: {', '.join(facts.entries or ()) or 'none'}",
    )
