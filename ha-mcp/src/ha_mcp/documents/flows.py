"""Config flows, a step at a time: what Home Assistant asks in forms when integrations are set up.

What went through a form is kept in the journal and cannot be taken back from there: Home Assistant
does not tell what an entry holds, and does not take it but through its forms.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from ..home import Home
from ..journal import Change, Intent, Journal, Unwritable
from ..problems import Invalid, NotFound, Rejected, Unsupported, nearest
from .kind import Body
from .steps import Step, answered, read, without_secrets

type Purpose = Literal["options", "reconfigure", "reauth", "subentry"]

VERB: Final = "form"
_KIND: Final = "integration"
_CONFIG: Final = "config/config_entries/flow"
_OPTIONS: Final = "config/config_entries/options/flow"
_SUBENTRIES: Final = "config/config_entries/subentries/flow"
_DONE: Final = "_successful"  # how Home Assistant ends a flow that changed an entry
_MOST_AT_ONCE: Final = 5  # a menu, perhaps another, and the form that was known beforehand


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a step came to; ``change`` is its id in the journal when something was written."""

    step: Step
    title: str  # of the entry that is changed, or the integration that is added
    change: str = ""
    asked: bool = True  # whether any form was filled in before the end


@dataclass(slots=True)
class _Open:
    """A flow that is being walked: where it lives and what it is about."""

    path: str
    step: Step
    entry: Body | None = None  # what is changed; None when something is added
    before: Body | None = None

    @property
    def title(self) -> str:
        """What it is about, for people."""
        return str(self.entry["title"] or self.entry["domain"]) if self.entry else self.step.handler


class Flows:
    """The flows of one home."""

    def __init__(self, home: Home, journal: Journal) -> None:
        """Take the home, and what remembers."""
        self._home = home
        self._journal = journal

    async def waiting(self) -> list[Body]:
        """Return the flows that Home Assistant began itself and that wait for somebody."""
        found: list[Body] = await self._home.core.command("config_entries/flow/progress")
        return found

    async def add(self, handler: str, given: Body | None, client: str) -> Outcome:
        """Begin to set up an integration; raises NotFound with the nearest."""
        known: list[str] = await self._home.rest.get_json("config/config_entries/flow_handlers")
        if handler not in known:
            raise NotFound.naming("integration", handler, known)
        return await self._begin(_Open(_CONFIG, await self._post(_CONFIG, handler)), given, client)

    async def of_entry(
        self, entry_id: str, purpose: Purpose | None, part: str, given: Body | None, client: str
    ) -> Outcome:
        """Begin to change what is set up; ``part`` is the type of a subentry."""
        entry = await self._entry(entry_id)
        _refuse_unsupported(entry, purpose)
        match purpose:
            case "options":
                flow = _Open(_OPTIONS, await self._post(_OPTIONS, entry["entry_id"]), entry)
            case "reconfigure":
                step = await self._post(_CONFIG, entry["domain"], entry_id=entry["entry_id"])
                flow = _Open(_CONFIG, step, entry)
            case "subentry":
                handler = [entry["entry_id"], _subentry(entry, part)]
                flow = _Open(_SUBENTRIES, await self._post(_SUBENTRIES, handler), entry)
            case _:
                flow = await self._reauth(entry)
        return await self._begin(flow, given, client)

    async def go_on(self, flow_id: str, given: Body | None, client: str) -> Outcome:
        """Show where a flow is, or answer its step; raises NotFound."""
        flow = await self._found(flow_id)
        if given is None:
            return await self._ended(flow, client)
        return await self._answer(flow, given, client)

    async def abort(self, flow_id: str) -> None:
        """Leave a flow; nothing is written."""
        flow = await self._found(flow_id)
        if flow.step.open:
            await self._home.rest.delete(f"{flow.path}/{flow_id}")

    async def _begin(self, flow: _Open, given: Body | None, client: str) -> Outcome:
        """Answer the first step when its input is known; a flow that does not take it is left."""
        if given is None or not flow.step.open:
            return await self._ended(flow, client, asked=False)
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
            flow.before = without_secrets(step, step.shown)
            answer = await self._home.rest.post_json(f"{flow.path}/{step.flow_id}", sent)
            flow.step = read(answer)
            left.pop("next_step_id", None)
            if step.type == "form" or not left or not flow.step.open:
                return await self._ended(flow, client, without_secrets(step, sent))
        raise Unsupported("There are more menus than expected")

    async def _ended(
        self, flow: _Open, client: str, sent: Body | None = None, *, asked: bool = True
    ) -> Outcome:
        """Note in the journal what a flow wrote, when this was its end; raises Rejected."""
        step = flow.step
        if step.open:
            return Outcome(step, flow.title)
        if step.type == "abort" and not step.reason.endswith(_DONE):
            raise Rejected(
                f"Home Assistant ended it, nothing was written: {step.reason}", what="config flow"
            )
        change = await self._noted(flow, client, sent or {})
        return Outcome(step, flow.title, change, asked)

    async def _noted(self, flow: _Open, client: str, sent: Body) -> str:
        """Return the id of the change; empty when the journal cannot be written."""
        made, entry = flow.step.entry, flow.entry
        entry_id = str((entry or made).get("entry_id") or "")
        name = flow.title if entry else str(made.get("title") or flow.title)
        before = {"body": flow.before} if entry and flow.before is not None else None
        after = {"body": sent if entry else {"domain": flow.step.handler, "title": name}}
        intent = Intent(_KIND, entry_id, name, before, after)
        try:
            number = await self._journal.intend(client, VERB, "", [intent])
            await self._journal.done(number, 0, entry_id, name, after)
        except Unwritable:
            return ""
        return f"c{number}"

    async def _found(self, flow_id: str) -> _Open:
        """Find an open flow in the three places where Home Assistant keeps them."""
        for path in (_CONFIG, _OPTIONS, _SUBENTRIES):
            try:
                step = read(await self._home.rest.get_json(f"{path}/{flow_id}"))
            except NotFound:
                continue
            entry = await self._entry(step.handler) if path != _CONFIG else None
            return _Open(path, step, entry)
        raise NotFound(
            f"There is no open flow {flow_id!r}",
            hint="It has ended, or Home Assistant was restarted: begin anew",
            what="flow",
            which=flow_id,
        )

    async def _reauth(self, entry: Body) -> _Open:
        for one in await self.waiting():
            context = one["context"]
            if context.get("source") == "reauth" and context.get("entry_id") == entry["entry_id"]:
                flow = await self._found(one["flow_id"])
                return _Open(flow.path, flow.step, entry)
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

    async def _post(self, path: str, handler: str | list[str], **more: Any) -> Step:
        return read(await self._home.rest.post_json(path, {"handler": handler, **more}))

    async def _leave(self, flow: _Open) -> None:
        try:
            await self._home.rest.delete(f"{flow.path}/{flow.step.flow_id}")
        except NotFound:
            return  # it has ended by itself


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
