"""Whether models differ in their weights only, so that one of them can stand for all."""

from __future__ import annotations

import functools
import types
import weakref
from collections.abc import Mapping
from typing import Any

import torch
from torch import nn

_NOT_SETTINGS = frozenset({
    *("_parameters", "_buffers", "_modules", "_non_persistent_buffers_set"),
    *("_load_state_dict_pre_hooks", "_load_state_dict_post_hooks"),
    *("_state_dict_hooks", "_state_dict_pre_hooks"),
})  # fmt: skip
"""What a forward pass does not see, or what is compared as weights."""


def difference(one: nn.Module, other: nn.Module) -> str | None:
    """Give what of two models differs besides the numbers in their weights; None: nothing.

    A setting that cannot be compared counts as different: what one model stands for must hold for
    all of them.
    """
    mine, others = dict(one.named_modules()), dict(other.named_modules())
    if list(mine) != list(others):
        odd = sorted(mine.keys() ^ others.keys())
        return f"one has the module {odd[0]!r}, and the other does not" if odd else "their order"
    for place, module in mine.items():
        found = _module_difference(module, others[place])
        if found:
            return f"{found} of {f'module {place!r}' if place else 'the model'}"
    return None


def _module_difference(one: nn.Module, other: nn.Module) -> str | None:
    if not _same_class(type(one), type(other)):
        return f"the class, {type(one).__name__} and {type(other).__name__},"
    return _weight_difference(one, other) or _setting_difference(vars(one), vars(other))


def _same_class(one: type, other: type) -> bool:
    # torch.nn.utils.parametrize makes a class of its own for each module
    is_made = one.__name__.startswith("Parametrized")
    return one is other or (
        is_made and one.__name__ == other.__name__ and one.__mro__[1:] == other.__mro__[1:]
    )


def _weight_difference(one: nn.Module, other: nn.Module) -> str | None:
    for tensors, others in (
        (one._parameters, other._parameters),  # noqa: SLF001 — None entries count too
        (one._buffers, other._buffers),  # noqa: SLF001 — likewise
    ):
        if list(tensors) != list(others):
            return "the names of the weights"
        for name, tensor in tensors.items():
            if _form(tensor) != _form(others[name]):
                return f"the shape or type of {name!r}"
    return None


def _setting_difference(mine: Mapping[str, Any], theirs: Mapping[str, Any]) -> str | None:
    for name in sorted((mine.keys() | theirs.keys()) - _NOT_SETTINGS):
        if name not in mine or name not in theirs or not _alike(mine[name], theirs[name], ()):
            return f"the setting {name!r}"
    return None


def _form(tensor: torch.Tensor | None) -> Any:
    if tensor is None:
        return None
    return tensor.shape, tensor.dtype, tensor.device, tensor.requires_grad


def _alike(one: Any, other: Any, seen: tuple[tuple[int, int], ...]) -> bool:
    pair = (id(one), id(other))
    if one is other or pair in seen:
        return True
    if type(one) is not type(other):
        return False
    seen = (*seen, pair)
    for kind, compare in _COMPARISONS:
        if isinstance(one, kind):
            return bool(compare(one, other, seen))
    return _alike_objects(one, other, seen)


def _alike_tensors(one: Any, other: Any, _seen: Any) -> bool:
    is_weight = isinstance(one, nn.Parameter)
    return _form(one) == _form(other) and (is_weight or torch.equal(one, other))


def _alike_references(one: Any, other: Any, seen: Any) -> bool:
    return _alike(one(), other(), seen)


def _alike_mappings(one: Any, other: Any, seen: Any) -> bool:
    return list(one) == list(other) and all(_alike(one[key], other[key], seen) for key in one)


def _alike_sequences(one: Any, other: Any, seen: Any) -> bool:
    return len(one) == len(other) and all(
        _alike(mine, theirs, seen) for mine, theirs in zip(one, other, strict=True)
    )


def _alike_functions(one: Any, other: Any, seen: Any) -> bool:
    """Tell whether two functions have the same code and everything that it closes over."""
    return one.__code__ == other.__code__ and all(
        _alike(mine, theirs, seen)
        for mine, theirs in (
            (one.__defaults__, other.__defaults__),
            (one.__kwdefaults__, other.__kwdefaults__),
            (_closed_over(one), _closed_over(other)),
        )
    )


def _closed_over(function: Any) -> tuple[Any, ...]:
    return tuple(cell.cell_contents for cell in function.__closure__ or ())


def _alike_methods(one: Any, other: Any, seen: Any) -> bool:
    # The object that a method is bound to is compared where it stands in the model.
    return _alike(one.__func__, other.__func__, seen) and type(one.__self__) is type(other.__self__)


def _alike_partials(one: Any, other: Any, seen: Any) -> bool:
    return all(
        _alike(getattr(one, name), getattr(other, name), seen)
        for name in ("func", "args", "keywords")
    )


def _alike_modules(one: Any, other: Any, _seen: Any) -> bool:
    return difference(one, other) is None


def _alike_objects(one: Any, other: Any, seen: Any) -> bool:
    try:
        if bool(one == other):
            return True
    except (RuntimeError, TypeError, ValueError):
        return False
    is_plain = all("__eq__" not in vars(kind) for kind in type(one).__mro__[:-1])
    return is_plain and hasattr(one, "__dict__") and _alike(vars(one), vars(other), seen)


_COMPARISONS: tuple[tuple[Any, Any], ...] = (
    (torch.Tensor, _alike_tensors),
    (weakref.ReferenceType, _alike_references),
    (nn.Module, _alike_modules),
    (Mapping, _alike_mappings),
    ((list, tuple), _alike_sequences),
    (types.FunctionType, _alike_functions),
    (types.MethodType, _alike_methods),
    (functools.partial, _alike_partials),
)
