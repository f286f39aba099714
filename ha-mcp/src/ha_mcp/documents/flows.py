"""Config flows, a step at a time: what Home Assistant asks in forms when integrations are set up.

What went through a form is kept in the journal and cannot be taken back from there: Home Assistant
does not tell what an entry holds, and does not take it but through its forms.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final, Literal

from ..home import Home
from ..journal import Change, Journal
from ..problems import Invalid, NotFound, Rejected, Unsupported, nearest
from .flow_notes import VERB, FlowNotes
from .kind import Body
from .logbook import leave_line
from .steps import Step, answered, read, without_secrets

type Purpose = Literal["options", "reconfigure", "reauth", "subentry"]

_CONFIG: Final = "config/config_entries/flow"
_OPTIONS: Final = "config/config_entries/options/flow"
_SUBENTRIES: Final = "config/config_entries/subentries/flow"
_PATHS: Final = (_CONFIG, _OPTIONS, _SUBENTRIES)
_MOST_OPEN: Final = 100
_MOST_AT_ONCE: Final = 5  # a menu, perhaps another, and the form that was known beforehand


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a step came to; ``change`` is its id in the journal when something was written."""

    step: Step
    title: str  # of the entry that is changed, or the integration that is added
    change: str = ""
    asked: bool = True  # whether any form was filled in before the end
    noted: bool = True  # whether the journal has its end too


@dataclass(slots=True)
class _Open:
    """A flow that is being walked: where it lives and what it is about."""

    path: str
    step: Step
    entry: Body | None = None  # what is changed; None when something is added
    before: Body = field(default_factory=dict)  # what Home Assistant tells of it
    number: int = 0  # of the change, once the flow has written something
    client: str = ""  # who asked for the last step

    @property
    def title(self) -> str:
        """What it is about, for people."""
        return str(self.entry["title"] or self.entry["domain"]) if self.entry else self.step.handler


