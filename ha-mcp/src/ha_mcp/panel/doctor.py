"""What keeps assistants outside away: the last examination, and another one now."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from starlette.responses import Response
from starlette.routing import BaseRoute

from ..doctor import Hop, Report
from ..problems import Invalid
from .frame import Frame, Visit
from .parts import Parts

_LONGEST: Final = 2000  # characters of an address


@dataclass(frozen=True, slots=True)
class Station:
    """One hop of the way: in order, wrong, or not reached because something before it is wrong."""

    name: str
    said: str
    good: bool
    wrong: bool


def doctor_routes(frame: Frame, parts: Parts) -> Sequence[BaseRoute]:
    """Return the routes of the page."""
    outside = parts.remote

    async def show(visit: Visit) -> Response:
        last, known = outside.last, outside.url
        return frame.page(
            visit,
            "doctor.html",
            last=last,
            stations=stations(last.report) if last else (),
            is_ours=last is not None and last.url == known,
            known=known is not None,
            running=outside.examining,
            most=_LONGEST,
        )

    async def examine(visit: Visit) -> Response:
        address = visit.form.get("address", "").strip()
        if not address and outside.url is not None:
            address = outside.url.reveal()
        if not 0 < len(address) <= _LONGEST or not address.isprintable():
            raise Invalid(
                "An address is needed",
                hint="Copy the whole of it, such as https://home.example/api/webhook/mcp_…",
            )
        await outside.examine(address)
        return frame.back(visit, "doctor")

    return [frame.route("/doctor", get=show, post=examine)]


def stations(report: Report) -> Sequence[Station]:
    """Return the way as far as it was gone, and what lies behind the fault."""
    gone = [Station(one.hop.value, one.said, good=True, wrong=False) for one in report.passed]
    fault = report.fault
    if fault is None:
        return gone
    wrong = Station(fault.hop.value, fault.sentence, good=False, wrong=True)
    hops = list(Hop)
    seen = {one.hop for one in report.passed} | {fault.hop}
    behind = [hop for hop in hops[hops.index(fault.hop) :] if hop not in seen]
    ahead = [Station(hop.value, "not reached", good=False, wrong=False) for hop in behind]
    return [*gone, wrong, *ahead]
