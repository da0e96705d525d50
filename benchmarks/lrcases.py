"""What the range test is measured on: small networks on data that scikit-learn brings.

The rule was chosen on those in `seen`, in two rounds: what the first 16 suggested failed on the
next seven, which then joined them. Those in `unseen` were listed here before anything was measured
on them, and the bound is about them.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass

import torch
from sklearn.datasets import (
    load_breast_cancer,
    load_diabetes,
    load_digits,
    load_iris,
    load_wine,
    make_circles,
    make_classification,
    make_friedman1,
    make_friedman2,
    make_friedman3,
    make_gaussian_quantiles,
    make_hastie_10_2,
    make_moons,
    make_regression,
    make_sparse_uncorrelated,
    make_swiss_roll,
)
from torch import nn
from torch.nn import functional

from trialist.train import TensorData


@dataclass(frozen=True)
class Case:
    """A network with its data.

    Attributes:
        was_seen: True where the rule was chosen on it.
        is_together: True where all its trainings are faster, and possible, in one process.
    """

    name: str
    model: Callable[[], nn.Module]
    data: TensorData
    loss: Callable
    was_seen: bool = False
    is_together: bool = True


class Recurrent(nn.Module):
    """A GRU that reads a picture row by row."""

    def __init__(self) -> None:
        super().__init__()
        self.rows, self.out = nn.GRU(8, 32, batch_first=True), nn.Linear(32, 10)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.out(self.rows(x)[0][:, -1])


class Residual(nn.Module):
    """Two convolutions beside a way past them."""

    def __init__(self, n: int) -> None:
        super().__init__()
        self.inner = nn.Sequential(
            nn.Conv2d(n, n, 3, padding=1, bias=False), nn.BatchNorm2d(n), nn.ReLU(),
            nn.Conv2d(n, n, 3, padding=1, bias=False), nn.BatchNorm2d(n),
        )  # fmt: skip

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return (x + self.inner(x)).relu()


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


def standard(y):
    return torch.tensor((y - y.mean()) / y.std()).float()


def regression(make, **options):
    x, y = make(1000, **options)
    return split(x, standard(y))


def mlp(*sizes: int, active=nn.ReLU, between=None) -> nn.Module:
    """Give layers of these sizes; `between` gives what stands before each activation."""
    layers = []
    for before, after in itertools.pairwise(sizes[:-1]):
        layers += [nn.Linear(before, after)]
        layers += [between(after)] if between else []
        layers += [active()]
    return nn.Sequential(*layers, nn.Linear(*sizes[-2:]))


def steadied(n: int) -> nn.Module:
    return nn.Sequential(nn.LayerNorm(n), nn.Dropout(0.2))


def convolutions() -> nn.Module:
    return nn.Sequential(
        nn.Conv2d(1, 8, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(8, 16, 3, padding=1), nn.ReLU(), nn.Flatten(), nn.Linear(256, 10),
    )  # fmt: skip


def residual() -> nn.Module:
    return nn.Sequential(
        nn.Conv2d(1, 8, 3, padding=1, bias=False), nn.BatchNorm2d(8), nn.ReLU(), Residual(8),
        nn.MaxPool2d(2), Residual(8), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(8, 10),
    )  # fmt: skip


def steadied_convolutions() -> nn.Module:
    norm = nn.BatchNorm2d
    return nn.Sequential(
        nn.Conv2d(1, 8, 3, padding=1), norm(8), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(8, 16, 3, padding=1), norm(16), nn.ReLU(), nn.Flatten(), nn.Linear(256, 10),
    )  # fmt: skip


def dropping(_n: int) -> nn.Module:
    return nn.Dropout(0.5)


def cases() -> list[Case]:
    """Give all of them."""
    return [Case(**{**vars(one), "was_seen": True}) for one in seen()] + unseen()


def seen() -> list[Case]:
    digits, sugar = load_digits(), load_diabetes()
    pixels = split(digits.data, digits.target)
    pictures = split(digits.data, digits.target, shape=(1, 8, 8))
    rows = split(digits.data, digits.target, shape=(8, 8))
    illness = split(*load_breast_cancer(return_X_y=True))
    level = split(sugar.data, standard(sugar.target))
    smooth = regression(make_friedman1, noise=1.0, random_state=0)
    three = split(*make_classification(
        1500, 30, n_informative=12, n_classes=3, flip_y=0.1, random_state=1
    ))  # fmt: skip
    noisy = split(*make_classification(1000, 20, n_informative=8, flip_y=0.2, random_state=0))
    wine, iris = split(*load_wine(return_X_y=True)), split(*load_iris(return_X_y=True))
    norm = nn.BatchNorm1d
    return [
        Case("MLP, digits", lambda: mlp(64, 64, 10), pixels, classes),
        Case("MLP, BatchNorm, digits", lambda: mlp(64, 32, 32, 10, between=norm), pixels, classes),
        Case("CNN, digits", convolutions, pictures, classes, is_together=False),
        Case("tanh MLP, diabetes", lambda: mlp(10, 32, 32, 1, active=nn.Tanh), level, squares),
        Case("MLP, BatchNorm, breast cancer", lambda: mlp(30, 32, 32, 2, between=norm),
             illness, classes),
        Case("softmax regression, digits", lambda: nn.Linear(64, 10), pixels, classes),
        Case("five layers, digits", lambda: mlp(64, 64, 64, 64, 64, 10), pixels, classes),
        Case("MLP, LayerNorm and dropout, digits", lambda: mlp(64, 64, 64, 10, between=steadied),
             pixels, classes),
        Case("MLP, breast cancer", lambda: mlp(30, 32, 2), illness, classes),
        Case("MLP, wine", lambda: mlp(13, 32, 32, 3), wine, classes),
        Case("tanh MLP, iris", lambda: mlp(4, 16, 3, active=nn.Tanh), iris, classes),
        Case("MLP, BatchNorm, diabetes", lambda: mlp(10, 32, 32, 1, between=norm), level, squares),
        Case("MLP, Friedman's function", lambda: mlp(10, 64, 64, 1), smooth, squares),
        Case("MLP, wrong labels", lambda: mlp(20, 64, 2), noisy, classes),
        Case("residual CNN, digits", residual, pictures, classes, is_together=False),
        Case("GRU, digits", Recurrent, rows, classes, is_together=False),
        Case("MLP, dropout, digits", lambda: mlp(64, 128, 10, between=dropping), pixels, classes),
        Case("wide MLP, digits", lambda: mlp(64, 512, 10), pixels, classes),
        Case("three layers, GELU, digits", lambda: mlp(64, 64, 64, 10, active=nn.GELU),
             pixels, classes),
        Case("tanh MLP, Friedman's function", lambda: mlp(10, 32, 32, 1, active=nn.Tanh),
             regression(make_friedman1, noise=1.0, random_state=1), squares),
        Case("MLP, BatchNorm, Friedman's second", lambda: mlp(4, 32, 32, 1, between=norm),
             regression(make_friedman2, noise=100.0, random_state=0), squares),
        Case("MLP, three classes", lambda: mlp(30, 64, 64, 3), three, classes),
        Case("MLP, LayerNorm, three classes", lambda: mlp(30, 64, 64, 3, between=nn.LayerNorm),
             three, classes),
    ]  # fmt: skip


def unseen() -> list[Case]:
    digits, sugar = load_digits(), load_diabetes()
    pixels = split(digits.data, digits.target)
    pictures = split(digits.data, digits.target, shape=(1, 8, 8))
    level = split(sugar.data, standard(sugar.target))
    moons = split(*make_moons(1000, noise=0.3, random_state=0))
    circles = split(*make_circles(1000, noise=0.2, factor=0.5, random_state=0))
    shells = split(*make_gaussian_quantiles(
        n_samples=1500, n_features=10, n_classes=4, random_state=0
    ))  # fmt: skip
    x, y = make_hastie_10_2(2000, random_state=0)
    sphere = split(x, (y > 0).astype(int))
    wrong = digits.target.copy()
    wrong[::5] = (wrong[::5] + 3) % 10
    return [
        Case("SELU MLP, diabetes", lambda: mlp(10, 32, 32, 1, active=nn.SELU), level, squares),
        Case("MLP, two moons", lambda: mlp(2, 32, 32, 2), moons, classes),
        Case("linear regression, diabetes", lambda: nn.Linear(10, 1), level, squares),
        Case("MLP, linear target", lambda: mlp(20, 64, 1),
             regression(make_regression, n_features=20, noise=50.0, random_state=0), squares),
        Case("MLP, sparse target", lambda: mlp(10, 64, 64, 1),
             regression(make_sparse_uncorrelated, random_state=0), squares),
        Case("MLP, Friedman's third", lambda: mlp(4, 64, 64, 1),
             regression(make_friedman3, noise=0.1, random_state=0), squares),
        Case("MLP, circles", lambda: mlp(2, 64, 2), circles, classes),
        Case("MLP, Hastie's sphere", lambda: mlp(10, 64, 64, 2), sphere, classes),
        Case("MLP, BatchNorm, shells", lambda: mlp(10, 64, 64, 4, between=nn.BatchNorm1d),
             shells, classes),
        Case("MLP, swiss roll", lambda: mlp(3, 64, 64, 1),
             regression(make_swiss_roll, noise=0.5, random_state=0), squares),
        Case("MLP, digits of which a fifth is wrong", lambda: mlp(64, 64, 64, 10),
             split(digits.data, wrong), classes),
        Case("four layers, tanh, digits", lambda: mlp(64, 64, 64, 64, 10, active=nn.Tanh),
             pixels, classes),
        Case("CNN, BatchNorm, digits", steadied_convolutions, pictures, classes,
             is_together=False),
    ]  # fmt: skip