class Flows:
    """The flows of one home."""

    def __init__(self, home: Home, journal: Journal) -> None:
        """Take the home, and what remembers."""
        self._home = home
        self._notes = FlowNotes(home, journal)
        self._changing: dict[str, str] = {}  # the entry that a flow begun here is about

    async def waiting(self) -> list[Body]:
        """Return the flows that Home Assistant began itself and that wait for somebody."""
        found: list[Body] = await self._home.core.command("config_entries/flow/progress")
        return found

    async def add(self, handler: str, given: Body | None, client: str) -> Outcome:
        """Begin to set up an integration; raises NotFound with the nearest."""
        known: list[str] = await self._home.rest.get_json("config/config_entries/flow_handlers")
        if handler not in known:
            raise NotFound.naming("integration", handler, known)
        flow = await self._started(_CONFIG, handler, None, client)
        return await self._begin(flow, given, client)

    async def of_entry(
        self, entry_id: str, purpose: Purpose | None, part: str, given: Body | None, client: str
    ) -> Outcome:
        """Begin to change what is set up; ``part`` is the type of a subentry."""
        entry = await self._entry(entry_id)
        _refuse_unsupported(entry, purpose)
        own = entry["entry_id"]
        match purpose:
            case "options":
                flow = await self._started(_OPTIONS, own, entry, client)
            case "reconfigure":
                flow = await self._started(_CONFIG, entry["domain"], entry, client, entry_id=own)
            case "subentry":
                handler = [own, _subentry(entry, part)]
                flow = await self._started(_SUBENTRIES, handler, entry, client)
            case _:
                flow = await self._reauth(entry, client)
        return await self._begin(flow, given, client)

    async def go_on(self, flow_id: str, given: Body | None, client: str) -> Outcome:
        """Show where a flow is, or answer its step; raises NotFound."""
        flow = await self._found(flow_id, client)
        if given is None or not flow.step.open:
            return await self._ended(flow)
        return await self._answer(flow, given, client)

    async def abort(self, flow_id: str) -> None:
        """Leave a flow; nothing is written. Raises NotFound."""
        for path in _PATHS:
            try:
                await self._home.rest.delete(f"{path}/{flow_id}")
            except NotFound:
                continue
            return
        raise _no_flow(flow_id)

    async def _begin(self, flow: _Open, given: Body | None, client: str) -> Outcome:
        """Answer the first step when its input is known; a flow that does not take it is left."""
        if given is None or not flow.step.open:
            return await self._ended(flow, asked=False)
        try:
            return await self._answer(flow, given, client)
        except (Invalid, Rejected):
            await self._leave(flow)
            raise

    async def _answer(self, flow: _Open, given: Body, client: str) -> Outcome:
        """Choose in menus and fill in one form, with what was given."""
        left = dict(given)
        for _ in range(_MOST_AT_ONCE):
            step = flow.step
            if step.type not in ("form", "menu"):
                raise Unsupported(f"A step of the type {step.type} takes no input; wait for it")
            sent = answered(step, left)
            shown = without_secrets(step, step.shown)
            wanted = {**shown, **without_secrets(step, sent)} if step.type == "form" else {}
            post = partial(self._home.rest.post_json, f"{flow.path}/{step.flow_id}", sent)
            await self._noted(flow, client, post, shown, wanted)
            left.pop("next_step_id", None)
            if step.type == "form" or not left or not flow.step.open:
                return await self._ended(flow, step)
        raise Unsupported("There are more menus than expected")

    async def _noted(
        self, flow: _Open, client: str, ask: Callable[[], Awaitable[Any]], shown: Body, sent: Body
    ) -> None:
        """Go to the next step with its intent in the journal."""

        async def following() -> Step:
            return read(await ask())

        entry_id = str(flow.entry["entry_id"]) if flow.entry else ""
        before = {**flow.before, **_form(shown)} if flow.entry else None
        after = {**flow.before, **_form(sent)} if flow.entry else {"domain": flow.step.handler}
        intended = (entry_id, flow.title, before, after)
        flow.client = client
        flow.step, flow.number = await self._notes.around(following, intended, client)

    async def _ended(
        self, flow: _Open, answered_step: Step | None = None, *, asked: bool = True
    ) -> Outcome:
        """Return where a flow is; when it wrote, the journal gets what is there now."""
        step = flow.step
        if step.open:
            return Outcome(step, flow.title)
        if not flow.number:
            raise Rejected(
                f"Home Assistant ended it, nothing was written: {step.reason}", what="config flow"
            )
        made = flow.entry or step.entry
        entry_id = str(made.get("entry_id") or "")
        after = await self._notes.entry(entry_id)
        after |= _form(await self._shown_again(flow, answered_step))
        title = str(after.get("title") or flow.title)
        noted = await self._notes.complete(flow.number, entry_id, title, after)
        verb = "changed" if flow.entry else "set up"
        await leave_line(self._home, flow.client, f"{verb} integration {title}")
        return Outcome(step, flow.title, f"c{flow.number}", asked, noted)

    async def _shown_again(self, flow: _Open, answered_step: Step | None) -> Body:
        """Return what the form of options shows now; of other forms nothing is told again."""
        if flow.path != _OPTIONS or answered_step is None or flow.entry is None:
            return {}
        step = await self._post(_OPTIONS, flow.entry["entry_id"])
        if step.open:
            await self._home.rest.delete(f"{_OPTIONS}/{step.flow_id}")
        same = step.step_id == answered_step.step_id
        return without_secrets(step, step.shown) if same else {}

    async def _started(
        self, path: str, handler: str | list[str], entry: Body | None, client: str, **more: Any
    ) -> _Open:
        """Begin a flow; that may be its end already."""
        name = handler if isinstance(handler, str) else handler[0]
        flow = _Open(path, Step("", "form", name), entry)
        flow.before = await self._notes.entry(entry["entry_id"]) if entry else {}
        post = partial(self._home.rest.post_json, path, {"handler": handler, **more})
        await self._noted(flow, client, post, {}, {})
        if entry and flow.step.open:
            self._changing[flow.step.flow_id] = entry["entry_id"]
            for oldest in list(self._changing)[:-_MOST_OPEN]:
                del self._changing[oldest]
        return flow

    async def _found(self, flow_id: str, client: str, entry: Body | None = None) -> _Open:
        """Find an open flow in the three places where Home Assistant keeps them.

        Asking for one that waited for something may be its end, so this is noted too.
        """
        for path in _PATHS:
            flow = _Open(path, Step(flow_id, "form", flow_id), entry)
            get = partial(self._home.rest.get_json, f"{path}/{flow_id}")
            try:
                await self._noted(flow, client, get, {}, {})
            except NotFound:
                continue
            if path != _CONFIG:
                flow.entry = await self._entry(flow.step.handler)
            flow.entry = flow.entry or await self._entry_of(flow_id)
            if flow.entry is not None:
                flow.before = await self._notes.entry(flow.entry["entry_id"])
            return flow
        raise _no_flow(flow_id)

    async def _entry_of(self, flow_id: str) -> Body | None:
        """Return the entry that a flow signs in to or configures anew; None when it adds one.

        Home Assistant tells it only of flows that it began itself.
        """
        if known := self._changing.get(flow_id):
            return await self._entry(known)
        for one in await self._home.core.command("config_entries/flow/progress"):
            if one["flow_id"] == flow_id and (entry_id := one["context"].get("entry_id")):
                return await self._entry(str(entry_id))
        return None

    async def _reauth(self, entry: Body, client: str) -> _Open:
        for one in await self.waiting():
            context = one["context"]
            if context.get("source") == "reauth" and context.get("entry_id") == entry["entry_id"]:
                return await self._found(one["flow_id"], client, entry)
        raise NotFound(
            f"{entry['title']} does not ask to sign in again",
            what="config flow",
            which=entry["entry_id"],
        )

    async def _entry(self, text: str) -> Body:
        """Find an entry by its id, or by a title or integration that only one has."""
        rows: list[Body] = await self._home.core.command("config_entries/get")
        for names in (("entry_id",), ("title", "domain")):
            found = [
                row for row in rows if text.casefold() in [row[key].casefold() for key in names]
            ]
            if len(found) == 1:
                return found[0]
        if found:
            raise Invalid(
                f"{len(found)} integrations are called {text!r}",
                what="integration",
                which=text,
                similar=[f"{row['title']} ({row['entry_id']})" for row in found],
            )
        raise NotFound.naming("integration", text, {row["title"] or row["domain"] for row in rows})

    async def _post(self, path: str, handler: str) -> Step:
        return read(await self._home.rest.post_json(path, {"handler": handler}))

    async def _leave(self, flow: _Open) -> None:
        try:
            await self._home.rest.delete(f"{flow.path}/{flow.step.flow_id}")
        except NotFound:
            return  # it has ended by itself


