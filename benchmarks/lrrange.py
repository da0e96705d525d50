"""The range test against a grid of 12 learning rates: is the best one where the test says to look?

`python -m benchmarks.lrrange [--seeds 4] [--steps 300]` writes benchmarks/lrrange.md. Small
networks on the data that scikit-learn brings, SGD with momentum and Adam each, several seeds: a
test per seed, and a training for each rate of the grid. The best rate is that of network and
optimizer: it has the lowest loss, as the geometric mean over the seeds. One seed alone says little.

Which loss is asked in three ways, as small data is overfitted at the end of a training: validation
at the best checkpoint (as a study takes it; the bounds are about this one), validation at the end,
and training at the end.
"""

from __future__ import annotations

import argparse
import math
import statistics
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch
from benchmarks.table import machine
from scipy import stats
from sklearn.datasets import load_breast_cancer, load_diabetes, load_digits
from torch import nn
from torch.nn import functional

from trialist.train import SGD, Adam, TensorData, fit, lr_range
from trialist.train.optimizers import OptimizerRecipe
from trialist.train.seeding import seed_everything
from trialist.values.missing import Missing
from trialist.values.seeds import SeedSet

GRID = tuple(10 ** (-5 + k / 2) for k in range(12))  # 1e-5, 3.2e-5, ..., 3.2
BATCH = 64
LEAST_IN_RANGE, MOST_DECADES_OFF, MOST_FAR = 0.9, 0.3, 0
MEASURES = {
    "best": "validation loss, best checkpoint",
    "last": "validation loss, last step",
    "train": "training loss, last 50 steps",
}
OUTSIDE = """
The last network is outside of the bounds: its 398 training examples are nearly separable, so that
the best rate differs by more than a decade between its seeds."""
RULES = ("minimum / 10", "steepest", "valley", "largest stable / 10")


@dataclass(frozen=True)
class Case:
    """A network with its data; `is_bound` is False where the best rate is not well defined."""

    name: str
    model: Callable[[], nn.Module]
    data: TensorData
    loss: Callable
    is_bound: bool = True


@dataclass(frozen=True)
class Outcome:
    """One seed: the test, and the losses over the grid."""

    seed: int
    span: object
    rules: dict
    losses: dict  # by measure, by rate


