"""The range test against a grid of 12 learning rates: is the best one where the test says to look?

`python -m benchmarks.lrrange [--keep FILE]` writes benchmarks/lrrange.md; what is measured is kept
in the file, and taken from there by the next call. Small networks on the data that
scikit-learn brings (`lrcases`), SGD with momentum and Adam each, several seeds: a test per seed,
and a training for each rate of the grid. The best rate is that of network and optimizer: it has
the lowest loss, as the mean over the seeds. One seed alone says little.

The rule was chosen on one group of networks. What it is worth is said by the other one.
"""

from __future__ import annotations

import argparse
import itertools
import json
import math
import statistics
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from benchmarks.lrcases import Case, cases
from benchmarks.table import machine
from scipy import stats

from trialist.analysis.lrcurve import (
    HIGHEST,
    LOWEST,
    LrCurve,
    LrRange,
    range_of,
    span_over_seeds,
)
from trialist.train import SGD, Adam, ReplicateLoop, Task, lr_range
from trialist.train.alone import Alone
from trialist.train.optimizers import OptimizerRecipe
from trialist.train.seeding import seed_everything
from trialist.values.missing import Missing
from trialist.values.seeds import SeedSet

GRID = tuple(10 ** (-5 + k / 2) for k in range(12))  # 1e-5, 3.2e-5, ..., 3.2
BATCH, STEPS, SEEDS, TOGETHER = 64, 300, 4, 3
LEAST_IN_RANGE, MOST_DECADES_OFF = 0.9, 0.3
DIVERGED, EDGE = 1e9, 1 + 1e-9
MEASURES = {
    "best": "validation loss, best checkpoint",
    "last": "validation loss, last step",
    "train": "training loss, last 50 steps",
}
WIDTHS = ((1 / 30, 1 / 3), (1 / 50, 1 / 2), (1 / 100, 1 / 2), (LOWEST, HIGHEST), (1 / 200, 1 / 2))


@dataclass(frozen=True)
class Setting:
    """A network and an optimizer: the test of each seed, and the losses over the grid."""

    case: Case
    optimizer: str
    tests: Sequence[LrRange]
    losses: dict  # by measure, seed and rate

    def means(self, measure: str = "best") -> dict:
        """Give the mean loss of each rate over the seeds."""
        seeds = range(len(self.tests))
        return {
            rate: statistics.fmean(
                min(self.losses[measure, seed, rate], DIVERGED) for seed in seeds
            )
            for rate in GRID
        }

    def best(self, measure: str = "best") -> float:
        means = self.means(measure)
        return min(means, key=means.get)

    def tied(self) -> list[float]:
        """Give the rates that the seeds cannot tell from the best one, which is among them.

        Their loss is not higher by a paired t test at 95 %, one-sided at 97.5 %.
        """
        best, n = self.best(), len(self.tests)
        found = []
        for rate in GRID:
            gaps = [self.loss(seed, rate) - self.loss(seed, best) for seed in range(n)]
            spread = statistics.stdev(gaps) / math.sqrt(n)
            if statistics.fmean(gaps) <= stats.t.ppf(0.975, n - 1) * spread or rate == best:
                found.append(rate)
        return found

    def loss(self, seed: int, rate: float) -> float:
        return min(self.losses["best", seed, rate], DIVERGED)

    def spans(self, together: int = 1) -> list:
        """Give what is said of each choice of so many seeds; what is missing is left out."""
        groups = itertools.combinations(self.tests, together)
        spans = [span_over_seeds(group) for group in groups]
        return [one for one in spans if not isinstance(one, Missing)]

    def n_without(self, together: int = 1) -> int:
        return math.comb(len(self.tests), together) - len(self.spans(together))

    def hits(self, rates: Sequence[float], *, together: int = 1, ends=(LOWEST, HIGHEST)) -> list:
        """Tell for each range whether one of the rates lies in it, were its ends these shares."""
        low, high = (end / share for end, share in zip(ends, (LOWEST, HIGHEST), strict=True))
        return [
            any(one.low * low / EDGE <= rate <= one.high * high * EDGE for rate in rates)
            for one in self.spans(together)
        ]

    def reached(self, measure: str = "best") -> list[float]:
        """Give the rates whose loss is within 5 % of the best."""
        means = self.means(measure)
        return [rate for rate, mean in means.items() if mean <= 1.05 * min(means.values())]

    def off(self, rule: Callable[[LrRange], float]) -> list[float]:
        """Give how many decades a rule is above the best rate, where it says something."""
        said = [rule(one) for one in self.tests if not isinstance(one.span, Missing)]
        return [math.log10(rate / self.best()) for rate in said]


