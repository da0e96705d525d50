"""What differs between a variant and what it is compared with, where that is more than one thing.

A verdict is about everything that differs. What differs on purpose stands in the configuration;
what follows from it without being meant (another size, another length of training) shows only in
the runs.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from statistics import fmean
from typing import Any

from trialist.design.document import Keys, dotted
from trialist.design.merge import changed_keys, value_at
from trialist.values.numbers import as_chosen
from trialist.values.plan import Plan
from trialist.values.study import Config

_MOST_SHOWN = 5
_LONGEST = 40
_NUMBERS = {2: "two", 3: "three", 4: "four", 5: "five", 6: "six", 7: "seven", 8: "eight", 9: "nine"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """What a finished run says of itself that no configuration does.

    Attributes:
        variant: The variant's name.
        n_parameters: The model's parameters; None where the run logged none.
        last_step: The last step that it logged; None where it logged none.
    """

    variant: str
    n_parameters: int | None
    last_step: int | None


def several_changes(plan: Plan) -> tuple[str, ...]:
    """Give a sentence for each variant whose configuration differs in more than one value.

    Configurations are compared whole, leaf by leaf; a mapping that takes the place of a plain
    value, or the other way round, is one change.
    """
    baseline = plan.config_of(plan.baseline)
    return tuple(
        _in_words(variant.name, baseline, variant.config, ways)
        for variant in plan.variants
        if len(ways := tuple(changed_keys(baseline, variant.config))) > 1
    )


def changes_beside(plan: Plan, runs: Iterable[Ran]) -> tuple[str, ...]:
    """Give a sentence for each variant that was trained with another size or for other steps.

    Counts are compared as ranges over the runs, and ranges that overlap are not a difference: a
    training that stops by itself ends at another step with every seed.

    Args:
        plan: Says what is compared with what.
        runs: The finished runs that the verdicts rest on; their order does not matter.
    """
    known = tuple(runs)
    sentences: list[str] = []
    for count, words in _COUNTS:
        ranges = _ranges(known, count)
        theirs = ranges.get(plan.baseline)
        for variant in plan.variants:
            ours = ranges.get(variant.name)
            if theirs is None or ours is None or ours.overlaps(theirs):
                continue
            sentences.append(words(variant.name, theirs, ours))
    return tuple(sentences)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Range:
    """The counts of one variant's runs: the least, the most, and their mean."""

    low: int
    high: int
    mean: float

    def overlaps(self, other: _Range) -> bool:
        return self.low <= other.high and other.low <= self.high

    def __str__(self) -> str:
        return f"{self.low:,}" if self.low == self.high else f"{self.low:,} to {self.high:,}"


def _ranges(runs: Iterable[Ran], count: Callable[[Ran], int | None]) -> Mapping[str, _Range]:
    found: dict[str, list[int]] = {}
    for run in runs:
        value = count(run)
        if value is not None:
            found.setdefault(run.variant, []).append(value)
    return {
        name: _Range(low=min(values), high=max(values), mean=fmean(values))
        for name, values in found.items()
    }


def _parameters(name: str, theirs: _Range, ours: _Range) -> str:
    more = "more" if ours.low > theirs.high else "fewer"
    share = abs(ours.mean / theirs.mean - 1) if theirs.mean else 0.0
    much = f"{_percent(share)} {more}" if theirs.mean else more
    return f"{name} also has {much} parameters ({theirs} -> {ours}): its verdict is about that too."


def _steps(name: str, theirs: _Range, ours: _Range) -> str:
    return f"{name} also ran other steps ({theirs} -> {ours}): its verdict is about that too."


def _percent(share: float) -> str:
    percent = 100 * share
    return f"{percent:.2g} %" if percent < 10 else f"{percent:,.0f} %"


_COUNTS = (
    (lambda run: run.n_parameters, _parameters),
    (lambda run: run.last_step, _steps),
)


def _in_words(name: str, baseline: Config, config: Config, ways: tuple[Keys, ...]) -> str:
    shown = [
        f"{dotted(way)} {_at(baseline, way)} -> {_at(config, way)}" for way in ways[:_MOST_SHOWN]
    ]
    more = f", and {len(ways) - _MOST_SHOWN} more" if len(ways) > _MOST_SHOWN else ""
    together = "both" if len(ways) == 2 else "all of them"
    return (
        f"{name} changes {_NUMBERS.get(len(ways), str(len(ways)))} things "
        f"({', '.join(shown)}{more}): its verdict is about {together} together."
    )


def _at(config: Config, way: Keys) -> str:
    try:
        return written(value_at(config, way))
    except KeyError:
        return "not set"


def written(value: Any) -> str:
    """Give a value of a configuration as a study file has it, cut where it is long.

    Example:
        >>> written({"shift": 2, "wrap": True}), written(None), written([1, "a"])
        ('{shift: 2, wrap: true}', 'null', '[1, a]')
    """
    text = "".join(_pieces(value))
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."


def _pieces(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        yield "{"
        for place, (key, inner) in enumerate(value.items()):
            yield f"{', ' if place else ''}{key}: "
            yield from _pieces(inner)
        yield "}"
    elif isinstance(value, list | tuple):
        yield "["
        for place, inner in enumerate(value):
            yield ", " if place else ""
            yield from _pieces(inner)
        yield "]"
    elif isinstance(value, str):
        yield value or "''"
    elif isinstance(value, float):
        yield as_chosen(value)
    else:
        yield json.dumps(value)
