"""Parameters whose tuning made no difference: they can be fixed in the next round, for a caveat."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from trialist.design.tiers import tier_of
from trialist.search.importance import ENOUGH_TRIALS
from trialist.search.places import picked
from trialist.values.importance import Importance, Importances
from trialist.values.numbers import plain
from trialist.values.playbook import Change, Check, Level
from trialist.values.searchtable import SearchTable, SearchTrial
from trialist.values.space import Role

SHARE, MOST = 0.05, 0.5
"""Of all importance: the most that a parameter may have, and the most that its interval may reach.

Measured on the quadratic surface of `benchmarks/playbook` with four parameters, trial noise .03:
the two that matter are never called needless, one with a tenth of their weight (as much as the
noise) in 18 % of 50 searches with 32 trials and 44 % with 64, one with none in 38 and 74 %."""


def needless_checks(table: SearchTable, told: Sequence[Importances]) -> tuple[Check, ...]:
    """Give the nuisance parameters that mattered in no variant, each with the change to fix it.

    Only where 30 finished trials or more cover the space evenly. The learning rate is never among
    them: what is good depends on all that is changed later.

    Args:
        table: The trials of the searches.
        told: How much the parameters of each variant mattered.
    """
    found: dict[str, list[Importance | None]] = {}
    for one in told:
        needless = set(_needless(table, one))
        for parameter in one.parameters:
            is_one = parameter.parameter in needless
            found.setdefault(parameter.parameter, []).append(parameter if is_one else None)
    return tuple(
        _check(table, name, [one for one in rows if one is not None])
        for name, rows in found.items()
        if all(rows) and len(rows) == _n_arms(table, name)
    )


def _n_arms(table: SearchTable, name: str) -> int:
    return sum(any(one.name == name for one in arm.parameters) for arm in table.arms)


def _needless(table: SearchTable, told: Importances) -> Iterator[str]:
    if told.n < ENOUGH_TRIALS or picked(table, told.variant).n_adaptive:
        return
    own = {one.name: one for one in table.arm(told.variant).parameters}
    for one in told.parameters:
        parameter = own[one.parameter]
        is_asked = parameter.role is not Role.NUISANCE or parameter.shown != parameter.name
        if is_asked or tier_of(one.parameter) == 1:
            continue
        if one.share <= SHARE and one.interval.high <= MOST:
            yield one.parameter


def _check(table: SearchTable, name: str, known: Sequence[Importance]) -> Check:
    share, high = max(one.share for one in known), max(one.interval.high for one in known)
    best = _best(table, name)
    value = best.params[name]
    shown = plain(value) if isinstance(value, float) else str(value)
    number = value if isinstance(value, int | float) and not isinstance(value, bool) else None
    return Check(
        check="importance",
        level=Level.NOTE,
        subject=known[0].shown,
        n=sum(name in trial.params for trial in table.trials),
        numbers={"share": share, "high": high},
        sentence=(
            f"{known[0].shown} hardly mattered: {100 * share:.0f} % of the importance of all "
            f"parameters, {100 * high:.0f} % at most."
        ),
        suggestion=(
            f"Fix it in the next round, for example at {shown}, the best trial's: there are then "
            "more trials for what matters, and a caveat."
        ),
        change=Change(
            kind="fix_parameter", parameter=name, low=None if number is None else float(number)
        ),
    )


def _best(table: SearchTable, name: str) -> SearchTrial:
    sign = table.metric.goal.sign
    having = [one for one in table.trials if one.value is not None and name in one.params]
    return max(having, key=lambda one: sign * (one.value or 0.0))
