"""Less memory for the same step: blocks that are computed again instead of being kept."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

import torch
from torch.utils.checkpoint import checkpoint

from trialist.analysis.microbatch import micro_batch_for
from trialist.values.errors import ConfigError, near

__all__ = ["checkpoint_blocks", "micro_batch_for"]

_MARK = "_is_computed_again"
_MADE: dict[type[torch.nn.Module], type[torch.nn.Module]] = {}


def checkpoint_blocks(model: torch.nn.Module, names: str | Iterable[str]) -> list[str]:
    """Have some modules keep their inputs alone, and compute the rest again in the backward pass.

    Gradients are those of the plain model, dropout and the statistics of BatchNorm included; a
    forward pass more is the price. Nothing happens without gradients. The model is changed in
    place; names of its weights, and what a copy of it does, stay as they are. Not under vmap.

    Args:
        model: What is trained.
        names: Modules as `named_modules` calls them; "blocks.*" takes all that fit.

    Returns:
        The modules that were taken.

    Raises:
        ConfigError: If no module has such a name, one lies in another, or gives no tensors.
    """
    asked = [names] if isinstance(names, str) else list(names)
    modules = dict(model.named_modules())
    taken: list[str] = []
    for pattern in asked:
        found = [name for name in modules if name and _fits(name, pattern)]
        if not found:
            raise ConfigError(
                f"the model has no module {pattern!r}",
                todo=near(pattern, [name for name in modules if name]),
            )
        taken += [name for name in found if name not in taken]
    _check_apart(taken)
    for name in taken:
        _change(modules[name])
    return taken


def _fits(name: str, pattern: str) -> bool:
    """Tell whether a name fits, a star standing for one level."""
    return name.count(".") == pattern.count(".") and fnmatch.fnmatchcase(name, pattern)


def _check_apart(names: list[str]) -> None:
    for inner in names:
        outer = next((one for one in names if inner.startswith(f"{one}.")), None)
        if outer is not None:
            raise ConfigError(
                f"{inner!r} lies in {outer!r}: it would be computed three times",
                todo="name one of them",
            )


def _change(module: torch.nn.Module) -> None:
    if not getattr(type(module), _MARK, False):  # asked twice is as good as once
        module.__class__ = _recomputed(type(module))


def _recomputed(kind: type[torch.nn.Module]) -> type[torch.nn.Module]:
    """Give a class like `kind` whose forward pass is computed again.

    A class, because a function on the instance would go with every copy of it, and compute with
    the weights of the model that was copied.
    """

    def forward(self: Any, *args: Any, **kwargs: Any) -> Any:
        plain = kind.forward
        if not torch.is_grad_enabled():
            return plain(self, *args, **kwargs)
        return checkpoint(
            plain,
            self,
            *args,
            use_reentrant=False,
            context_fn=lambda: (nullcontext(), _buffers_kept(self)),
            **kwargs,
        )

    def reduce(self: Any, protocol: Any) -> Any:  # noqa: ARG001 — all protocols alike
        return _again, (kind,), self.__getstate__()

    if kind not in _MADE:
        own = {"forward": forward, "__reduce_ex__": reduce, _MARK: True}
        _MADE[kind] = type(f"Recomputed{kind.__name__}", (kind,), own)
    return _MADE[kind]


def _again(kind: type[torch.nn.Module]) -> torch.nn.Module:
    """Give an empty module of the changed class, for what copies and pickles it."""
    made = _recomputed(kind)
    return made.__new__(made)


@contextmanager
def _buffers_kept(module: torch.nn.Module) -> Iterator[None]:
    """Leave the buffers as they are: the second pass must not count for BatchNorm once more."""
    before = [(one, one.detach().clone()) for one in module.buffers()]
    try:
        yield
    finally:
        for buffer, bits in before:
            buffer.data.copy_(bits)  # through `.data`: the graph has kept them for the backward
