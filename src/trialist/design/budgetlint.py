"""What is questionable about a budget: too much tuned with too little, runs cut unfairly."""

from __future__ import annotations

from collections.abc import Iterator

from trialist.design.hyperparameters import Kind, kind_of
from trialist.design.lintwords import Rule, advice, error, listed, warning
from trialist.design.optimizers import has_betas
from trialist.design.round import Round
from trialist.design.searchmethod import method_for
from trialist.design.tiers import by_tier
from trialist.values.lint import Lint
from trialist.values.numbers import counted
from trialist.values.searchplan import Method
from trialist.values.space import Arm, Parameter

TRIALS_FOR = {Kind.BETA1: 10, Kind.BETAS: 10, Kind.EPS: 25, Kind.BETA2: 50}
"""Trials of a search from which a parameter of Adam is worth tuning (playbook 1.1)."""

SWEEP_RULE = "wandb"
"""The rule of a sweep file's `early_terminate`."""


def _adam_by_trials(asked: Round) -> Iterator[Lint]:
    n = asked.search.trials_per_search
    for arm in asked.search.searched:
        if not _is_adam(asked, arm):
            continue
        early = [one for one in asked.tuned(arm, *TRIALS_FOR) if n < _trials_for(one)]
        if early:
            needed = max(map(_trials_for, early))
            yield warning(
                f"space.{early[0].name}",
                f"{arm.variant} tunes {listed([one.shown for one in early])} with "
                f"{counted(n, 'trial')} per search: so few are better spent on the learning rate",
                f"fix {'it' if len(early) == 1 else 'them'}, or give {needed} trials per search",
            )


def _trials_for(one: Parameter) -> int:
    return TRIALS_FOR[kind_of(one.name) or Kind.BETA1]


def _is_adam(asked: Round, arm: Arm) -> bool:
    for name in asked.names(Kind.OPTIMIZER):
        value = asked.value_of(name, arm.variant)
        if value is not None:
            return has_betas(str(value))
    return bool(asked.tuned(arm, Kind.BETA1, Kind.BETA2, Kind.BETAS))


def _narrowed(asked: Round) -> Iterator[Lint]:
    """So few trials are for the two or three parameters that matter most."""
    search = asked.search
    n = search.trials_per_search
    found: dict[tuple[int, int, str], list[str]] = {}
    for arm in search.searched if search.method is not Method.GRID else ():
        chosen = method_for(n, len(arm.parameters), claim=search.tuned, has_steps=False)
        if chosen.most_important is not None:
            left = by_tier(arm.parameters)[chosen.most_important :]
            key = (chosen.most_important, len(arm.parameters), listed([one.name for one in left]))
            found.setdefault(key, []).append(arm.variant)
    for (covered, count, names), variants in found.items():
        yield advice(
            "search.trials",
            f"{counted(n, 'trial')} per search cover {covered} parameters, and {listed(variants)} "
            f"{'has' if len(variants) == 1 else 'have'} {count}",
            f"fix {names}, which matter{'s' * (' and ' not in names)} least, or give more trials",
        )


def _cut_at_other_lengths(asked: Round) -> Iterator[Lint]:
    """A trial can only be compared with others that are as far as it is."""
    pruner = asked.search.pruner
    if pruner is None:
        return
    lengths = [
        *(one.name for one in asked.parameters(Kind.LENGTH)),
        *asked.scientific_of(Kind.LENGTH),
    ]
    say = warning if pruner.name == SWEEP_RULE else error  # a sweep file runs as it is
    for name in dict.fromkeys(lengths):
        yield say(
            f"space.{name}",
            f"{name} differs between trials, and {pruner.name} compares them at the same step",
            "give every run the same budget.max_train_steps, or write search.pruner: none",
        )
    sizes = [
        *(one.name for one in asked.parameters(Kind.BATCH_SIZE)),
        *asked.scientific_of(Kind.BATCH_SIZE),
    ]
    for name in dict.fromkeys(sizes):
        yield warning(
            f"space.{name}",
            f"{name} differs between trials, and {pruner.name} compares them at the same step: "
            "larger batches have seen more examples by then",
            "write search.pruner: none",
        )


def _cut_in_warm_up(asked: Round) -> Iterator[Lint]:
    """Who is still warming up looks bad and is not."""
    pruner = asked.search.pruner
    if pruner is None or pruner.resource is None:
        return
    rung = min(pruner.rungs) if pruner.rungs else pruner.first * pruner.resource
    for one in asked.parameters(Kind.WARMUP):
        is_in_steps = one.is_numeric and "epoch" not in one.name
        steps = one.high if is_in_steps else None
        if steps is not None and steps > 1 and 2 * steps > rung:
            yield warning(
                f"space.{one.name}",
                f"{one.name} goes up to {steps:g} steps, and {pruner.name} ends trials from step "
                f"{rung:g} on: who is still warming up looks bad and is not",
                "begin at twice the longest warm-up or later: a larger pruner.first",
            )


BUDGET_RULES: tuple[Rule, ...] = (
    _adam_by_trials,
    _narrowed,
    _cut_at_other_lengths,
    _cut_in_warm_up,
)
