"""The best learning rate at each batch size, from the trials of searches."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from trialist.stats.unitscale import unit_of
from trialist.values.missing import Missing
from trialist.values.searchtable import SearchTable, SearchTrial
from trialist.values.space import Parameter

RATES = ("lr", "learning_rate")
"""What a learning rate is called, behind its last dot."""
EDGE = 0.1
"""The outer part of a range, on each side."""
_FEWEST_SIZES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchRate:
    """What one batch size was tuned to.

    Attributes:
        variant: Whose search it is.
        batch_size: Examples per step.
        rate: The learning rate of its best trial.
        value: The goal metric of that trial.
        n_trials: Trials at this size that gave a value.
        at_edge: True where that rate lies in the outer tenth of its range.
    """

    variant: str
    batch_size: int
    rate: float
    value: float
    n_trials: int
    at_edge: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RatesByBatch:
    """The best learning rates against batch size.

    Attributes:
        rows: By variant and batch size.
        exponents: How the best rate grows with the batch, by variant: 1 in proportion, 0.5 with
            its square root. Missing below three batch sizes, or where a best rate is at an edge.
    """

    rows: tuple[BatchRate, ...]
    exponents: Mapping[str, float | Missing]


def rates_by_batch(table: SearchTable, *, batch: str = "batch_size") -> RatesByBatch:
    """Give the best learning rate at each batch size.

    Args:
        table: The trials; a batch size is a parameter, or a given value of the variant.
        batch: Its name.
    """
    groups: dict[tuple[str, int], list[tuple[float, float, SearchTrial]]] = {}
    for trial in table.trials:
        size, rate = whole_number(trial, table, batch), _rate(trial, table)
        if size is not None and rate is not None and trial.value is not None:
            groups.setdefault((trial.variant, size), []).append((trial.value, rate, trial))
    rows = []
    for (variant, size), found in sorted(groups.items()):
        value, rate, trial = max(found, key=lambda one: table.metric.goal.sign * one[0])
        rows.append(
            BatchRate(
                variant=variant,
                batch_size=size,
                rate=rate,
                value=value,
                n_trials=len(found),
                at_edge=is_at_edge(trial, table, batch),
            )
        )
    variants = {row.variant: None for row in rows}
    return RatesByBatch(
        rows=tuple(rows),
        exponents={name: _exponent([row for row in rows if row.variant == name])
                   for name in variants},
    )  # fmt: skip


def whole_number(trial: SearchTrial, table: SearchTable, name: str) -> int | None:
    """Give a trial's whole number by name, tuned or given; None where it has none."""
    value = trial.params.get(name, table.arm(trial.variant).given.get(name))
    if isinstance(value, bool) or not isinstance(value, int | float) or value != int(value):
        return None
    return int(value)


def is_at_edge(trial: SearchTrial, table: SearchTable, batch: str) -> bool:
    """Tell whether a trial's learning rate lies at an end of its range; without one, whether any.

    The batch size itself is no matter: it is what the others are looked at by.
    """
    numeric = [
        one
        for one in table.arm(trial.variant).parameters
        if one.is_numeric and one.name != batch and one.name in trial.params
    ]
    rates = [one for one in numeric if is_rate(one)]
    return any(_is_outer(one, trial) for one in rates or numeric)


def is_rate(parameter: Parameter) -> bool:
    """Tell whether a parameter is a learning rate, by its name."""
    return parameter.name.rsplit(".", 1)[-1] in RATES


def _is_outer(parameter: Parameter, trial: SearchTrial) -> bool:
    place = unit_of(parameter, trial.params[parameter.name])
    return place is not None and not EDGE <= place <= 1 - EDGE


def _rate(trial: SearchTrial, table: SearchTable) -> float | None:
    names = [one.name for one in table.arm(trial.variant).parameters if is_rate(one)]
    values = [trial.params[name] for name in names if name in trial.params]
    return float(values[0]) if values else None


def _exponent(rows: Iterable[BatchRate]) -> float | Missing:
    """Give the slope of the best rate over batch size, both as logarithms, by least squares."""
    found = list(rows)
    if len(found) < _FEWEST_SIZES:
        return Missing(f"{len(found)} batch sizes were tuned; a trend needs three")
    edges = [f"{row.batch_size:,}" for row in found if row.at_edge]
    if edges:
        return Missing(f"the best rate of batch size {', '.join(edges)} lies at its range's end")
    x = [math.log(row.batch_size) for row in found]
    y = [math.log(row.rate) for row in found]
    mean_x, mean_y = math.fsum(x) / len(x), math.fsum(y) / len(y)
    across = math.fsum((a - mean_x) * (b - mean_y) for a, b in zip(x, y, strict=True))
    return across / math.fsum((a - mean_x) ** 2 for a in x)
