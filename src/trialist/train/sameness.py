"""Whether a run goes on as the interrupted one: settings, model, library, device, threads."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch

from trialist.train.precision import Precision
from trialist.values.errors import ResumeError


def facts_here(device: torch.device) -> dict[str, Any]:
    """Give what of the machine the last bits of a run depend on."""
    return {
        "torch": str(torch.__version__),
        "threads": torch.get_num_threads(),
        "device": device.type
        if device.type != "cuda"
        else f"cuda ({torch.cuda.get_device_name(device)})",
    }


def facts_of(data: Any, precision: Precision, **settings: Any) -> dict[str, Any]:
    """Give what a resumed run must have in common with its beginning.

    Args:
        data: What it trains on.
        precision: How it computes, and where.
        **settings: What else was chosen for it.
    """
    return {
        **settings,
        "precision": precision.name,
        "examples": data.n_train,
        "sampling": getattr(data, "sampling", "shuffle"),
        **facts_here(precision.device),
    }


def optimizer_facts(optimizer: torch.optim.Optimizer) -> dict[str, Any]:
    """Give an optimizer's kind and settings, as it was made; several groups by their places."""
    groups = optimizer.param_groups
    found: dict[str, Any] = {"optimizer": type(optimizer).__name__}
    for place, group in enumerate(groups):
        which = f"optimizer[{place}]" if len(groups) > 1 else "optimizer"
        settings = {name: value for name, value in group.items() if not name.startswith("param")}
        found |= {f"{which}.{name}": _plain(value) for name, value in settings.items()}
    return found


def _plain(value: Any) -> Any:
    return value.tolist() if isinstance(value, torch.Tensor) else value


def differences(saved: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """Give each field that differs, old and new."""
    return [
        f"{name}: {saved.get(name)!r} -> {now.get(name)!r}"
        for name in sorted(saved.keys() | now.keys())
        if saved.get(name) != now.get(name)
    ]


def check_same(
    saved: Mapping[str, Any], now: Mapping[str, Any], *, allow_inexact: bool
) -> str | None:
    """Refuse to go on otherwise than the run began; give the caveat where that is allowed.

    Raises:
        ResumeError: With each field, old and new.
    """
    found = differences(saved, now)
    if not found:
        return None
    if allow_inexact:
        return f"resumed otherwise than it began: {'; '.join(found)}"
    raise ResumeError(
        f"this run began otherwise: {'; '.join(found)}",
        todo="go on as it began, begin a new run, or give allow_inexact=True, which is recorded",
    )


def check_same_model(saved: Mapping[str, torch.Tensor], now: Mapping[str, torch.Tensor]) -> None:
    """Refuse to go on with another model than the run began with.

    Raises:
        ResumeError: With the first weights that differ, old and new shape.
    """
    found = [
        f"{name}: {_shape(saved.get(name))} -> {_shape(now.get(name))}"
        for name in dict.fromkeys((*saved, *now))
        if _shape(saved.get(name)) != _shape(now.get(name))
    ]
    if found:
        more = f"; and {len(found) - 3} more" if len(found) > 3 else ""
        raise ResumeError(
            f"this run began with another model: {'; '.join(found[:3])}{more}",
            todo="build the model that it began with, or begin a new run",
        )


def _shape(weight: object) -> str:
    if weight is None:
        return "nothing"
    return str(tuple(weight.shape)) if isinstance(weight, torch.Tensor) else type(weight).__name__
