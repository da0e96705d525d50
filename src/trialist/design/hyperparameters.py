"""What a hyperparameter is by its name: the learning rate, the batch size, the width, ...

A name says what most people mean by it. Where it is known to nobody it has no kind, and no rule
speaks of it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum


class Kind(StrEnum):
    """What a hyperparameter does."""

    LR = "learning rate"
    MOMENTUM = "momentum"
    BETA1 = "beta1"
    BETA2 = "beta2"
    BETAS = "betas"
    EPS = "eps"
    WEIGHT_DECAY = "weight decay"
    OPTIMIZER = "optimizer"
    BATCH_SIZE = "batch size"
    LENGTH = "length of training"
    SCHEDULE = "schedule"
    WARMUP = "warm-up"
    CLIPPING = "clipping"
    REGULARIZATION = "regularization"
    HEADS = "heads"
    WIDTH = "width"
    DEPTH = "depth"
    ARCHITECTURE = "architecture"


MODEL_SIZE = frozenset({Kind.WIDTH, Kind.DEPTH})
"""What the number of weights follows from."""

MODEL = MODEL_SIZE | {Kind.HEADS, Kind.ARCHITECTURE}
"""What the model is."""

_COUNT = r"(?:n|num|number)_?(?:of_)?"

PATTERNS: Mapping[Kind, str] = {
    Kind.SCHEDULE: r"(?:lr|learning_rate)_(?:schedule|scheduler|decay|gamma|policy)(?:_.*)?"
    r"|schedule(?:r)?(?:_(?:name|type|kind))?|decay_(?:factor|steps?|rate|schedule)|cosine(?:_.*)?",
    Kind.WARMUP: r"(?:lr_|learning_rate_)?warm_?up(?:_.*)?|(?:n_|num_)?warm_?up_(?:steps|epochs)",
    Kind.LENGTH: rf"(?:max_|train_|total_|{_COUNT})*(?:train(?:ing)?_)?"
    r"(?:steps|iterations|iters|epochs?|updates)|training_length",
    Kind.LR: r"(?:.*_)?lr0?|(?:.*_)?learning_?rate(?:_init)?|step_size",
    Kind.MOMENTUM: r"(?:.*_)?momentum",
    Kind.BETAS: r"(?:.*_)?betas",
    Kind.BETA1: r"(?:.*_)?(?:beta_?1|b1)",
    Kind.BETA2: r"(?:.*_)?(?:beta_?2|b2)",
    Kind.EPS: r"(?:.*_)?eps(?:ilon)?",
    Kind.WEIGHT_DECAY: r"(?:.*_)?(?:weight_?decay|wd)|l2(?:_.*)?",
    Kind.OPTIMIZER: r"optimi[sz]er(?:_(?:name|type|kind|class))?|opt|optim",
    Kind.BATCH_SIZE: r"(?:.*_)?(?:batch_?size|bs)|batch",
    Kind.CLIPPING: r"(?:.*_)?clip(?:ping)?(?:_.*)?|max_(?:grad_)?norm",
    Kind.REGULARIZATION: r"(?:.*_)?(?:dropout|drop_?path|drop_?rate|label_smoothing|mixup|cutmix"
    r"|stochastic_depth)(?:_.*)?",
    Kind.HEADS: rf"(?:{_COUNT})?(?:attention_|attn_)?heads?|nhead",
    Kind.WIDTH: r"(?:.*_)?(?:width|hidden(?:_(?:size|dim|units|channels|features))?|d_model|n_?embd"
    r"|embed(?:ding)?_(?:dim|size)|model_dim|units|channels)",
    Kind.DEPTH: rf"(?:.*_)?depth|(?:{_COUNT})?(?:hidden_)?(?:layers|blocks)",
    Kind.ARCHITECTURE: r"arch(?:itecture)?|model(?:_(?:name|type))?|backbone|network|net"
    r"|activation|norm(?:alization)?|(?:use_)?residual",
}
"""Patterns of the last part of a name, the first that fits: `adam.lr` is asked as `lr`."""

_COMPILED = tuple((kind, re.compile(pattern)) for kind, pattern in PATTERNS.items())
_NAME_OF_PART = re.compile(r"name|type|kind|class")


def kind_of(name: str) -> Kind | None:
    """Give what `name` is; None where nobody knows.

    Example:
        >>> kind_of("optimizer.learning_rate"), kind_of("optimizer.name"), kind_of("colour")
        (<Kind.LR: 'learning rate'>, <Kind.OPTIMIZER: 'optimizer'>, None)
    """
    *before, last = _plain(name).split(".")
    if before and _NAME_OF_PART.fullmatch(last):
        last = before[-1]
    return next((kind for kind, pattern in _COMPILED if pattern.fullmatch(last)), None)


def _plain(name: str) -> str:
    """Give a name with `_` between its words: `weightDecay` and `weight-decay` are one name."""
    split = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name)
    return split.replace("-", "_").lower()
