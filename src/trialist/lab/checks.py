"""What the checks of the seeds found, as a report says it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from trialist.ledger.history import REPEAT, SEEDS, History
from trialist.values.events import decode_number
from trialist.values.numbers import counted, series
from trialist.values.plan import Plan
from trialist.values.rows import RowDifference


def checks_in_words(plan: Plan, history: History) -> tuple[str, ...]:
    """Give the caveats of a study whose seeds do nothing, or whose runs do not repeat."""
    found = []
    ignored = history.check(SEEDS, plan.hash)
    if ignored is not None and ignored["equal"] is not False:
        found.append(_alike(ignored))
    if not history.is_repeatable(plan.hash):
        found.append(_not_repeatable(plan, history.check(REPEAT, plan.hash) or {}))
    return tuple(found)


def check_findings(plan: Plan, history: History) -> tuple[str, ...]:
    """Give a finding where the run that was to be made once more failed."""
    repeat = history.check(REPEAT, plan.hash)
    if repeat is None or repeat["equal"] is not None:
        return ()
    why = f"and that failed: {repeat['message']}"
    return (f"{_run(repeat)} was to be made once more, to see whether it repeats, {why}",)


def _alike(entry: Mapping[str, Any]) -> str:
    runs = f"seeds {series(entry['seeds'])} of {entry['variant']}"
    if entry["equal"]:
        rows = counted(entry["rows"], "identical row")
        return f"The seed changes nothing: {runs} gave {rows}, so they are no replicates."
    return (
        f"All that {runs} logged is equal to the last bit. It is little and may be chance: "
        "log the loss, and see that the trial draws from run.seed."
    )


def _not_repeatable(plan: Plan, repeat: Mapping[str, Any]) -> str:
    said = (
        f"Not repeatable: {_run(repeat)}, made once more with the same seed, gave {_what(repeat)}"
    )
    if plan.paired:
        return f"{said}. So equal seeds are no pairs, and the analysis is unpaired."
    return f"{said}. So a part of the spread is not the seed's, and no run can be reproduced."


def _what(repeat: Mapping[str, Any]) -> str:
    data = repeat["first"]
    first = RowDifference(
        name=data["name"],
        step=data["step"],
        one=None if data["one"] is None else decode_number(data["one"]),
        other=None if data["other"] is None else decode_number(data["other"]),
    )
    place = f" at step {first.step}" if first.step >= 0 else ""
    return f"another {first.name}{place} ({first.words})"


def _run(entry: Mapping[str, Any]) -> str:
    return f"{entry['variant']}/seed-{entry['seed']}"
