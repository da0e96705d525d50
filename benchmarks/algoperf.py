"""What AlgoPerf's training logs say through our functions: ranking, alarms, one study's worth.

`python -m benchmarks.algoperf` writes the tables of docs/explanation/algoperf.md from the 4,359
trials in the folder that TRIALIST_DATA names (mlcommons/submissions_algorithms, Apache-2.0); it
takes half a minute.
"""

from __future__ import annotations

import importlib.util
import itertools
import math
import os
import re
import statistics
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType
from typing import Any

import trialist
from trialist.analysis.curveshape import FEWEST, CurveShape
from trialist.analysis.overfitting import overfitting_of
from trialist.analysis.stepstotarget import fastest_to, median_time
from trialist.analysis.trainingcurves import checks_of_curve
from trialist.values.playbook import Level
from trialist.values.trialcurve import TrialCurve

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "explanation" / "algoperf.md"
EDITIONS = tuple(itertools.product(("v05", "v06"), ("external", "self")))
N_STUDIES, N_TRIALS = 5, 5
COUNTED = (
    *(Level.OVERFITTING, Level.STILL_IMPROVING, Level.SATURATED, Level.INSTABILITY, Level.BUG),
)
BASELINE = "baseline"

Curves = Mapping[tuple[str, str, int, int], TrialCurve]
"""By submission, workload, study and trial."""


