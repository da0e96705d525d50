"""What other frameworks call a metric, and what this house calls it."""

from __future__ import annotations

import re

from trialist.values.errors import MetricError
from trialist.values.metric import metric_name

_SPLITS = {
    **dict.fromkeys(("train", "training"), "train"),
    **dict.fromkeys(("val", "valid", "validation", "dev", "eval"), "val"),
    "test": "test",
}
_AXES = frozenset({"epoch", "step"})
_SPEEDS = re.compile(r".*(?:_runtime|_per_second)")
_LOADER = re.compile(r"(?P<name>.+)/dataloader_idx_(?P<number>\d+)")


def house_name(given: str) -> str | None:
    """Give the house's name of a framework's metric; None for what is not one.

    A name without a split is of the training. The epoch and the step are axes, and times are left
    out: they would make two equal runs differ.

    Example:
        >>> house_name("val_loss"), house_name("eval_accuracy"), house_name("loss")
        ('val/loss', 'val/accuracy', 'train/loss')
    """
    if given in _AXES or _SPEEDS.fullmatch(given):
        return None
    loader = _LOADER.fullmatch(given)
    if loader is not None:
        split, _, rest = (house_name(loader["name"]) or "train/").partition("/")
        return f"{split}/loader_{loader['number']}/{rest}"
    if "/" in given:
        return _of_segments(given)
    head, _, tail = _plain(given).partition("_")
    if head in _SPLITS and tail:
        return f"{_SPLITS[head]}/{tail}"
    return f"train/{_plain(given)}"


def _of_segments(given: str) -> str:
    try:
        name = metric_name(given)
    except MetricError:
        name = "/".join(_plain(segment) for segment in given.split("/"))
    split, _, rest = name.partition("/")
    return f"{_SPLITS.get(split, split)}/{rest}"


def _plain(words: str) -> str:
    found = re.sub(r"[^a-z0-9_]+", "_", words.lower()).strip("_")
    return found if found[:1].isalpha() else f"metric_{found}"
