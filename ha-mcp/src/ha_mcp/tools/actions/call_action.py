"""Do something in the house, and say what changed."""

from collections.abc import Collection
from typing import Annotated, Any

from ...documents import Remembered
from ...home import Acted, Effect, Home, State
from ...toolkit import Answer, Field, Profile, Risk, Table, tool
from ._changes import difference
from ._risks import risks_of_calls
from ._shapes import Calls, Target, all_shaped

_MOST_NAMED = 10


@tool(
    title="Call actions",
    risk=Risk.ACT,
    outside=True,
    risks_of=risks_of_calls,
    shown={
        # Flat: small models fill nested objects badly, and it is understood beside the target.
        Profile.VOICE: [
            *("action", "target.entity_id", "target.area_id", "target.floor_id", "data"),
            "despite_notes",
        ]
    },
)
async def ha_call_action(
    home: Home,
    remembered: Remembered,
    action: Annotated[str, Field("such as light.turn_on")] = "",
    target: Target | None = None,
    data: dict[str, Any] | None = None,
    calls: Calls | None = None,
    watch: Annotated[float, Field("seconds to wait for effects", minimum=0, maximum=20)] = 2,
    despite_notes: Annotated[list[str] | None, Field("ids of rules to go against")] = None,
    **rest: Any,
) -> Answer:
    """Switch, set or run things in the house, and report what changed.

    Areas, floors and labels can be targets. ha_list_actions tells the fields of an action.
    """
    alone = {"action": action, "target": target, "data": data}
    wanted = all_shaped(calls, rest, alone)
    meant: set[str] = set()

    async def heed(entity_ids: Collection[str]) -> None:
        meant.update(entity_ids)
        await remembered.heed(entity_ids, despite_notes or ())

    acted = await home.acting.run(wanted, watch, heed)
    report = tuple(part for did in acted for part in _report(home, did))
    return *report, "\n".join(await remembered.about(meant))


def _report(home: Home, acted: Acted) -> tuple[Answer, ...]:
    rows = [_row(home, effect) for effect in acted.changed]
    said = [
        _sentence(home, "already so", acted.already),
        _sentence(home, "accepted, not yet confirmed", acted.unconfirmed),
        _sentence(home, "unchanged", acted.unmoved),
        f"without a state: {', '.join(acted.missing)}" if acted.missing else "",
        "" if acted.running is None else f"still running after {acted.running:.1f} s",
    ]
    note = "\n".join(line for line in said if line)
    if not rows and not note:
        note = "accepted; nothing was seen to move"
    lead = f"{acted.action}: {len(rows)} changed" if rows else f"{acted.action}:"
    table = Table(("name", "entity", "was", "now"), rows, lead=lead, note=note)
    return (table, {"response": acted.response}) if acted.response else (table,)


def _row(home: Home, effect: Effect) -> tuple[str, ...]:
    was, now = difference(effect.before, effect.after)
    row = effect.after or effect.before
    name = home.registries.name_of(effect.entity_id, row.name if row else None)
    return name, effect.entity_id, was, now


def _sentence(home: Home, what: str, states: tuple[State, ...]) -> str:
    named = [
        f"{home.registries.name_of(one.entity_id, one.name)} ({one.entity_id}) is {one.shown}"
        for one in states[:_MOST_NAMED]
    ]
    if len(states) > _MOST_NAMED:
        named.append(f"{len(states) - _MOST_NAMED} more")
    return f"{what}: {', '.join(named)}" if named else ""
