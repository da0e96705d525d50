"""All checks of the playbook on the searches of a study, the most important first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from trialist.analysis.boundary import boundary
from trialist.analysis.density import density
from trialist.analysis.equaltrials import equal_trials
from trialist.analysis.infeasible import infeasible_share
from trialist.values.playbook import Check, Level
from trialist.values.searchtable import SearchTable

_ORDER = (
    Level.BUG,
    Level.INFEASIBLE,
    Level.UNEQUAL,
    Level.EDGE,
    Level.INSTABILITY,
    Level.OVERFITTING,
    Level.SPARSE,
    Level.AT_LIMIT,
    Level.SUSPECT,
    Level.NOISY,
    Level.STILL_IMPROVING,
    Level.SATURATED,
    Level.NOTE,
    Level.UNDECIDED,
    Level.OK,
)


def checks_of(
    table: SearchTable,
    *,
    curves: Sequence[Check] = (),
    further: Sequence[Check] = (),
) -> tuple[Check, ...]:
    """Give what all checks say of a table of trials.

    Args:
        table: The trials of the searches, of a study that may still run.
        curves: What the training curves say.
        further: What else was found: importance, interactions.
    """
    found = (
        *infeasible_share(table),
        *equal_trials(table),
        *boundary(table),
        *density(table),
        *curves,
        *further,
    )
    return by_importance(found)


def by_importance(checks: Iterable[Check]) -> tuple[Check, ...]:
    """Give the checks in the order in which they should be acted on.

    First those that forbid a comparison, then by level: a mistake in the code before an unfair
    comparison, that before a wrong range, that before too few trials. Equals stay in their order.
    """
    return tuple(sorted(checks, key=lambda one: (not one.blocks, _ORDER.index(one.level))))
