"""Where the spread of a planned study comes from: a number, or the runs of a pilot."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from trialist.lab.options import VALUE, CompareOptions
from trialist.values.errors import ConfigError, Mistake
from trialist.values.evidence import RunRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Pilot:
    """What is said about the spread; the fields are the arguments of `trialist.power`."""

    data: Any
    sd: float | None
    paired: bool
    correlation: float | None
    n_pilot: int | None
    metric: str | None
    variant: str
    seed: str
    where: Mapping[str, str]
    baseline: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownSpread:
    """The spread, with what it rests on.

    Attributes:
        sd: SD between runs, or of the paired differences.
        df: Its degrees of freedom; None where it is taken as exact.
        metric: The metric's name.
        n_comparisons: Comparisons that the pilot's variants make.
        values: The pilot's values, to see the metric's unit.
        caveats: What limits it, as sentences.
    """

    sd: float
    df: float | None
    metric: str
    n_comparisons: int = 1
    values: tuple[float, ...] = field(default=())
    caveats: tuple[str, ...] = ()


def pilot_of(asked: Pilot) -> KnownSpread:
    """Give the spread that `asked` says, or that its runs have.

    Raises:
        ConfigError: With everything that is missing or impossible.
    """
    if asked.data is None:
        return _said(asked)
    given = [
        name
        for name, value in (
            ("sd", asked.sd),
            ("correlation", asked.correlation),
            ("n_pilot", asked.n_pilot),
        )
        if value is not None
    ]
    if given:
        raise ConfigError(
            f"{' and '.join(given)} and a pilot's runs are given",
            todo="give either the spread or the runs that show it",
        )
    return _measured(asked)


def _said(asked: Pilot) -> KnownSpread:
    sd, correlation = asked.sd, asked.correlation
    rules = (
        (sd is not None, "no spread is given", "say --sd, or give a pilot's runs"),
        (
            sd is None or (math.isfinite(sd) and sd > 0),
            f"sd is {sd!r}, not a positive number",
            "give the SD between runs of one recipe",
        ),
        (
            correlation is None or -1 < correlation < 1,
            f"correlation is {correlation!r}, not between -1 and 1",
            "give the correlation of the pairs",
        ),
        (
            correlation is None or asked.paired,
            "a correlation is given for an unpaired design",
            "say paired, or leave it out",
        ),
        (
            asked.n_pilot is None or asked.n_pilot >= 2,
            f"{asked.n_pilot} run shows no spread",
            "give the runs that the SD comes from, two or more",
        ),
    )
    mistakes = [Mistake(message=text, todo=todo) for holds, text, todo in rules if not holds]
    if mistakes or sd is None:
        raise ConfigError.of(mistakes)
    scale = 1.0 if correlation is None else math.sqrt(2 * (1 - correlation))
    return KnownSpread(
        sd=sd * scale,
        df=None if asked.n_pilot is None else asked.n_pilot - 1.0,
        metric=asked.metric or VALUE,
        caveats=tuple(_caveats(asked)),
    )


def _caveats(asked: Pilot) -> list[str]:
    caveats = []
    if asked.n_pilot is None:
        caveats.append(
            "The SD is taken as exact. Say from how many runs it comes (--n-pilot) to see what its "
            "own uncertainty makes of the seeds."
        )
    if asked.paired and asked.correlation is None:
        caveats.append(
            "The SD is taken as that of the paired differences. For an SD between runs say how "
            "much pairs correlate (--correlation); an equal seed number alone gives about 0."
        )
    if asked.correlation is not None:
        caveats.append(
            "The correlation is taken as exact. Measure it in a pilot before you count on it."
        )
    return caveats


def _measured(asked: Pilot) -> KnownSpread:
    from trialist.analysis.pilot import pilot_spread

    options = CompareOptions(
        paired=asked.paired,
        metric=asked.metric,
        variant=asked.variant,
        seed=asked.seed,
        where=asked.where,
        baseline=asked.baseline,
    )
    name, records, notes = _runs(asked.data, options)
    variants = tuple(dict.fromkeys(run.variant for run in records))
    baseline = options.baseline_of(variants) if asked.paired else None
    if asked.paired and any(run.seed is None for run in records):
        raise ConfigError(
            "paired differences need a seed for every run",
            where="--paired",
            todo="name the column with --seed COLUMN, or leave --paired out",
        )
    found = pilot_spread(records, baseline=baseline)
    return KnownSpread(
        sd=found.sd,
        df=found.df,
        metric=name,
        n_comparisons=max(len(variants) - 1, 1),
        values=tuple(run.value for run in records if run.value is not None),
        caveats=(*notes, *found.notes),
    )


def _runs(data: Any, options: CompareOptions) -> tuple[str, Sequence[RunRecord], tuple[str, ...]]:
    from trialist.analysis.direct import records_of
    from trialist.analysis.table import runs_in
    from trialist.lab.source import groups_of, table_of

    if isinstance(data, Mapping):
        options.refuse_columns()
        records = records_of(groups_of(data), paired=options.paired)
        return options.metric or VALUE, records, ()
    table = table_of(data)[1].only(options.where)
    found = runs_in(
        table,
        variant=options.variant,
        seed=options.seed,
        metric=options.metric,
        may_be_alone=not options.paired,
    )
    return found.metric, found.records, found.notes
