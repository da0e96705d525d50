"""What a metric's name says about its values: of the machine, of the training, or unknown."""

from __future__ import annotations

import re

_MACHINE = frozenset(
    (
        *("time", "times", "seconds", "second", "secs", "sec", "s", "ms", "us", "ns", "minutes"),
        *("hours", "duration", "elapsed", "eta", "wall", "clock", "timestamp", "date", "speed"),
        *("throughput", "fps", "latency", "memory", "mem", "rss", "vram", "bytes", "kb", "mb"),
        *("gb", "kib", "mib", "gib", "cpu", "cuda", "utilization", "util", "power", "watts"),
        *("host", "pid", "port", "seed"),
    )
)
"""Words of names whose values tell of the machine, the moment or the seed itself."""

_LOSSY = frozenset(
    (
        *("loss", "nll", "ppl", "perplexity", "error", "err", "mse", "mae", "rmse", "bce", "ce"),
        *("xent", "entropy", "likelihood", "logprob", "bpc", "bpb", "bits", "elbo", "accuracy"),
        *("acc", "top1", "top5", "f1", "precision", "recall", "auc", "auroc", "auprc", "map"),
        *("iou", "dice", "reward", "return", "score", "bleu", "rouge", "r2", "correlation"),
        "norm",
    )
)
"""Words of names whose values come out of the training."""

_SCHEDULED = frozenset(
    (
        *("weight", "weights", "coef", "coefficient", "alpha", "beta", "gamma", "lambda", "lr"),
        *("learning", "momentum", "decay", "schedule", "scale", "factor", "target", "threshold"),
        *("margin", "temperature", "warmup", "epoch", "step", "smoothing"),
    )
)
"""Words of names that a schedule may compute: `loss_weight` is no loss."""

_SPLITS = frozenset(("train", "val", "eval", "test"))


def tells_of_machine(name: str) -> bool:
    """Tell whether a metric differs between equal runs: times, speeds, memory, the seed.

    Example:
        >>> tells_of_machine("train/examples_per_s"), tells_of_machine("train/time_loss")
        (True, False)
    """
    words = _words(name)
    return bool(words & _MACHINE) and not words & _LOSSY


def comes_from_training(name: str) -> bool:
    """Tell whether a metric is computed from what was trained, so that no schedule explains it.

    Only of the usual splits: a pretraining that every run repeats has a name of its own.

    Example:
        >>> comes_from_training("train/loss"), comes_from_training("train/lr")
        (True, False)
    """
    words = _words(name)
    known = name.partition("/")[0] in _SPLITS
    return known and bool(words & _LOSSY) and not words & (_SCHEDULED | _MACHINE)


def _words(name: str) -> frozenset[str]:
    return frozenset(re.split(r"[/_]", name.partition("/")[2] or name))
