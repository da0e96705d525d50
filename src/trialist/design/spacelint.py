"""What is questionable in a round before it runs: unfair comparisons, odd ranges, small budgets."""

from __future__ import annotations

from trialist.design.budgetlint import BUDGET_RULES
from trialist.design.fairlint import FAIRNESS_RULES
from trialist.design.rangelint import RANGE_RULES
from trialist.design.round import Round
from trialist.values.lint import Lint, LintLevel
from trialist.values.searchplan import SearchPlan
from trialist.values.study import Study

_ORDER = tuple(LintLevel)


def lint(study: Study, search: SearchPlan) -> tuple[Lint, ...]:
    """Give what is questionable in a round, errors first.

    Hyperparameters are recognized by their names (`design.hyperparameters`); of a name that
    nobody knows nothing is said.

    Args:
        study: As it was written.
        search: The searches that it makes.

    References:
        Godbole et al. (2023), "Deep Learning Tuning Playbook".
    """
    asked = Round(study, search)
    rules = (*FAIRNESS_RULES, *RANGE_RULES, *BUDGET_RULES)
    found = [one for rule in rules for one in rule(asked)]
    return tuple(sorted(found, key=lambda one: _ORDER.index(one.level)))
