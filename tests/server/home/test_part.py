"""The wires of a part of the home ask about what is inside, whoever uses them."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from fakes.calling import living
from fakes.house import FakeHouse
from ha_mcp.home import Bounds, PartOfHome
from ha_mcp.problems import Forbidden, NotFound

IN, OUT = "light.in", "light.out"


@pytest.fixture
def house() -> FakeHouse:
    """Return a house of two rooms."""
    house = FakeHouse()
    house.add_area("mine", "Mine")
    house.add_area("yours", "Yours")
    house.add(IN, area="mine")
    house.add(OUT, area="yours")
    house.add_action("light.turn_on", target={})
    house.add_action("light.reload")
    house.answers["logbook/get_events"] = lambda _: [
        {"when": 1, "entity_id": IN, "state": "on", "context_name": "Out", "message": f"by {OUT}"},
        {"when": 2, "entity_id": IN, "context_entity_id": IN, "context_name": "In"},
        {"when": 3, "entity_id": OUT, "state": "on"},
    ]
    for kind in ("history/history_during_period", "recorder/get_statistics_metadata"):
        house.answers[kind] = lambda asked: asked
    house.files["camera_proxy/camera.x"] = (b"out", "image/png")
    house.files["image/serve/1/512x512"] = (b"photo", "image/png")
    return house


@pytest.fixture
async def part(house: FakeHouse) -> AsyncIterator[PartOfHome]:
    """Return one room of it."""
    async with living(house) as home:
        yield PartOfHome(home, Bounds(areas=frozenset({"mine"})))


@pytest.mark.parametrize(
    "kind",
    [
        "get_states", "get_config", "config/entity_registry/list", "automation/config",
        "lovelace/config", "energy/get_prefs", "fire_event", "execute_script", "search/related",
        "homeassistant/expose_entity/list", "system_log/list", "trace/list", "a_new_command",
    ],
)  # fmt: skip
async def test_what_is_not_known_to_stay_inside_is_not_asked(
    house: FakeHouse, part: PartOfHome, kind: str
) -> None:
    """Core would answer about everything."""
    house.sent.clear()

    with pytest.raises(Forbidden, match="this client was given a part of the home"):
        await part.core.command(kind, entity_id=IN)
    assert house.sent == []


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("history/history_during_period", {"entity_ids": [IN, OUT]}),
        ("history/history_during_period", {"entity_ids": []}),
        ("history/history_during_period", {}),
        ("recorder/get_statistics_metadata", {"statistic_ids": [OUT]}),
        ("recorder/get_statistics_metadata", {"statistic_ids": ["sensor:external"]}),
        ("recorder/statistic_during_period", {"statistic_id": OUT}),
        ("logbook/get_events", {"entity_ids": [OUT]}),
        ("call_service", {"domain": "light", "service": "reload"}),
        ("call_service", {"domain": "light", "service": "turn_on", "target": {"entity_id": OUT}}),
        ("call_service", {"domain": "light", "service": "turn_on", "target": {"entity_id": "all"}}),
        ("call_service", {"domain": "light", "service": "turn_on", "target": {"area_id": "yours"}}),
        (
            "call_service",
            {
                "domain": "light",
                "service": "turn_on",
                "target": {"entity_id": [IN]},
                "service_data": {"area_id": "yours"},
            },
        ),
        (
            "call_service",
            {
                "domain": "light",
                "service": "turn_on",
                "target": {"entity_id": [IN]},
                "service_data": {"entity_globs": ["light.*"]},
            },
        ),
        (
            "call_service",
            {"domain": "recorder", "service": "purge_entities", "target": {"entity_id": [IN]}},
        ),
        (
            "call_service",
            {
                "domain": "light",
                "service": "turn_on",
                "target": {"entity_id": [IN]},
                "service_data": {"also": [{"the": OUT}]},
            },
        ),
    ],
)
async def test_a_question_that_leads_outside_is_not_asked(
    house: FakeHouse, part: PartOfHome, kind: str, fields: dict[str, Any]
) -> None:
    """And one that names nothing leads everywhere."""
    house.sent.clear()

    with pytest.raises((Forbidden, NotFound)):
        await part.core.command(kind, **fields)
    assert kind not in [sent for sent, _ in house.sent]


async def test_the_logbook_tells_no_cause_that_is_outside(part: PartOfHome) -> None:
    """Nor what a message says of it."""
    entries = await part.core.command("logbook/get_events", entity_ids=[IN])

    assert entries == [
        {"when": 1, "entity_id": IN, "state": "on"},
        {"when": 2, "entity_id": IN, "context_entity_id": IN, "context_name": "In"},
    ]


async def test_what_an_action_answers_is_told_as_far_as_it_is_inside(
    house: FakeHouse, part: PartOfHome
) -> None:
    """Actions may answer with anything."""
    house.effects["light.turn_on"] = lambda _: {IN: {"ok": 1}, OUT: {"ok": 2}, "also": [IN, OUT]}
    answer = await part.core.command(
        "call_service", domain="light", service="turn_on", target={"entity_id": [IN]}
    )

    assert answer["response"] == {IN: {"ok": 1}, "also": [IN]}


async def test_a_place_as_a_target_means_what_is_inside_of_it(
    house: FakeHouse, part: PartOfHome
) -> None:
    """Core is told the entities, each by its id."""
    await part.core.command(
        "call_service", domain="light", service="turn_on", target={"area_id": ["mine", "yours"]}
    )

    assert house.sent[-1][1]["target"] == {"entity_id": [IN]}


@pytest.mark.parametrize("kind", ["render_template", "subscribe_events", "subscribe_entities"])
async def test_nothing_is_subscribed_to(part: PartOfHome, kind: str) -> None:
    """It would go on and on about everything."""
    with pytest.raises(Forbidden, match="look at all of the home"):
        await part.core.subscribe(kind, print)


async def test_of_http_only_pictures_of_what_is_inside_are_fetched(part: PartOfHome) -> None:
    """Nothing else of it is about entities alone."""
    photo, _ = await part.rest.get_bytes("image/serve/1/512x512", most=100)

    assert photo == b"photo"
    with pytest.raises(NotFound):
        await part.rest.get_bytes("camera_proxy/camera.x", most=100)
    for asked in (
        part.rest.get_bytes("error_log", most=100),
        part.rest.get_json("config"),
        part.rest.post_json("template", {}),
        part.rest.delete("config/automation/config/1"),
    ):
        with pytest.raises(Forbidden):
            await asked
