"""Study to plan: the seeds, the looks and the thresholds that are fixed before the first run."""

from __future__ import annotations

from collections.abc import Sequence

from trialist.design.commandrules import program_name
from trialist.design.expectations import expectations_of
from trialist.design.extension import Extended
from trialist.design.freshseeds import fresh_seeds, moments_of, paired_sources
from trialist.design.hints import hint
from trialist.design.looks import ALPHA, Judging, looks_with, planned_looks
from trialist.design.merge import merged
from trialist.design.schema import MOST_SEEDS
from trialist.design.searchplan import searched_of
from trialist.design.searchsettings import with_steps
from trialist.design.variants import Framed, changes_of, plain_config, refuse_unknown_keys
from trialist.values.errors import ConfigError, Mistake
from trialist.values.expectation import Expectation
from trialist.values.judging import OPEN, Mode, Variance
from trialist.values.metric import Metric
from trialist.values.plan import CodeFile, Parent, Plan, PlannedVariant, Protocol
from trialist.values.prior import SpreadPrior
from trialist.values.replicate import Replicate
from trialist.values.searchplan import SearchPlan
from trialist.values.seeds import SOURCES
from trialist.values.study import SeedRange, Study


def build_plan(  # noqa: PLR0913  # what a plan follows from, all by name
    study: Study,
    *,
    code: tuple[CodeFile, ...],
    trial: str,
    prior: SpreadPrior | None = None,
    parent: Parent | None = None,
    first_seed: int = 0,
    extended: Extended | None = None,
) -> Plan:
    """Give the plan of a study.

    Args:
        study: The study.
        code: The files of the user's code with their digests.
        trial: The trial as it is named in the plan, for example `train.py:train`.
        prior: What earlier runs say about the noise, for `variance: history`.
        parent: The study that this one follows up; its comparisons share the error rate.
        first_seed: Where seeds begin that the study does not list itself.
        extended: The searches that this study's go on from, for `search.extends`.

    Raises:
        ConfigError: If a variant changes what the configuration does not have, or a configuration
            holds something that cannot be written down.
    """
    searched = searched_of(study, extended)
    framed = _framed(study) if searched is None else searched
    search = None if searched is None else searched.search
    if extended is not None:
        first_seed = max(first_seed, extended.first_seed)
    seeds = _seeds(study, first_seed, search)
    paired, vary = _in_order(paired_sources(study, search)), _in_order(study.vary)
    n_candidates = len(framed.configs) - 1
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
            PlannedVariant(name=name, config=config) for name, config in framed.configs.items()
        ),
        baseline=framed.baseline,
        seeds=seeds,
        looks=planned_looks(moments_of(study, len(seeds), search), n_candidates, judging),
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
        ablation=framed.components,
        expect=_expected(study, tuple(framed.configs), framed.baseline),
        command=study.script,
        determinism=study.determinism,
        names=study.names,
        data=study.data,
        search=search,
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


def _framed(study: Study) -> Framed:
    """Give the variants of a study without a search."""
    config = with_steps(study.budget, plain_config(study.config))
    made = changes_of(study, config)
    refuse_unknown_keys(config, made.named)
    return Framed(
        configs={name: merged(config, change) for name, change in made.changes.items()},
        baseline=study.baseline_name,
        components=made.components,
    )


def study_name(study: Study) -> str:
    """Give the study's name; without one, that of its trial function."""
    if study.name is not None:
        return study.name
    if callable(study.trial):
        return str(getattr(study.trial, "__name__", "study")).strip("<>")
    if study.script is not None:
        return program_name(study.script)
    return str(study.trial).rpartition(":")[2]


def _expected(study: Study, names: tuple[str, ...], baseline: str) -> tuple[Expectation, ...]:
    found = expectations_of(
        study.expect,
        variants=names,
        baseline=baseline,
        relevant=study.metric.relevant,
    )
    if found.problems:
        raise ConfigError.of(
            [Mistake(message=one.message, todo=one.todo) for one in found.problems]
        )
    return found.expectations


def _seeds(study: Study, first: int, search: SearchPlan | None) -> tuple[int, ...]:
    n = study.seeds.max if isinstance(study.seeds, SeedRange) else study.seeds
    if isinstance(n, int) and not 1 <= n <= MOST_SEEDS:
        raise ConfigError(
            f"{n:,} seeds per variant cannot be planned",
            todo=f"give 1 to {MOST_SEEDS:,}; 5 or more to claim something",
        )
    if search is not None:
        return fresh_seeds(study, search, first)
    return tuple(range(first, first + n)) if isinstance(n, int) else n


def _in_order(sources: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(source for source in SOURCES if source in sources)