RULES: dict[str, Callable[[LrRange], float]] = {
    "minimum / 10, the center": lambda one: one.center,
    "steepest": lambda one: one.steepest,
    "valley": lambda one: one.valley,
    "largest stable / 10": lambda one: one.stable / 10,
}


def tested(case: Case, kind: type[OptimizerRecipe], seed: int) -> LrRange:
    seed_everything(SeedSet.of(seed).model)
    return lr_range(
        case.model(), loss=case.loss, data=case.data, optimizer=kind(lr=1.0), seed=seed,
        batch_size=BATCH,
    )  # fmt: skip


def trained(case: Case, kind: type[OptimizerRecipe], pairs: Sequence[tuple[int, float]]) -> dict:
    """Train with every seed and rate; give the losses."""
    task = Task(
        model=lambda _hp: case.model(), loss=case.loss, data=case.data, optimizer=kind(lr="lr"),
        steps=STEPS, batch_size=BATCH, val_every=10, log_every=50, metrics=(),
    )  # fmt: skip
    configs, runs = [{"lr": rate} for _, rate in pairs], [Alone(seed) for seed, _ in pairs]
    if case.is_together:
        fits = ReplicateLoop(task, configs, runs).run()
    else:
        fits = [task.trained(config, run) for config, run in zip(configs, runs, strict=True)]
    losses = {}
    for (seed, rate), done in zip(pairs, fits, strict=True):
        last = [row["train/loss"] for row in done.history if "train/loss" in row][-1]
        found = {"best": done.best_value, "last": done.last["val/loss"], "train": last}
        for name, loss in found.items():
            losses[name, seed, rate] = loss if math.isfinite(loss) else math.inf
    return losses


def measured(case: Case, kind: type[OptimizerRecipe], keep: Path | None) -> Setting:
    """Measure, or take what was kept."""
    name = f"{case.name} {kind.__name__}"
    lines = keep.read_text(encoding="utf-8").splitlines() if keep and keep.exists() else []
    kept = {row["name"]: row for row in map(json.loads, lines)}.get(name)
    if kept is None:
        pairs = list(itertools.product(range(SEEDS), GRID))
        curves = [asdict(tested(case, kind, seed).curve) for seed in range(SEEDS)]
        losses = [[*key, loss] for key, loss in trained(case, kind, pairs).items()]
        kept = {"name": name, "curves": curves, "losses": losses}
        if keep:
            with keep.open("a", encoding="utf-8") as file:
                file.write(json.dumps(kept) + "\n")
    tests = [range_of(LrCurve(**curve)) for curve in kept["curves"]]
    losses = {(measure, seed, rate): loss for measure, seed, rate, loss in kept["losses"]}
    return Setting(case, kind.__name__, tests, losses)


def named(share: float) -> str:
    return "minimum" if share == 1 else f"minimum/{1 / share:.0f}"


def flat(lists: Iterable) -> list:
    return [one for found in lists for one in found]


def percent(flags) -> str:
    flags = list(flags)
    return f"{100 * sum(flags) / len(flags):.0f} %"


def share(settings: Sequence[Setting], **options) -> float:
    flags = flat(one.hits([one.best()], **options) for one in settings)
    return sum(flags) / len(flags)


def report(settings: list[Setting]) -> tuple[str, bool]:
    """Give the page, and whether every bound holds."""
    groups = [
        [one for one in settings if one.case.was_seen is was_seen] for was_seen in (True, False)
    ]
    fulfilled = share(groups[1], together=TOGETHER) >= LEAST_IN_RANGE
    names = [f"{len({one.case.name for one in group})} networks" for group in groups]
    how = (
        f"Each network is trained with SGD with momentum and with Adam, {SEEDS} seeds each: "
        f"{STEPS} steps of batch {BATCH} at a constant rate, for each of {len(GRID)} rates from "
        f"{GRID[0]:.0e} to {GRID[-1]:.1f}, half a decade apart. The best one has the lowest "
        "validation loss at the best checkpoint, as the mean over the seeds. The range goes from "
        f"{named(LOWEST)} to the {named(HIGHEST)}; of {TOGETHER} tests, from the lowest of these "
        "rates to the highest. Where no range was given, none is counted.\n"
    )
    chosen = (
        f"The rule was chosen on {names[0]}. What it is worth is said by the other {names[1]}, "
        "which were listed before anything was measured on them.\n"
    )
    lines = [
        "# The range test against a grid\n",
        f"Made by `python -m benchmarks.lrrange`; {machine()}.\n",
        how,
        chosen,
        *figures(groups),
        *widths(groups),
        *others(groups[0] + groups[1]),
        *rows(settings),
    ]
    return "\n".join(lines) + "\n", fulfilled


