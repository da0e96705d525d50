"""A small residual network on a tenth of CIFAR-10, as a task."""

import io
import os
import zipfile
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import nn
from torch.nn import functional

from trialist.train import SGD, Task, TensorData

ARCHIVE = Path(os.environ["TRIALIST_DATA"]) / "cifar10-small" / "cifar10-small.zip"
CLASSES = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")
# There is no validation part, so the last 2,000 of the 10,000 training pictures become one. The
# classes take turns in the archive: both parts are balanced. The test pictures are left alone.
N_TRAIN = 8_000


def pictures() -> tuple[torch.Tensor, torch.Tensor]:
    """Read the training pictures, `(n, 3, 32, 32)` from 0 to 1, and their labels."""
    with zipfile.ZipFile(ARCHIVE) as archive:
        names = [name for name in archive.namelist() if name.startswith("train/")]
        decoded = [np.asarray(Image.open(io.BytesIO(archive.read(name)))) for name in names]
    x = torch.from_numpy(np.stack(decoded)).permute(0, 3, 1, 2).contiguous().float() / 255
    return x, torch.tensor([CLASSES.index(name.split("/")[1]) for name in names])


class Block(nn.Module):
    """Two convolutions, and around them, where `residual`, the input itself.

    The way around has no weights: where the block halves the picture it takes the mean of four
    pixels and zeros for the new channels. So both variants have the same weights, and equal seeds
    give them the same first ones.
    """

    def __init__(self, before: int, after: int, *, residual: bool) -> None:
        super().__init__()
        stride = 2 if after != before else 1
        self.first = nn.Conv2d(before, after, 3, stride=stride, padding=1, bias=False)
        self.first_norm = nn.BatchNorm2d(after)
        self.second = nn.Conv2d(after, after, 3, padding=1, bias=False)
        self.second_norm = nn.BatchNorm2d(after)
        self.residual = residual
        self.n_new = after - before

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        inner = functional.relu(self.first_norm(self.first(x)))
        inner = self.second_norm(self.second(inner))
        return functional.relu(inner + self.around(x) if self.residual else inner)

    def around(self, x: torch.Tensor) -> torch.Tensor:
        if self.n_new == 0:
            return x
        return functional.pad(functional.avg_pool2d(x, 2), (0, 0, 0, 0, 0, self.n_new))


def network(hp) -> nn.Module:
    """Give a stem, `depth` blocks on each of three sizes, and the mean over what is left."""
    width = hp.width
    layers = [
        nn.Conv2d(3, width, 3, stride=2, padding=1, bias=False),
        nn.BatchNorm2d(width),
        nn.ReLU(),
    ]
    before = width
    for after in (width, 2 * width, 4 * width):
        for _ in range(hp.depth):
            layers.append(Block(before, after, residual=hp.residual))
            before = after
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(before, 10))


def loss(model: nn.Module, batch) -> torch.Tensor:
    return functional.cross_entropy(model(batch.x), batch.y)


x, y = pictures()
task = Task(
    model=network,
    loss=loss,
    data=TensorData(train=(x[:N_TRAIN], y[:N_TRAIN]), val=(x[N_TRAIN:], y[N_TRAIN:])).normalized(),
    optimizer=SGD(lr="lr", momentum=0.9, weight_decay=5e-4),
    schedule="cosine",
    warmup="warmup",
    augment="augmentation",
    steps="steps",
    batch_size=128,
)
