"""What the recorder and its neighbours answer, for a fake house: history, statistics, logbook."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from fakes.house import FakeHouse
from ha_mcp.problems import NotFound

_PERIODS = {"5minute": 300, "hour": 3600, "day": 86_400, "week": 604_800, "month": 2_592_000}


class FakeRecorder:
    """Keeps what a test says was recorded, and answers from it as Core does."""

    def __init__(self, house: FakeHouse) -> None:
        """Answer for this house."""
        self.changes: dict[str, list[tuple[float, str | None]]] = {}
        self.metadata: dict[str, dict[str, Any]] = {}
        self.points: dict[str, list[tuple[float, dict[str, float]]]] = {}
        self.entries: list[dict[str, Any]] = []
        self.prefs: dict[str, Any] | None = None
        self.cost_sensors: dict[str, str] = {}
        self.left_out: set[str] = set()
        house.answers |= {
            "history/history_during_period": self._history,
            "recorder/get_statistics_metadata": self._metadata_of,
            "recorder/list_statistic_ids": lambda _: list(self.metadata.values()),
            "recorder/statistics_during_period": self._statistics,
            "recorder/statistic_during_period": self._statistic,
            "recorder/entity_options/get": self._options,
            "logbook/get_events": self._logbook,
            "energy/get_prefs": self._prefs,
            "energy/info": lambda _: {"cost_sensors": self.cost_sensors},
        }

    def measure(self, statistic_id: str, *, unit: str, has_sum: bool = False, **more: Any) -> None:
        """Add a statistic."""
        self.metadata[statistic_id] = {
            "statistic_id": statistic_id,
            "display_unit_of_measurement": unit,
            "has_sum": has_sum,
            "has_mean": not has_sum,
            "mean_type": 0 if has_sum else 1,
            "name": None,
            "source": "recorder",
            **more,
        }

    def _history(self, fields: Mapping[str, Any]) -> dict[str, Any]:
        start, end = _between(fields)
        answer = {}
        for entity_id in fields["entity_ids"]:
            known = self.changes.get(entity_id, [])
            before = [state for at, state in known if at < start]
            rows = [{"s": state, "lu": at} for at, state in known if start < at < end]
            first = [{"s": before[-1], "lu": start}] if before else []
            if first or rows:
                answer[entity_id] = [*first, *rows]
        return answer

    def _metadata_of(self, fields: Mapping[str, Any]) -> list[dict[str, Any]]:
        wanted = fields["statistic_ids"]
        return [row for key, row in self.metadata.items() if key in wanted]

    def _statistics(self, fields: Mapping[str, Any]) -> dict[str, Any]:
        start, end = _between(fields)
        length = _PERIODS[fields["period"]]
        return {
            key: [
                {"start": int(at * 1000), "end": int((at + length) * 1000), **values}
                for at, values in self.points.get(key, [])
                if start <= at < end
            ]
            for key in fields["statistic_ids"]
            if key in self.metadata
        }

    def _statistic(self, fields: Mapping[str, Any]) -> dict[str, float | None]:
        start, end = _between(fields["fixed_period"])
        points = [
            values
            for at, values in self.points.get(fields["statistic_id"], [])
            if start <= at < end
        ]
        if not points:
            return dict.fromkeys(fields["types"])
        figures = {
            "change": sum(one.get("change", 0.0) for one in points),
            "mean": sum(one.get("mean", 0.0) for one in points) / len(points),
            "min": min(one.get("min", 0.0) for one in points),
            "max": max(one.get("max", 0.0) for one in points),
        }
        return {name: figures[name] for name in fields["types"]}

    def _options(self, fields: Mapping[str, Any]) -> dict[str, Any]:
        left_out = fields["entity_id"] in self.left_out
        return {"recording_disabled_by": "user" if left_out else None}

    def _logbook(self, fields: Mapping[str, Any]) -> list[dict[str, Any]]:
        start, end = _between(fields)
        wanted = fields["entity_ids"]
        return [
            one for one in self.entries if one["entity_id"] in wanted and start < one["when"] < end
        ]

    def _prefs(self, _fields: Mapping[str, Any]) -> dict[str, Any]:
        if self.prefs is None:
            raise NotFound("No prefs")
        return self.prefs


def _between(fields: Mapping[str, Any]) -> tuple[float, float]:
    start, end = (datetime.fromisoformat(fields[key]) for key in ("start_time", "end_time"))
    return start.timestamp(), end.timestamp()
