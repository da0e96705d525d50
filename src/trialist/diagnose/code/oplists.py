"""Which operations torch calls not deterministic, read from torch's own documentation."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_ITEM = re.compile(r"^\s*\* :(?:class|func|attr):`(?P<name>[^`]+)`(?P<rest>.*)$")
_HEADS = (("will act", True), ("will throw", False))

_CLASSES = {
    "conv1d": ("convolution",),
    "conv2d": ("convolution",),
    "conv3d": ("convolution",),
    "conv_transpose1d": ("convolution",),
    "conv_transpose2d": ("convolution",),
    "conv_transpose3d": ("convolution",),
    "max_unpool1d": ("max_unpool2d",),
    "nll_loss": ("nll_loss2d_forward",),
    "interpolate": (
        *("upsample_linear1d", "upsample_bilinear2d", "upsample_bicubic2d"),
        "upsample_trilinear3d",
    ),
    "grid_sample": ("grid_sampler_2d", "grid_sampler_3d"),
    "__getitem__": ("index",),
    "max_pool3d": ("max_pool3d_with_indices",),
    "adaptive_avg_pool2d": ("_adaptive_avg_pool2d",),
    "adaptive_avg_pool3d": ("_adaptive_avg_pool3d",),
    "ctc_loss": ("_ctc_loss",),
    "embedding_bag": ("_embedding_bag",),
}
"""What a layer or function of the documentation is called where operations are dispatched. NLLLoss
is not deterministic in two dimensions only, as torch's source has it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedOperation:
    """One entry of torch's lists.

    Attributes:
        name: As torch names it, for example `torch.nn.AvgPool3d`.
        condition: When it applies, in torch's words; may be empty.
        has_form: True where there is a deterministic form on request; else it throws.
        dispatched: What it is called where operations are dispatched, without `aten::`.
    """

    name: str
    condition: str
    has_form: bool
    dispatched: tuple[str, ...]

    @property
    def only_cuda(self) -> bool:
        """True where it applies to tensors on a GPU alone."""
        return "CUDA" in self.condition and "CPU" not in self.condition

    @property
    def only_backward(self) -> bool:
        """True where it applies to the gradient."""
        return "differentiate" in self.condition or "requires grad" in self.condition


def listed_operations(documentation: str) -> tuple[ListedOperation, ...]:
    """Give both lists of `torch.use_deterministic_algorithms.__doc__`, in order.

    Empty where the documentation has another form than the one known.
    """
    return tuple(_entries(documentation))


def _entries(documentation: str) -> Iterator[ListedOperation]:
    has_form: bool | None = None
    lines = documentation.splitlines()
    for place, line in enumerate(lines):
        for words, value in _HEADS:
            has_form = value if words in line else has_form
        item = _ITEM.match(line)
        if item is None:
            has_form = None if line.startswith("    In addition") else has_form
        elif has_form is not None:
            more = "" if place + 1 == len(lines) else lines[place + 1]
            goes_on = more.startswith("          ") and not more.strip().startswith("*")
            condition = " ".join((item["rest"] + (more if goes_on else "")).split())
            yield ListedOperation(
                name=item["name"],
                condition=condition.replace("`", ""),
                has_form=has_form,
                dispatched=_dispatched(item["name"]),
            )


def _dispatched(name: str) -> tuple[str, ...]:
    last = name.rpartition(".")[2]
    if last[0].isupper():
        last = re.sub(r"(?<=[a-z0-9])([A-Z])|(?<=[A-Z])([A-Z][a-z])", r"_\1\2", last).lower()
    return _CLASSES.get(last, (last.rstrip("_") if not last.startswith("__") else last,))
