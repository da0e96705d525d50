"""Many replicates in one process against a warm worker that trains one after the other.

`python -m benchmarks.replicates [--quick] [--device cuda]`: replicate-steps per CPU second at equal
threads, in turns; on a GPU per second, against a plain loop there.
"""

from __future__ import annotations

import argparse
import itertools
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from benchmarks.table import Figure, machine, show
from torch import nn
from torch.nn import functional

from trialist.train import AdamW, Task, TensorData, probe
from trialist.train.replicates import timing
from trialist.train.replicates.group import Own
from trialist.train.replicates.quiet import quiet
from trialist.values.seeds import SeedSet

AUTO_BOUND = 1 / 0.95
N = 2048
ROUNDS, BOUNDED_ROUNDS = timing.ROUNDS, 11
"""Where a figure has a bound, one busy moment of the machine shall not decide."""


class Residual(nn.Module):
    def __init__(self, before: int, after: int, stride: int) -> None:
        super().__init__()
        self.one = nn.Conv2d(before, after, 3, stride=stride, padding=1, bias=False)
        self.two = nn.Conv2d(after, after, 3, padding=1, bias=False)
        self.norms = nn.ModuleList([nn.BatchNorm2d(after), nn.BatchNorm2d(after)])
        is_same = stride == 1 and before == after
        self.past = nn.Identity() if is_same else nn.Conv2d(before, after, 1, stride=stride)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        found = self.norms[0](self.one(x)).relu()
        return (self.norms[1](self.two(found)) + self.past(x)).relu()


class Words(nn.Module):
    """A transformer of two layers, width 64, over 32 words."""

    def __init__(self) -> None:
        super().__init__()
        self.words = nn.Embedding(100, 64)
        self.layers = nn.ModuleList(
            nn.TransformerEncoderLayer(64, 4, 128, dropout=0.0, batch_first=True) for _ in range(2)
        )
        self.out = nn.Linear(64, 10)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        found = self.words(x)
        for layer in self.layers:
            found = layer(found)
        return self.out(found.mean(1))


def mlp(*sizes: int) -> nn.Module:
    layers: list[nn.Module] = []
    for before, after in itertools.pairwise(sizes):
        layers += [nn.Linear(before, after), nn.ReLU()]
    return nn.Sequential(*layers[:-1])


def lenet() -> nn.Module:
    return nn.Sequential(
        nn.Conv2d(1, 6, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(6, 16, 5), nn.ReLU(),
        nn.MaxPool2d(2), nn.Flatten(), nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 84),
        nn.ReLU(), nn.Linear(84, 10),
    )  # fmt: skip


def resnet8() -> nn.Module:
    return nn.Sequential(
        nn.Conv2d(3, 8, 3, padding=1, bias=False), nn.BatchNorm2d(8), nn.ReLU(),
        Residual(8, 8, 1), Residual(8, 16, 2), Residual(16, 32, 2), nn.AdaptiveAvgPool2d(1),
        nn.Flatten(), nn.Linear(32, 10),
    )  # fmt: skip


@dataclass(frozen=True)
class Workload:
    """One training; `least` is what a way must gain, by backend and number of replicates."""

    name: str
    model: Callable[[], nn.Module]
    shape: tuple[int, ...]
    batch: int
    widths: tuple[int, ...]
    n_classes: int = 10
    least: tuple[tuple[str, int, float], ...] = ()

    def task(self) -> Task:
        generator = torch.Generator().manual_seed(0)
        y = torch.randint(0, self.n_classes, (N,), generator=generator)
        if self.model is Words:
            x = torch.randint(0, 100, (N, *self.shape), generator=generator)
        else:
            x = torch.randn(N, *self.shape, generator=generator)
        return Task(
            model=lambda _hp: self.model(),
            loss=lambda model, batch: functional.cross_entropy(model(batch.x), batch.y),
            data=TensorData((x, y)),
            optimizer=AdamW(lr="lr"),
            steps=3000,
            batch_size=self.batch,
        )


WORKLOADS = (
    Workload(
        "MLP 20-16-16-2 B32", lambda: mlp(20, 16, 16, 2), (20,), 32, (4, 8, 16), 2,
        (("vmap", 16, 5.0), ("traced", 16, 7.0)),
    ),
    Workload(
        "MLP 20-64-64-2 B64", lambda: mlp(20, 64, 64, 2), (20,), 64, (4, 8, 16), 2,
        (("vmap", 16, 3.0), ("traced", 16, 4.0)),
    ),
    Workload("MLP 784-256-128-10 B128", lambda: mlp(784, 256, 128, 10), (784,), 128, (4, 8, 16)),
    Workload("LeNet B64", lenet, (1, 28, 28), 64, (4, 8)),
    Workload("ResNet8 B32", resnet8, (3, 32, 32), 32, (4, 8)),
    Workload("transformer d64 B32", Words, (32,), 32, (4, 8)),
)  # fmt: skip


def measured(workload: Workload, device: torch.device) -> list[Figure]:
    """Time each way, then what the probe decides."""
    task, config = workload.task(), {"lr": 1e-3}
    owns = [Own.of(task, config)] * max(workload.widths)
    seeds = [SeedSet.of(seed) for seed in range(len(owns))]
    ways = [(backend, n) for n in workload.widths for backend in ("vmap", "traced")]
    timing.ROUNDS = BOUNDED_ROUNDS if workload.least else ROUNDS
    with quiet():
        found = timing.timed(
            task, owns, seeds, data=task.data, device=device, ways=ways
        )  # fmt: skip
    timing.ROUNDS = ROUNDS
    least = {(backend, n): ratio for backend, n, ratio in workload.least}
    figures = [
        Figure(
            f"{workload.name}, R={n}, {backend}",
            seconds / n / found.alone,
            "of a solo step",
            1 / least[backend, n] if (backend, n) in least and device.type == "cpu" else None,
            f"{n * found.alone / seconds:.2f} x; solo {found.alone * 1e3:.2f} ms",
        )
        for (backend, n), seconds in found.together.items()
    ]
    return [*figures, automatic(workload, task, owns, seeds, device)]


def automatic(
    workload: Workload, task: Task, owns: Sequence[Own], seeds: Sequence[SeedSet],
    device: torch.device,
) -> Figure:  # fmt: skip
    """Let the probe decide, and time anew what it decided; processes are what they are."""
    decision = probe(task, [{"lr": 1e-3}], device=device)
    share = 1.0
    if decision.is_vectorized:
        way = (decision.backend, decision.chunk)
        with quiet():
            again = timing.timed(
                task, owns, seeds, data=task.data, device=device, ways=[way]
            )  # fmt: skip
        share = again.together[way] / decision.chunk / again.alone
    said = f"{decision.backend}, {decision.chunk} together: {1 / share:.2f} x"
    return Figure(f"{workload.name}, auto", share, "of a solo step", AUTO_BOUND, said)


def figures(device: str = "cpu", *, workloads: Sequence[Workload] = WORKLOADS) -> list[Figure]:
    """Give all figures; the bounds hold for CPUs."""
    torch.set_num_threads(1)
    place = torch.device(device)
    return [one for workload in workloads for one in measured(workload, place)]


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--quick", action="store_true", help="the two small nets only")
    given = parser.parse_args()
    torch.set_num_threads(1)
    print(machine(), "one thread", sep=", ")
    place, worst = torch.device(given.device), 0
    for workload in WORKLOADS[: 2 if given.quick else None]:
        print(f"\n{workload.name}", flush=True)
        worst = max(worst, show(measured(workload, place)))
    return worst


if __name__ == "__main__":
    sys.exit(main())
