"""`trialist schema`: the JSON Schema of a study file, and of what trialist writes."""

from __future__ import annotations

from typing import Any

from trialist.values.errors import ConfigError, near

STUDY, PLAN, RESULTS, EVENTS = "study", "plan", "results", "events"
KINDS = (STUDY, PLAN, RESULTS, EVENTS)


def schema(kind: str = STUDY) -> dict[str, Any]:
    """Give a JSON Schema (draft 2020-12).

    Args:
        kind: "study" (a study file, for editors), "plan" (plan.json), "results" (results.json) or
            "events" (a line of a run's journal).

    Raises:
        ConfigError: If there is no such kind.
    """
    if kind == STUDY:
        from trialist.design.studyschema import study_schema

        return study_schema()
    if kind == PLAN:
        from trialist.lab.schemas.plan import plan_schema

        return plan_schema()
    if kind == RESULTS:
        from trialist.lab.schemas.results import results_schema

        return results_schema()
    if kind == EVENTS:
        from trialist.lab.schemas.events import events_schema

        return events_schema()
    raise ConfigError(f"there is no schema of {kind!r}", todo=near(kind, KINDS))