def _form(values: Body) -> Body:
    """Return what a form showed or was sent, apart from what the entry itself tells."""
    return {"form": values} if values else {}


def _no_flow(flow_id: str) -> NotFound:
    return NotFound(
        f"There is no open flow {flow_id!r}",
        hint="It has ended, or Home Assistant was restarted: begin anew",
        what="flow",
        which=flow_id,
    )


def undoable(changes: Sequence[Change]) -> tuple[list[Change], list[str]]:
    """Return what the journal can take back, and what is said of the rest; Unsupported if none."""
    kept = [one for one in changes if one.verb != VERB]
    notes = [
        f"{one.id} stays: it went through Home Assistant's forms; remove what was added, or enter"
        " what was before in the same form"
        for one in changes
        if one.verb == VERB
    ]
    if notes and not kept:
        raise Unsupported(notes[0], what="change", which=changes[0].id)
    return kept, notes


def _refuse_unsupported(entry: Mapping[str, Any], purpose: Purpose | None) -> None:
    offers = {
        "options": entry["supports_options"],
        "reconfigure": entry["supports_reconfigure"],
        "subentry": bool(entry["supported_subentry_types"]),
        "reauth": True,
    }
    possible = [name for name, there in offers.items() if there]
    if purpose is None or not offers[purpose]:
        raise Invalid(
            f"{entry['title']} ({entry['domain']}) has no {purpose}"
            if purpose
            else "purpose is missing",
            hint=f"It has: {', '.join(possible)}",
            what="argument",
            which="purpose",
        )


def _subentry(entry: Mapping[str, Any], asked: str) -> str:
    types = list(entry["supported_subentry_types"])
    if not asked and len(types) == 1:
        return str(types[0])
    if asked not in types:
        raise Invalid(
            f"There is no subentry type {asked!r}" if asked else "Say in handler which subentry",
            hint=f"It has: {', '.join(types)}",
            what="subentry type",
            which=asked,
            similar=nearest(asked, types) if asked else [],
        )
    return asked
