"""The evidence that two parameters interact, from the trials of each variant's searches."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

import numpy as np

from trialist.analysis.evenly import complete, evenly, levels_of, place_of, score_of
from trialist.stats.interaction import interactions as tested
from trialist.stats.interaction import least_n
from trialist.values.interaction import Interaction
from trialist.values.missing import Missing
from trialist.values.numbers import p_value
from trialist.values.playbook import Check, Level
from trialist.values.searchtable import SearchTable, SearchTrial
from trialist.values.space import Parameter

INTERACTION = "interaction"
"""The name of the check."""

_ALPHA = 0.05
_ADAPTIVE = "trials that were proposed with an eye on earlier ones were left out"


def interactions_of(table: SearchTable, *, rng: np.random.Generator) -> tuple[Interaction, ...]:
    """Give the evidence for every pair of a variant's numeric parameters.

    Only trials that cover the space evenly are read, and in which all of the parameters exist and
    are on. The p-values hold for all pairs of a variant together.

    Args:
        table: The trials of the searches.
        rng: For the orders of the permutation test.
    """
    return tuple(found for arm in table.arms for found in _of_variant(table, arm.variant, rng))


def interaction_checks(found: Sequence[Interaction]) -> tuple[Check, ...]:
    """Give a note for every pair with evidence: such parameters are tuned together."""
    return tuple(_check(one) for one in found if isinstance(one.p, float) and one.p <= _ALPHA)


def _of_variant(
    table: SearchTable, variant: str, rng: np.random.Generator
) -> Iterator[Interaction]:
    parameters = [one for one in table.arm(variant).parameters if _has_places(one)]
    done = complete(table.of(variant))
    even = evenly(done)
    rows, scores = _rows(table, parameters, even)
    caveat = _ADAPTIVE if len(even) < len(done) else ""
    pairs = list(combinations(parameters, 2))
    if not pairs:
        return
    n, least = len(rows), least_n(len(parameters))
    if n < least:
        reason = Missing(f"{n} trials that cover the space evenly, of {least} that it needs")
        for first, second in pairs:
            yield Interaction(
                variant=variant, first=first.shown, second=second.shown, n=n, share=reason,
                p=reason, caveat=caveat,
            )  # fmt: skip
        return
    for one in tested(np.array(rows), np.array(scores), rng=rng):
        yield Interaction(
            variant=variant,
            first=parameters[one.first].shown,
            second=parameters[one.second].shown,
            n=n,
            share=one.share,
            p=one.p,
            caveat=caveat,
        )


def _has_places(parameter: Parameter) -> bool:
    return parameter.is_numeric or bool(levels_of(parameter))


def _rows(
    table: SearchTable, parameters: Sequence[Parameter], trials: Sequence[SearchTrial]
) -> tuple[list[list[float]], list[float]]:
    rows, scores = [], []
    for trial in trials:
        places = [place_of(one, trial.params.get(one.name)) for one in parameters]
        row = [place for place in places if place is not None]
        if len(row) == len(parameters):
            rows.append(row)
            scores.append(score_of(table, trial))
    return rows, scores


def _check(found: Interaction) -> Check:
    share = found.share if isinstance(found.share, float) else 0.0
    p = found.p if isinstance(found.p, float) else 1.0
    caveat = f" ({found.caveat})" if found.caveat else ""
    return Check(
        check=INTERACTION,
        level=Level.NOTE,
        subject=f"{found.first}, {found.second}",
        variant=found.variant,
        n=found.n,
        numbers={"share": share, "p": p},
        sentence=f"The best {found.first} of {found.variant} depends on {found.second}: together "
        f"they explain {100 * share:.0f} % of what curves in each parameter leave "
        f"(p {_equals(p)}, {found.n} trials){caveat}.",
        suggestion=f"Tune {found.first} and {found.second} together; do not fix one of them.",
    )


def _equals(p: float) -> str:
    shown = p_value(p)
    return shown if shown.startswith("<") else f"= {shown}"
