"""Study to plan: the seeds, the looks and the thresholds that are fixed before the first run."""

from __future__ import annotations

import math
import numbers
from collections.abc import Mapping, Sequence
from typing import Any

from trialist.design.document import Keys, dotted
from trialist.design.hints import hint
from trialist.design.merge import merged, unknown_keys, value_at
from trialist.design.schema import MOST_SEEDS
from trialist.stats.sequential import thresholds
from trialist.values.errors import ConfigError, Mistake
from trialist.values.metric import Metric
from trialist.values.plan import CodeFile, Look, Plan, PlannedVariant, Protocol
from trialist.values.seeds import SOURCES
from trialist.values.study import Config, Mode, SeedRange, Study

ALPHA = 0.05
INNER_LOOKS = (3, 5, 8, 12, 20)
LARGEST_EXACT_FAMILY = 100


def looks_between(n_min: int, n_max: int) -> tuple[int, ...]:
    """Give the seeds per variant at which a study is judged: both ends and the usual ones between.

    Example:
        >>> looks_between(5, 20), looks_between(4, 10), looks_between(6, 6)
        ((5, 8, 12, 20), (4, 5, 8, 10), (6,))
    """
    inner = {n for n in INNER_LOOKS if n_min < n < n_max}
    return tuple(sorted({n_min, n_max} | inner))


def build_plan(study: Study, *, code: tuple[CodeFile, ...], trial: str) -> Plan:
    """Give the plan of a study.

    Args:
        study: The study.
        code: The files of the user's code with their digests.
        trial: The trial as it is named in the plan, for example `train.py:train`.

    Raises:
        ConfigError: If a variant changes what the configuration does not have, or a configuration
            holds something that cannot be written down.
    """
    config = _plain(study.config, ("config",))
    changes = {name: _plain(study.variants.get(name, {}), ("variants", name))
               for name in study.variant_names}  # fmt: skip
    _refuse_unknown_keys(config, changes)
    seeds = _seeds(study)
    paired, vary = _in_order(study.paired), _in_order(study.vary)
    n_candidates = len(study.variant_names) - 1
    return Plan(
        study=study_name(study),
        question=study.question,
        trial=trial,
        code=tuple(sorted(code, key=lambda file: file.path)),
        metric=study.metric,
        variants=tuple(
            PlannedVariant(name=name, config=merged(config, change))
            for name, change in changes.items()
        ),
        baseline=study.baseline_name,
        seeds=seeds,
        looks=_looks(_moments(study, len(seeds)), n_candidates, paired=bool(paired)),
        paired=paired,
        vary=vary,
        mode=study.mode,
        threads=study.resources.threads,
        retries=study.resources.retries,
        timeout=study.resources.timeout,
        alpha=ALPHA,
    )


def implied_protocol(  # noqa: PLR0913  # the fields of a Protocol, all by name
    *,
    metric: Metric,
    variants: Sequence[str],
    baseline: str,
    n: int,
    paired: bool,
    mode: Mode = Mode.CONFIRM,
    scope: str = "these runs",
) -> Protocol:
    """Give the protocol that results without a plan imply: one look at all there is.

    Args:
        metric: The goal metric.
        variants: All variants in order, the baseline among them.
        baseline: The variant that the others are compared with.
        n: Runs per variant at the only look.
        paired: True where equal seeds are declared to be pairs.
        mode: Confirm or explore.
        scope: What the verdict is about, in words.

    Raises:
        ConfigError: If the baseline is not a variant.
    """
    if baseline not in variants:
        raise ConfigError(
            f"baseline {baseline!r} is not a variant",
            todo=hint(baseline, tuple(variants), nothing="there are no variants"),
        )
    m = max(len(variants) - 1, 1)
    look = Look(n=n, thresholds=tuple(ALPHA / r for r in range(1, m + 1)))
    return Protocol(
        metric=metric,
        variants=tuple(variants),
        baseline=baseline,
        looks=(look,),
        paired=paired,
        mode=mode,
        alpha=ALPHA,
        registered=False,
        scope=scope,
    )


def study_name(study: Study) -> str:
    """Give the study's name; without one, that of its trial function."""
    if study.name is not None:
        return study.name
    if callable(study.trial):
        return str(getattr(study.trial, "__name__", "study")).strip("<>")
    return study.trial.rpartition(":")[2]


def _seeds(study: Study) -> tuple[int, ...]:
    if isinstance(study.seeds, tuple):
        return study.seeds
    n = study.seeds.max if isinstance(study.seeds, SeedRange) else study.seeds
    if not 1 <= n <= MOST_SEEDS:
        raise ConfigError(
            f"{n:,} seeds per variant cannot be planned",
            todo=f"give 1 to {MOST_SEEDS:,}; 5 or more to claim something",
        )
    return tuple(range(n))


def _moments(study: Study, n_max: int) -> tuple[int, ...]:
    if isinstance(study.seeds, SeedRange) and study.mode is not Mode.EXPLORE:
        return looks_between(study.seeds.min, study.seeds.max)
    return (n_max,)


def _looks(moments: tuple[int, ...], n_candidates: int, *, paired: bool) -> tuple[Look, ...]:
    """Give each look with its thresholds for 1, 2, ... comparisons that are still open."""
    rows = [_row(moments, r, paired=paired) for r in range(1, max(n_candidates, 1) + 1)]
    return tuple(
        Look(n=n, thresholds=tuple(row[place] for row in rows)) for place, n in enumerate(moments)
    )


def _row(moments: tuple[int, ...], r: int, *, paired: bool) -> tuple[float, ...]:
    exact = min(r, LARGEST_EXACT_FAMILY)
    row = thresholds(moments, alpha=ALPHA / exact, paired=paired)
    # One row takes about 10 ms. Beyond 100 comparisons the row of 100 shrinks in proportion, which
    # measured less than 2 % too large at late looks for twice as many.
    return tuple(p * exact / r for p in row)


def _in_order(sources: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(source for source in SOURCES if source in sources)


def _refuse_unknown_keys(config: Config, changes: Mapping[str, Config]) -> None:
    mistakes = []
    for name, change in changes.items():
        for way in unknown_keys(config, change):
            around = value_at(config, way[:-1])
            todo = f"put its baseline value into config, such as {{{way[-1]!r}: ...}}"
            mistakes.append(
                Mistake(
                    message=f"variant {name}: '{dotted(way)}' is not a key of config",
                    todo=hint(str(way[-1]), tuple(around), nothing=todo),
                )
            )
    if mistakes:
        raise ConfigError.of(mistakes)


def _plain(value: Any, keys: Keys) -> Any:
    """Give a configuration as JSON can carry it, so that a plan read back equals the one made."""
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, Mapping):
        return {_key(key, keys): _plain(inner, (*keys, str(key))) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner, (*keys, place)) for place, inner in enumerate(value)]
    if isinstance(value, numbers.Integral):
        return int(value)
    if isinstance(value, numbers.Real) and math.isfinite(value):
        return float(value)
    raise ConfigError(
        f"{dotted(keys)} is {_named(value)}, which cannot be written down",
        todo="a configuration holds finite numbers, text, true, false, null, lists and mappings",
    )


def _key(key: object, keys: Keys) -> str:
    if isinstance(key, str):
        return key
    raise ConfigError(f"{dotted(keys)} has the key {key!r}, which is not text", todo="use text")


def _named(value: object) -> str:
    return f"{value}" if isinstance(value, numbers.Real) else f"of type {type(value).__name__}"
