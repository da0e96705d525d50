"""Study to plan: the seeds, the looks and the thresholds that are fixed before the first run."""

from __future__ import annotations

import math
import numbers
from collections.abc import Mapping, Sequence
from typing import Any

from trialist.design.ablation import Ablation, ablation_of, targets_of
from trialist.design.commandrules import program_name
from trialist.design.document import Keys, dotted
from trialist.design.expectations import expectations_of
from trialist.design.hints import hint
from trialist.design.looks import ALPHA, Judging, looks_between, looks_with, planned_looks
from trialist.design.merge import merged, unknown_keys, value_at
from trialist.design.schema import MOST_SEEDS
from trialist.values.errors import ConfigError, Mistake
from trialist.values.expectation import Expectation
from trialist.values.judging import OPEN, Mode, Variance
from trialist.values.metric import Metric
from trialist.values.plan import CodeFile, Parent, Plan, PlannedVariant, Protocol
from trialist.values.prior import SpreadPrior
from trialist.values.replicate import Replicate
from trialist.values.seeds import SOURCES
from trialist.values.study import Config, SeedRange, Study


def build_plan(
    study: Study,
    *,
    code: tuple[CodeFile, ...],
    trial: str,
    prior: SpreadPrior | None = None,
    parent: Parent | None = None,
    first_seed: int = 0,
) -> Plan:
    """Give the plan of a study.

    Args:
        study: The study.
        code: The files of the user's code with their digests.
        trial: The trial as it is named in the plan, for example `train.py:train`.
        prior: What earlier runs say about the noise, for `variance: history`.
        parent: The study that this one follows up; its comparisons share the error rate.
        first_seed: Where seeds begin that the study does not list itself.

    Raises:
        ConfigError: If a variant changes what the configuration does not have, or a configuration
            holds something that cannot be written down.
    """
    config = _plain(study.config, ("config",))
    ablation = _ablation(study, config)
    changes = {name: _plain(study.variants.get(name, {}), ("variants", name))
               for name in study.variant_names}  # fmt: skip
    _refuse_unknown_keys(config, changes)
    changes = {**ablation.changes, **changes}
    seeds = _seeds(study, first_seed)
    paired, vary = _in_order(study.paired), _in_order(study.vary)
    n_candidates = len(changes) - 1
    judging = Judging(
        paired=bool(paired),
        variance=study.variance,
        is_open=study.looks == OPEN,
        n_earlier=0 if parent is None else parent.n_comparisons,
    )
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
        looks=planned_looks(_moments(study, len(seeds)), n_candidates, judging),
        paired=paired,
        vary=vary,
        mode=study.mode,
        threads=study.resources.threads,
        retries=study.resources.retries,
        timeout=study.resources.timeout,
        memory=study.resources.memory_bytes,
        gpus=study.resources.gpus if isinstance(study.resources.gpus, int) else None,
        alpha=ALPHA,
        variance=study.variance,
        prior=prior,
        is_open=judging.is_open,
        parent=parent,
        ablation=ablation.components,
        expect=_expected(study, tuple(changes)),
        command=study.script,
        determinism=study.determinism,
        names=study.names,
        data=study.data,
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
    variance: Variance = Variance.SEPARATE,
    prior: SpreadPrior | None = None,
    looks: Sequence[int] = (),
    folds: tuple[int, int] | None = None,
) -> Protocol:
    """Give the protocol that results without a plan imply: one look at all there is.

    Args:
        metric: The goal metric.
        variants: All variants in order, the baseline among them.
        baseline: The variant that the others are compared with.
        n: Runs per variant at the look that is taken.
        paired: True where equal seeds are declared to be pairs.
        mode: Confirm or explore.
        scope: What the verdict is about, in words.
        variance: Whose noise a comparison is judged by.
        prior: What earlier runs say about the noise, for `variance` "history".
        folds: Examples in a test fold and in a training set, where seeds are folds.
        looks: Seeds per variant at which results were to be judged, as somebody says; the look at
            `n` takes the place of the last one before it was due. Empty: one look at `n`.

    Raises:
        ConfigError: If the baseline is not a variant, or the looks end before `n`.
    """
    if baseline not in variants:
        raise ConfigError(
            f"baseline {baseline!r} is not a variant",
            todo=hint(baseline, tuple(variants), nothing="there are no variants"),
        )
    if looks and n > looks[-1]:
        raise ConfigError(
            f"there are {n} runs per variant, and the last look was to be at {looks[-1]}",
            where="--looks",
            todo="name every look that was taken or planned; results are judged at planned looks",
        )
    moments = looks_with(n, looks) if looks else (n,)
    judging = Judging(paired=paired, variance=variance)
    return Protocol(
        metric=metric,
        variants=tuple(variants),
        baseline=baseline,
        looks=planned_looks(moments, len(variants) - 1, judging),
        paired=paired,
        mode=mode,
        alpha=ALPHA,
        registered=False,
        scope=scope,
        variance=variance,
        prior=prior,
        replicate=Replicate.SEED if folds is None else Replicate.FOLD,
        folds=folds,
    )


def _ablation(study: Study, config: Config) -> Ablation:
    """Give the variants that `ablate` makes; none where the study has none."""
    if not study.ablate:
        return Ablation(changes={}, components={}, problems=())
    given = study.ablate
    plain = _plain(given, ("ablate",)) if isinstance(given, Mapping) else given
    made = ablation_of(config, targets_of(plain), variants=study.variants, baseline=study.baseline)
    if made.problems:
        raise ConfigError.of([Mistake(message=one.message, todo=one.todo) for one in made.problems])
    return made


def study_name(study: Study) -> str:
    """Give the study's name; without one, that of its trial function."""
    if study.name is not None:
        return study.name
    if callable(study.trial):
        return str(getattr(study.trial, "__name__", "study")).strip("<>")
    if study.script is not None:
        return program_name(study.script)
    return str(study.trial).rpartition(":")[2]


def _expected(study: Study, names: tuple[str, ...]) -> tuple[Expectation, ...]:
    found = expectations_of(
        study.expect,
        variants=names,
        baseline=study.baseline_name,
        relevant=study.metric.relevant,
    )
    if found.problems:
        raise ConfigError.of(
            [Mistake(message=one.message, todo=one.todo) for one in found.problems]
        )
    return found.expectations


def _seeds(study: Study, first: int) -> tuple[int, ...]:
    if isinstance(study.seeds, tuple):
        return study.seeds
    n = study.seeds.max if isinstance(study.seeds, SeedRange) else study.seeds
    if not 1 <= n <= MOST_SEEDS:
        raise ConfigError(
            f"{n:,} seeds per variant cannot be planned",
            todo=f"give 1 to {MOST_SEEDS:,}; 5 or more to claim something",
        )
    return tuple(range(first, first + n))


def _moments(study: Study, n_max: int) -> tuple[int, ...]:
    if not isinstance(study.seeds, SeedRange) or study.mode is Mode.EXPLORE:
        return (n_max,)
    if study.looks == OPEN:
        return tuple(range(study.seeds.min, study.seeds.max + 1))
    return looks_between(study.seeds.min, study.seeds.max)


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