def example() -> ModuleType:
    """Give examples/algoperf-leaderboard/leaderboard.py as a module."""
    path = ROOT / "examples" / "algoperf-leaderboard" / "leaderboard.py"
    spec = importlib.util.spec_from_file_location("leaderboard", path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def logs() -> Path:
    """Give the file of all curves."""
    return Path(os.environ["TRIALIST_DATA"]) / "algoperf-curves" / "curves.parquet"


@dataclass(frozen=True, kw_only=True)
class Alarms:
    """On how many trials of a workload checks alarm.

    Attributes:
        n: Trials with 8 evaluations or more.
        loss: Overfitting by the validation loss, whatever the goal metric does.
        levels: By the goal metric, which decides.
    """

    n: int
    loss: int
    levels: Counter[Level]

    @property
    def shares(self) -> tuple[float, ...]:
        """The cells of the table: the loss, and COUNTED."""
        return tuple(k / self.n for k in (self.loss, *(self.levels[one] for one in COUNTED)))


def loss_curve(curve: TrialCurve) -> TrialCurve:
    """Give the curve of the validation loss in place of the goal metric."""
    if not curve.beside:
        return curve
    return replace(curve, val=curve.beside[0], train=curve.loss, beside=())


def alarms(curves: Sequence[TrialCurve]) -> Alarms:
    """Count on how many curves the checks alarm."""
    judged = [curve for curve in curves if CurveShape.of(curve.steps, curve.val).n >= FEWEST]
    levels: Counter[Level] = Counter()
    for curve in judged:
        levels.update({check.level for check in checks_of_curve(curve)})
    losses = [overfitting_of(loss_curve(curve)).level for curve in judged]
    return Alarms(n=len(judged), loss=losses.count(Level.OVERFITTING), levels=levels)


def total(found: Iterable[Alarms]) -> Alarms:
    """Give the alarms of several workloads together."""
    every = list(found)
    return Alarms(
        n=sum(one.n for one in every),
        loss=sum(one.loss for one in every),
        levels=sum((one.levels for one in every), Counter()),
    )


def all_curves(found: ModuleType) -> dict[str, list[TrialCurve]]:
    """Give the curves of all editions by workload."""
    by_workload: dict[str, list[TrialCurve]] = defaultdict(list)
    for version, ruleset in EDITIONS:
        for (_, workload, _, _), curve in found.load(logs(), version, ruleset).items():
            by_workload[workload].append(curve)
    return dict(sorted(by_workload.items()))


def all_alarms(found: ModuleType) -> dict[str, Alarms]:
    """Give the alarms of all editions by workload."""
    return {name: alarms(own) for name, own in all_curves(found).items()}


@dataclass(frozen=True, kw_only=True)
class Decision:
    """One submission against the baseline on one workload, decided on one of five studies.

    Attributes:
        ahead: True where its best trial of that study is better than the baseline's.
        later: How much better its chosen trial is in the four other studies, on average.
        verdict: What the four other studies, as fresh seeds of the two chosen trials, allow to say.
    """

    ahead: bool
    later: float
    verdict: str


def best_value(curve: TrialCurve) -> float | None:
    """Give the best value of a trial; None where it never gave one."""
    finite = [value for value in curve.val.values if math.isfinite(value)]
    return max(finite, key=lambda value: curve.goal.sign * value) if finite else None


def decisions(curves: Curves, *, workloads: Sequence[str] = ()) -> Iterator[Decision]:
    """Give what one study decides, for every submission, workload and study with all its trials."""
    values: dict[tuple[str, str], dict[tuple[int, int], float | None]] = defaultdict(dict)
    signs = {}
    for (submission, workload, study, trial), curve in curves.items():
        values[submission, workload][study, trial] = best_value(curve)
        signs[workload] = curve.goal.sign
    for (submission, workload), own in sorted(values.items()):
        theirs = values[BASELINE, workload]
        complete = all(len(one) == N_STUDIES * N_TRIALS for one in (own, theirs))
        if submission == BASELINE or not complete or (workloads and workload not in workloads):
            continue
        for study in range(N_STUDIES):
            yield _decision(own, theirs, study, signs[workload])


def _decision(
    own: Mapping[tuple[int, int], float | None],
    theirs: Mapping[tuple[int, int], float | None],
    study: int,
    sign: int,
) -> Decision:
    rows: list[list[Any]] = [["variant", "trial", "phase", "seed", "value"]]
    scores, later = [], []
    for name, values in (("baseline", theirs), ("new", own)):
        trials = sorted(trial for one, trial in values if one == study)
        scored = {trial: values[study, trial] for trial in trials}
        finite = {trial: value for trial, value in scored.items() if value is not None}
        chosen = max(finite, key=lambda trial: sign * finite[trial])
        scores.append(finite[chosen])
        others = {one: values[one, chosen] for one in range(N_STUDIES) if (one, chosen) in values}
        del others[study]
        later.append(statistics.fmean(value for value in others.values() if value is not None))
        rows += [[name, trial, "search", study, value] for trial, value in scored.items()]
        rows += [[name, chosen, "fresh", one, value] for one, value in others.items()]
    goal = "maximize" if sign > 0 else "minimize"
    result = trialist.compare(rows, phase="phase", goal=goal, metric="value")
    return Decision(
        ahead=sign * (scores[1] - scores[0]) > 0,
        later=sign * (later[1] - later[0]),
        verdict=result.verdicts["new"].name.value,
    )


@dataclass(frozen=True, kw_only=True)
class Orders:
    """Pairs of submissions ordered by their time to the target in one study.

    Attributes:
        n: Pairs, workloads and studies, in which at least one got there.
        kept: The share of them with the same order in the median of the four other studies.
    """

    n: int
    kept: float


def orders(curves: Curves, found: ModuleType) -> Orders:
    """Measure how often the faster one of one study is the faster one of the others."""
    trials: dict[tuple[str, str], dict[int, list[TrialCurve]]] = defaultdict(dict)
    for (submission, workload, study, _), curve in curves.items():
        if found.target_of(workload) is not None:
            trials[workload, submission].setdefault(study, []).append(curve)
    times = {
        key: {
            study: fastest_to(own, target=found.target_of(key[0])).seconds
            for study, own in by_study.items()
        }
        for key, by_study in trials.items()
        if len(by_study) == N_STUDIES
    }
    n = kept = 0
    for (workload, one), (also, other) in itertools.combinations(sorted(times), 2):
        if workload != also:
            continue
        for study in range(N_STUDIES):
            now = [_or_never(times[workload, name][study]) for name in (one, other)]
            rest = [
                median_time([seconds for k, seconds in times[workload, name].items() if k != study])
                for name in (one, other)
            ]
            if now[0] != now[1] and rest[0] != rest[1]:
                n += 1
                kept += (now[0] < now[1]) == (rest[0] < rest[1])
    return Orders(n=n, kept=kept / n)


def _or_never(seconds: float | None) -> float:
    return math.inf if seconds is None else seconds


def leaderboard_table(found: ModuleType, curves: Curves) -> str:
    """Give the ranking beside the published scores."""
    scores = found.scores(found.times_of(curves))
    lines = ["| rank | submission | score | published | off by |", "|---|---|---|---|---|"]
    for rank, ((name, score), told) in enumerate(
        zip(scores.items(), found.PUBLISHED, strict=True), start=1
    ):
        lines.append(f"| {rank} | {name} | {score:.4f} | {told:.4f} | {abs(score - told):.4f} |")
    return "\n".join(lines)


def alarm_table(found: Mapping[str, Alarms]) -> str:
    """Give the share of trials on which checks alarm, by workload."""
    heads = ["overfits, loss", "overfits, goal", "still improving", "saturated", "unstable", "bug"]
    lines = [f"| workload | trials | {' | '.join(heads)} |", "|---|---|" + "---|" * len(heads)]
    rows = {name: one for name, one in found.items() if one.n}
    for name, one in {**rows, "**all**": total(rows.values())}.items():
        cells = " | ".join(f"{100 * share:.1f}" for share in one.shares)
        lines.append(f"| {name} | {one.n:,} | {cells} |")
    return "\n".join(lines)


def split_table(found: Sequence[Decision]) -> str:
    """Give what one study decides against what the other four say."""
    heads = ["n", "better on average in the other four", "they show: better", "worse", "open"]
    lines = [f"| decided on one study | {' | '.join(heads)} |", "|---|" + "---|" * len(heads)]
    for words, ahead in (("the submission is ahead", True), ("the baseline is ahead", False)):
        own = [one for one in found if one.ahead is ahead]
        same = sum((one.later > 0) is ahead for one in own)
        counts = Counter(_word(one.verdict, ahead=ahead) for one in own)
        n = max(len(own), 1)
        cells = " | ".join(f"{counts[word] / n:.0%}" for word in ("better", "worse", "open"))
        lines.append(f"| {words} | {len(own)} | {same / n:.0%} | {cells} |")
    return "\n".join(lines)


def _word(verdict: str, *, ahead: bool) -> str:
    if verdict in ("improvement", "relevant_improvement"):
        return "better" if ahead else "worse"
    if verdict == "regression":
        return "worse" if ahead else "better"
    return "open"


def order_table(speed: Orders) -> str:
    """Give how often the order of two submissions by their time is kept."""
    return "\n".join(
        [
            "| faster to the target in one study | pairs, workloads and studies | kept |",
            "|---|---|---|",
            f"| faster in the median of the other four | {speed.n:,} | {speed.kept:.0%} |",
        ]
    )


def quick_tables() -> dict[str, str]:
    """Give the tables that take seconds, by the name of their place on the page."""
    found = example()
    curves = found.load(logs())
    return {
        "leaderboard": leaderboard_table(found, curves),
        "alarms": alarm_table(all_alarms(found)),
        "orders": order_table(orders(curves, found)),
    }


def tables() -> dict[str, str]:
    """Give all tables."""
    curves = example().load(logs())
    return {**quick_tables(), "decisions": split_table(list(decisions(curves)))}


def filled(page: str, found: Mapping[str, str]) -> str:
    """Give a page with its tables in their places, `<!-- NAME -->` to `<!-- end -->`."""
    for name, table in found.items():
        place = rf"(?s)(<!-- {name} -->\n).*?(<!-- end -->)"
        page, n = re.subn(place, rf"\1\n{table}\n\n\2", page)
        assert n == 1, name
    return page


if __name__ == "__main__":
    PAGE.write_text(filled(PAGE.read_text(encoding="utf-8"), tables()), encoding="utf-8")
