"""Trials that were ended early, in words: how many, and what that cost."""

from __future__ import annotations

from trialist.values.missing import Missing
from trialist.values.numbers import counted
from trialist.values.regret import Regret


def cut_words(rule: str, n_cut: int, n_trials: int, regret: Regret | Missing) -> str:
    """Give what a rule cut and what those show that it would have cut and that ran on.

    Args:
        rule: The rule's name.
        n_cut: The trials that it cut.
        n_trials: All trials that ended.
        regret: How often a would-be cut ended among the best.
    """
    said = f"{rule} ended {n_cut:,} of {counted(n_trials, 'trial')} early."
    if not n_cut:
        return said
    if isinstance(regret, Missing):
        return f"{said} What that cost was not measured: {regret.reason}."
    low, high = (f"{100 * end:.0f}" for end in (regret.interval.low, regret.interval.high))
    return (
        f"{said} {counted(regret.n_audited, 'further trial')} ran on in spite of the rule, drawn "
        f"to show what it costs: {regret.n_best:,} came among the best {regret.k} of their search. "
        f"95 % interval: {low} to {high} % of its cuts end one of the best."
    )