def figures(groups: Sequence[Sequence[Setting]]) -> list[str]:
    def row(words: str, of: Callable[[Sequence[Setting]], str], bound: str = "") -> str:
        return f"| {words} | {of(groups[0])} | {of(groups[1])} | {bound} |"

    def held(rates: Callable[[Setting], Sequence[float]], together: int = 1) -> Callable:
        return lambda group: percent(flat(one.hits(rates(one), together=together) for one in group))

    def off(group: Sequence[Setting]) -> float:
        return statistics.median(flat(one.off(RULES["minimum / 10, the center"]) for one in group))

    def best(one: Setting) -> list[float]:
        return [one.best()]

    is_held = share(groups[1], together=TOGETHER) >= LEAST_IN_RANGE
    least = f">= {100 * LEAST_IN_RANGE:.0f} %" + ("" if is_held else ": missed")
    most = f"<= {MOST_DECADES_OFF}" + (
        "" if abs(off(groups[1])) <= MOST_DECADES_OFF else ": missed"
    )
    return [
        "| figure | chosen on | tested on | bound |",
        "|---|---|---|---|",
        row("tests", lambda group: str(sum(len(one.tests) for one in group))),
        row("no range was given", lambda group: str(sum(one.n_without() for one in group))),
        row("the best rate of the grid lies in the range of one test", held(best)),
        row(f"in that of {TOGETHER} tests, which the command makes", held(best, TOGETHER), least),
        row("the best, or one that the seeds cannot tell from it, one test", held(Setting.tied)),
        row("a rate within 5 % of the best loss, one test", held(Setting.reached)),
        *[
            row(f"the best by {words}, one test", held(lambda one, name=name: [one.best(name)]))
            for name, words in MEASURES.items()
            if name != "best"
        ],
        row("decades that the center is off the best, median", lambda g: f"{off(g):+.2f}", most),
    ]


def widths(groups: Sequence[list[Setting]]) -> list[str]:
    head = (
        f"| range | decades: one, of {TOGETHER} | chosen on: one | of {TOGETHER} "
        f"| tested on: one | of {TOGETHER} |"
    )
    lines = [
        "\nOther ranges of the same minimum, and how often each holds the best rate:\n",
        head,
        "|---|---|---|---|---|---|",
    ]
    for low, high in WIDTHS:
        shares = [
            f"{100 * share(group, together=n, ends=(low, high)):.0f} %"
            for group in groups
            for n in (1, TOGETHER)
        ]
        spans = flat(one.spans(TOGETHER) for one in groups[0] + groups[1])
        more = statistics.median(math.log10(one.high / one.low) for one in spans)
        alone = math.log10(high / low)
        several = more + alone - math.log10(HIGHEST / LOWEST)
        wide = f"{alone:.2f}, {several:.2f}"
        said = (f"{named(low)} to {named(high)}", wide, *shares)
        lines.append(f"| {' | '.join(said)} |")
    return lines


def others(settings: Sequence[Setting]) -> list[str]:
    lines = [
        "\nWhat rules that name one rate are off, on all networks:\n",
        "| rule | decades off, median | more than one off |",
        "|---|---|---|",
    ]
    for name, rule in RULES.items():
        found = flat(one.off(rule) for one in settings)
        far = percent(abs(x) > 1 for x in found)
        lines.append(f"| {name} | {statistics.median(found):+.2f} | {far} |")
    return lines


def rows(settings: Sequence[Setting]) -> list[str]:
    lines = [
        "\n| network | | optimizer | best | ranges of the seeds | best in them |",
        "|---|---|---|---|---|---|",
    ]
    for one in settings:
        spans, hits = one.spans(), one.hits([one.best()])
        said = "; ".join(f"{span.low:.0e} to {span.high:.0e}" for span in spans) or "none"
        cells = (
            one.case.name, "chosen on" if one.case.was_seen else "tested on", one.optimizer,
            f"{one.best():.0e}", said, f"{sum(hits)} of {len(hits)}",
        )  # fmt: skip
        lines.append(f"| {' | '.join(cells)} |")
    return lines


def main() -> int:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--to", type=Path, default=Path(__file__).with_name("lrrange.md"))
    parser.add_argument("--keep", type=Path)
    asked = parser.parse_args()
    torch.set_num_threads(1)
    settings = []
    for case, kind in itertools.product(cases(), (SGD, Adam)):
        settings.append(measured(case, kind, asked.keep))
        print(case.name, kind.__name__, f"best {settings[-1].best():.1e}", flush=True)
    page, fulfilled = report(settings)
    asked.to.write_text(page, encoding="utf-8")
    print(page)
    return 0 if fulfilled else 1


if __name__ == "__main__":
    sys.exit(main())
