"""What a person reads of a run that failed: which it was, why, where, and its last words."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path

from trialist.ledger.output import stderr_tail
from trialist.values.events import RunStatus
from trialist.values.evidence import RunRecord
from trialist.values.plan import Plan
from trialist.values.study import Config

_SHOWN_LINES = 3
_MOST_KEYS = 4


def failures_of(records: Sequence[RunRecord], root: Path, plan: Plan) -> tuple[str, ...]:
    """Give every run that failed: trial, seed, why, last step, where its output lies, its end.

    The first line says it; those after it are the end of the run's stderr.
    """
    return tuple(
        failure_text(record, root, plan) for record in records if record.status is RunStatus.FAILED
    )


def failure_text(record: RunRecord, root: Path, plan: Plan) -> str:
    """Give one run that failed, in a line and the end of its stderr."""
    place = (root / (record.journal or "")).parent
    # what a command said last stands in its message already
    said, *rest = (record.error or "").splitlines() or [""]
    head = f"{run_words(record, plan)}{step_words(record)}: {said}"
    rest = rest or [f"  | {line}" for line in stderr_tail(place, lines=_SHOWN_LINES)]
    return "\n".join([f"{head} ({os.path.relpath(output_of(place))})", *rest])


def output_of(place: Path) -> Path:
    """Give the file in an attempt's folder that holds its last words: those of stderr, if any."""
    errors, words = place / "stderr.log", place / "stdout.log"
    is_silent = not errors.is_file() or not errors.stat().st_size
    return words if is_silent and words.is_file() and words.stat().st_size else errors


def run_words(record: RunRecord, plan: Plan) -> str:
    """Give a run with what its variant changes: `wide/seed-3 (width 128)`."""
    name = f"{record.variant}/seed-{record.seed}"
    changes = changes_of(plan, record.variant)
    return f"{name} ({changes})" if changes else name


def changes_of(plan: Plan, variant: str) -> str:
    """Give what a variant's configuration has that the baseline's has not, in a few words."""
    from trialist.design.document import dotted
    from trialist.design.merge import changed_keys, value_at

    config = _config_of(plan, variant)
    words = []
    for keys in changed_keys(plan.config_of(plan.baseline), config):
        try:
            words.append(f"{dotted(keys)} {json.dumps(value_at(config, keys))[:40]}")
        except KeyError:
            words.append(f"no {dotted(keys)}")
    more = [f"and {len(words) - _MOST_KEYS} more"] if len(words) > _MOST_KEYS else []
    return ", ".join([*words[:_MOST_KEYS], *more])


def _config_of(plan: Plan, name: str) -> Config:
    """Give the configuration of a variant, or of a trial of a search; else that of the baseline."""
    design = () if plan.search is None else plan.search.design
    known = {
        **{trial.name: trial.config for trial in design},
        **{variant.name: variant.config for variant in plan.variants},
    }
    return known.get(name, known[plan.baseline])


def step_words(record: RunRecord) -> str:
    """Give the last step of a run that failed; nothing where its message says it already."""
    if ", after step " in (record.error or ""):
        return ""
    if record.last_step is None:
        return ", before its first step"
    return f", after step {record.last_step}"
