"""What did not go as planned, run by run, and what each variant is, key by key."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from trialist.render.cells import visible
from trialist.render.reportdata import ReportData
from trialist.values.events import RunStatus
from trialist.values.evidence import RunRecord
from trialist.values.metric import Metric
from trialist.values.numbers import Unit
from trialist.values.plan import Plan
from trialist.values.results import ExtraRun
from trialist.values.study import Config

_MOST_RUNS = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class LostRun:
    """A run without a value: what happened, and the last words of its error."""

    what: str
    error: str


def lost_runs(data: ReportData) -> tuple[LostRun, ...]:
    """Give the failed and diverged runs, at most 40 and then how many more there are."""
    lost = [run for run in data.runs if run.status in (RunStatus.DIVERGED, RunStatus.FAILED)]
    shown = [_lost(run) for run in lost[:_MOST_RUNS]]
    if len(lost) > _MOST_RUNS:
        shown.append(LostRun(what=f"and {len(lost) - _MOST_RUNS} more", error=""))
    return tuple(shown)


def _lost(run: RunRecord) -> LostRun:
    name = run.variant if run.seed is None else f"{run.variant}/seed-{run.seed}"
    if run.status is RunStatus.DIVERGED:
        what = f"{name} diverged: its goal metric was not a finite number"
    else:
        kind = f" ({run.failure.value})" if run.failure is not None else ""
        what = f"{name} failed{kind}"
    if run.attempts > 1:
        what += f" after {run.attempts} attempts"
    if run.last_step is not None:
        what += f", last step {run.last_step:,}"
    lines = (run.error or "").strip().splitlines()
    return LostRun(what=what, error="\n".join(lines[-6:]))


def extra_runs(data: ReportData) -> tuple[str, ...]:
    """Give the runs that are apart from the evidence, as sentences."""
    sentences = []
    for run in data.results.extra_runs:
        metric = _metric_of(run, data.results.metric)
        factor = Unit.of(metric).factor
        value = "" if run.value is None else f", {metric.name} {run.value * factor:.4g}"
        plan = "" if run.plan is None else f", of plan {run.plan.removeprefix('sha256:')[:8]}"
        said = f"{run.status.replace('_', ' ')}{value}{plan}"
        sentences.append(f"{run.variant}/seed-{run.seed}: {said}")
    return tuple(sentences)


def _metric_of(run: ExtraRun, metric: Metric) -> Metric:
    """Give the metric that a run's value is of: an earlier plan may have had another one."""
    if run.metric is None:
        return metric
    return Metric(name=run.metric, goal=metric.goal).seen(() if run.value is None else (run.value,))


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One key of a configuration and its value."""

    key: str
    value: str


def settings(config: Config) -> tuple[Setting, ...]:
    """Give a configuration as dotted keys with values.

    Example:
        >>> [(s.key, s.value) for s in settings({"model": {"width": 64}, "lr": 0.1})]
        [('model.width', '64'), ('lr', '0.1')]
    """
    return tuple(_flat(config, ""))


def _flat(config: Mapping[str, object], prefix: str) -> list[Setting]:
    found: list[Setting] = []
    for key, value in config.items():
        if isinstance(value, Mapping) and value:
            found += _flat(value, f"{prefix}{key}.")
        else:
            found.append(Setting(key=visible(f"{prefix}{key}"), value=visible(str(value))))
    return found


def changes(plan: Plan, variant: str) -> tuple[Setting, ...]:
    """Give the settings of `variant` that differ from the baseline's; a lost key says "not set"."""
    base = {setting.key: setting.value for setting in settings(plan.config_of(plan.baseline))}
    mine = {setting.key: setting.value for setting in settings(plan.config_of(variant))}
    found = [Setting(key=k, value=v) for k, v in mine.items() if base.get(k) != v]
    return tuple(found + [Setting(key=k, value="not set") for k in base if k not in mine])