@dataclass(frozen=True)
class Setting:
    """A network and an optimizer with the outcomes of its seeds."""

    case: str
    optimizer: str
    is_bound: bool
    outcomes: list[Outcome]

    def means(self, measure: str) -> dict:
        """Give the loss of each rate, the geometric mean over the seeds."""
        return {
            rate: math.exp(
                statistics.fmean(
                    math.log(min(one.losses[measure][rate], 1e9)) for one in self.outcomes
                )
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
        best, n = self.best(), len(self.outcomes)
        found = []
        for rate in GRID:
            ratios = [one.losses["best"][rate] / one.losses["best"][best] for one in self.outcomes]
            gaps = [math.log(min(ratio, 1e9)) for ratio in ratios]
            spread = statistics.stdev(gaps) / math.sqrt(n) if n > 1 else 0.0
            if statistics.fmean(gaps) <= stats.t.ppf(0.975, n - 1) * spread or rate == best:
                found.append(rate)
        return found

    def tied_hits(self) -> list[bool]:
        """Tell for each test whether such a rate lies in its range."""
        tied = self.tied()
        return [any(holds(one.span, rate) for rate in tied) for one in self.outcomes]

    def tied_off(self) -> list[float]:
        """Give how many decades each test's center is away from the nearest such rate."""
        said = [one.rules["minimum / 10"] for one in self.outcomes]
        return [
            min(abs(math.log10(rate / one)) for one in self.tied())
            for rate in said
            if not isinstance(rate, Missing)
        ]

    def hits(self, measure: str = "best") -> list[bool]:
        """Tell for each test whether the best rate lies in its range."""
        best = self.best(measure)
        return [holds(one.span, best) for one in self.outcomes]

    def own_hits(self) -> list[bool]:
        """Tell the same of the best rate of each seed alone."""
        return [
            holds(one.span, min(one.losses["best"], key=one.losses["best"].get))
            for one in self.outcomes
        ]

    def reaches(self, measure: str = "best") -> list[bool]:
        """Tell for each test whether a rate of the grid in its range is within 5 % of the best."""
        means = self.means(measure)
        inside = [[x for r, x in means.items() if holds(one.span, r)] for one in self.outcomes]
        return [bool(xs) and min(xs) <= 1.05 * min(means.values()) for xs in inside]

    def off(self, rule: str, measure: str = "best") -> list[float]:
        """Give how many decades the rule is above the best rate, where it says something."""
        best = self.best(measure)
        said = [one.rules[rule] for one in self.outcomes]
        return [math.log10(rate / best) for rate in said if not isinstance(rate, Missing)]

    def regrets(self, rule: str) -> list[float]:
        """Give how much worse the grid's rate next to the rule's is, as a share."""
        means = self.means("best")
        said = [one.rules[rule] for one in self.outcomes]
        near = [
            min(means, key=lambda one, found=rate: abs(math.log(one / found)))
            for rate in said
            if not isinstance(rate, Missing)
        ]
        return [means[rate] / min(means.values()) - 1 for rate in near]


def holds(span, rate: float) -> bool:
    return not isinstance(span, Missing) and span.low <= rate <= span.high


def classes(model, batch):
    return functional.cross_entropy(model(batch.x), batch.y)


def squares(model, batch):
    return functional.mse_loss(model(batch.x)[:, 0], batch.y)


def split(x, y, *, shape=None):
    order = torch.randperm(len(x), generator=torch.Generator().manual_seed(0))
    x, y = torch.tensor(x, dtype=torch.float32)[order], torch.as_tensor(y)[order]
    x = x if shape is None else x.view(-1, *shape)
    n = int(0.7 * len(x))
    return TensorData((x[:n], y[:n]), (x[n:], y[n:])).normalized()


def normalized(n_inputs: int, n_classes: int) -> nn.Module:
    layers = []
    for n in (n_inputs, 32):
        layers += [nn.Linear(n, 32), nn.BatchNorm1d(32), nn.ReLU()]
    return nn.Sequential(*layers, nn.Linear(32, n_classes))


def cases() -> list[Case]:
    digits, cancer, sugar = load_digits(), load_breast_cancer(), load_diabetes()
    target = torch.tensor((sugar.target - sugar.target.mean()) / sugar.target.std())
    pixels = split(digits.data, digits.target)
    return [
        Case(
            "MLP, digits",
            lambda: nn.Sequential(nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 10)),
            pixels,
            classes,
        ),
        Case("MLP with BatchNorm, digits", lambda: normalized(64, 10), pixels, classes),
        Case(
            "CNN, digits",
            lambda: nn.Sequential(
                nn.Conv2d(1, 8, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
                nn.Conv2d(8, 16, 3, padding=1), nn.ReLU(), nn.Flatten(), nn.Linear(256, 10),
            ),
            split(digits.data, digits.target, shape=(1, 8, 8)),
            classes,
        ),
        Case(
            "tanh MLP, diabetes",
            lambda: nn.Sequential(
                nn.Linear(10, 32), nn.Tanh(), nn.Linear(32, 32), nn.Tanh(), nn.Linear(32, 1)
            ),
            split(sugar.data, target.float()),
            squares,
        ),
        Case(
            "MLP with BatchNorm, breast cancer",
            lambda: normalized(30, 2),
            split(cancer.data, cancer.target),
            classes,
            is_bound=False,  # 398 examples that are nearly separable: seeds disagree by a decade
        ),
    ]  # fmt: skip


def built(case: Case, seed: int) -> nn.Module:
    seed_everything(SeedSet.of(seed).model)
    return case.model()


def trained(case: Case, recipe: OptimizerRecipe, seed: int, steps: int) -> dict:
    done = fit(
        built(case, seed), loss=case.loss, data=case.data, optimizer=recipe, steps=steps, seed=seed,
        batch_size=BATCH, val_every=10, log_every=50, metrics=(), progress=False,
    )  # fmt: skip
    last = [row["train/loss"] for row in done.history if "train/loss" in row][-1]
    found = {"best": done.best_value, "last": done.last["val/loss"], "train": last}
    return {name: x if math.isfinite(x) else math.inf for name, x in found.items()}


def outcome(case: Case, kind: type[OptimizerRecipe], seed: int, steps: int) -> Outcome:
    found = lr_range(
        built(case, seed), loss=case.loss, data=case.data, optimizer=kind(lr=1.0), seed=seed,
        batch_size=BATCH,
    )  # fmt: skip
    span = found.span
    stable = found.stable
    rules = {
        "minimum / 10": span if isinstance(span, Missing) else span.center,
        "steepest": found.steepest,
        "valley": found.valley,
        "largest stable / 10": stable if isinstance(stable, Missing) else stable / 10,
    }
    values = {rate: trained(case, kind(lr=rate), seed, steps) for rate in GRID}
    losses = {name: {rate: values[rate][name] for rate in GRID} for name in MEASURES}
    return Outcome(seed, span, rules, losses)


def flat(lists) -> list:
    return [one for found in lists for one in found]


def percent(flags) -> str:
    flags = list(flags)
    return f"{100 * sum(flags) / len(flags):.0f} %"


def report(settings: list[Setting], *, steps: int) -> tuple[str, bool]:
    """Give the page, and whether every bound holds."""
    bound = [one for one in settings if one.is_bound]
    hits, offs = flat(one.hits() for one in bound), flat(one.off("minimum / 10") for one in bound)
    off, far = statistics.median(offs), sum(abs(one) > 1 for one in offs)
    distance = statistics.median(map(abs, offs))
    fulfilled = (
        sum(hits) / len(hits) >= LEAST_IN_RANGE and abs(off) <= MOST_DECADES_OFF and far <= MOST_FAR
    )
    n_seeds = len(settings[0].outcomes)
    tied = flat(one.tied_hits() for one in bound)
    near = statistics.median(flat(one.tied_off() for one in bound))
    said = f"<= {MOST_DECADES_OFF}" + ("" if abs(off) <= MOST_DECADES_OFF else ": missed")
    own = flat(one.own_hits() for one in bound)
    how = (
        f"{len(hits)} tests: {len(bound) // 2} networks, SGD with momentum and Adam, {n_seeds} "
        f"seeds. {steps} steps of batch {BATCH} at a constant rate for each of {len(GRID)} rates, "
        f"{GRID[0]:.0e} to {GRID[-1]:.1f}, half a decade apart; the best one has the lowest "
        "validation loss at the best checkpoint, as the geometric mean over the seeds.\n"
    )
    lines = [
        "# The range test against a grid\n",
        f"Made by `python -m benchmarks.lrrange`; {machine()}.\n",
        how,
        "| figure | measured | bound |",
        "|---|---|---|",
        figure("the best rate of the grid lies in the range", hits),
        figure("the best, or one that the seeds cannot tell from it", tied),
        f"| decades off the best, median | {off:+.2f} | {said} |",
        f"| distance to the best, median | {distance:.2f} decades | |",
        f"| distance to the nearest that cannot be told from it | {near:.2f} decades | |",
        f"| more than one decade off | {far} of {len(offs)} | {MOST_FAR} |",
        f"| no range was given | {len(hits) - len(offs)} of {len(hits)} | |",
        f"| the best rate of its own seed lies in the range | {percent(own)} | |",
        "\n| what is best | in the range | a rate in the range is within 5 % | decades off |",
        "|---|---|---|---|",
    ]
    for name, words in MEASURES.items():
        found = flat(one.off("minimum / 10", name) for one in bound)
        lines.append(
            f"| {words} | {percent(flat(one.hits(name) for one in bound))} | "
            f"{percent(flat(one.reaches(name) for one in bound))} | "
            f"{statistics.median(found):+.2f} |"
        )
    lines += ["\n| rule | decades off, median | more than one off | regret, median |"]
    lines += ["|---|---|---|---|"]
    for rule in RULES:
        found = flat(one.off(rule) for one in bound)
        regret = statistics.median(flat(one.regrets(rule) for one in bound))
        lines.append(
            f"| {rule} | {statistics.median(found):+.2f} | {percent(abs(x) > 1 for x in found)} | "
            f"{regret:.3f} |"
        )
    lines += ["\n| network | optimizer | best of the grid | seed | range | |"]
    lines += ["|---|---|---|---|---|---|"]
    for one in settings:
        lines += [row(one, place) for place in range(n_seeds)]
    lines.append(OUTSIDE)
    return "\n".join(lines) + "\n", fulfilled


def figure(words: str, hits) -> str:
    mark = "" if sum(hits) / len(hits) >= LEAST_IN_RANGE else ": missed"
    return f"| {words} | {percent(hits)} | >= 90 %{mark} |"


def row(setting: Setting, place: int) -> str:
    outcome = setting.outcomes[place]
    span = outcome.span
    said = "none" if isinstance(span, Missing) else f"{span.low:.1e} to {span.high:.1e}"
    mark = "outside"
    if setting.tied_hits()[place]:
        mark = "in" if setting.hits()[place] else "in: one that cannot be told from it"
    cells = (setting.case, setting.optimizer, f"{setting.best():.1e}", outcome.seed, said, mark)
    return f"| {' | '.join(map(str, cells))} |"


def main() -> int:
    """Measure, print and write."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seeds", type=int, default=4)
    parser.add_argument("--steps", type=int, default=300)
    parser.add_argument("--to", type=Path, default=Path(__file__).with_name("lrrange.md"))
    asked = parser.parse_args()
    settings = []
    for case in cases():
        for kind in (SGD, Adam):
            found = [outcome(case, kind, seed, asked.steps) for seed in range(asked.seeds)]
            settings.append(Setting(case.name, kind.__name__, case.is_bound, found))
            print(case.name, kind.__name__, f"best {settings[-1].best():.1e}", flush=True)
    page, fulfilled = report(settings, steps=asked.steps)
    asked.to.write_text(page, encoding="utf-8")
    print(page)
    return 0 if fulfilled else 1


if __name__ == "__main__":
    sys.exit(main())
