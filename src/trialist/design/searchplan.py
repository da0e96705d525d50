"""The searches of a plan: from what a study says of its space, its search and its budget."""

from __future__ import annotations

from dataclasses import dataclass, replace

from trialist.design.arms import Arms, arms_of
from trialist.design.defaults import default_caveats
from trialist.design.extension import Extended, extended_design
from trialist.design.pruners import NONE, pruner_of
from trialist.design.searchcaveats import goal_caveats, search_caveats
from trialist.design.searchrules import Asked, search_problems
from trialist.design.searchsettings import steps_of, with_steps
from trialist.design.spacefile import Setting, Space, read_space
from trialist.design.strategy import Strategy, strategy_of
from trialist.design.trialdesign import common_grid, design_of
from trialist.design.variants import Framed, changes_of, plain_config, refuse_unknown_keys
from trialist.values.errors import ConfigError, Mistake
from trialist.values.searchplan import Pruner, SearchPlan
from trialist.values.searchsettings import AUTO, SearchSettings
from trialist.values.space import Role
from trialist.values.study import FULL, Study


@dataclass(frozen=True, slots=True, kw_only=True)
class Searched(Framed):
    """The variants of a study with a space, and how they are searched."""

    search: SearchPlan


def search_of(study: Study, parent: Extended | None = None) -> SearchPlan | None:
    """Give the searches of a study; None where it has no space.

    Args:
        study: The study.
        parent: The searches that this one takes over, for `search.extends`.

    Raises:
        ConfigError: With everything that is wrong with the space and its search.
    """
    found = searched_of(study, parent)
    return None if found is None else found.search


def searched_of(study: Study, parent: Extended | None = None) -> Searched | None:
    """Give the searches of a study with its variants; None where it has no space.

    Raises:
        ConfigError: With everything that is wrong with the space and its search.
    """
    config = with_steps(study.budget, plain_config(study.config))
    is_named = bool(study.variants or study.ablate)
    changes = changes_of(study, config)
    setting = Setting(
        config=config, changes=changes.changes if is_named else {}, baseline=_baseline(study)
    )
    problems = search_problems(_asked(study), setting)
    if problems:
        raise ConfigError.of(
            [Mistake(message=one.message, where=".".join(map(str, one.place)), todo=one.todo)
             for one in problems]
        )  # fmt: skip
    if not study.space:
        return None
    refuse_unknown_keys(config, changes.named, tuple(study.space))
    settings = study.search or SearchSettings()
    if settings.extends is not None and parent is None:
        raise ConfigError(
            f"search.extends is {settings.extends!r}, and its trials are not at hand",
            todo="name a study of the store that has a search, or leave extends out",
        )
    space = read_space(study.space)
    made = arms_of(space, setting)
    return Searched(
        search=_search(study, settings, (space, setting, made), parent),
        configs=made.configs,
        baseline=made.baseline,
        components=changes.components,
    )


def _asked(study: Study) -> Asked:
    return Asked(
        space=study.space,
        search=study.search,
        config=study.config,
        budget=study.budget,
        metric=study.metric.name,
        seeds=study.seeds,
    )


def _baseline(study: Study) -> str | None:
    return FULL if study.ablate else study.baseline


def _search(
    study: Study,
    settings: SearchSettings,
    parts: tuple[Space, Setting, Arms],
    parent: Extended | None,
) -> SearchPlan:
    space, setting, made = parts
    steps = steps_of(study.budget, setting.config)
    strategy = strategy_of(
        settings,
        made.arms,
        n_grid=common_grid(made.arms),
        earlier=None if parent is None else parent.search,
        has_steps=steps is not None,
    )
    search = SearchPlan(
        method=strategy.method,
        arms=made.arms,
        trials=strategy.trials,
        replicates=strategy.replicates,
        seed=settings.seed if parent is None else parent.search.seed,
        tuned=strategy.tuned,
        seeds_per_trial=settings.seeds,
        pruner=_pruner(settings, strategy, steps),
        why=strategy.why,
        roles={one.name: one.role.value for one in space.declared
               if one.role is not Role.NUISANCE},
        caveats=search_caveats(
            space, setting, made, tuned=strategy.tuned, replicates=strategy.replicates
        ),
        price=float(settings.price),
        objectives=dict(settings.objectives),
        extends=settings.extends,
        options=dict(settings.options),
    )  # fmt: skip
    search = replace(
        search,
        caveats=(
            *search.caveats,
            *goal_caveats(study.metric.name, search.objectives),
            *default_caveats(study, search),
        ),
    )
    if parent is not None:
        return extended_design(search, made.configs, parent)
    return replace(search, design=design_of(search, made.configs))


def _pruner(settings: SearchSettings, strategy: Strategy, steps: int | None) -> Pruner | None:
    if settings.pruner != AUTO:
        return pruner_of(settings.pruner, steps)[0]
    return pruner_of(NONE if settings.objectives else strategy.pruner, steps)[0]
