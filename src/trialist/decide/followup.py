"""The family of a follow-up: which verdicts belong together, and how often they err together.

Each study of a chain was judged when its turn came, by the thresholds of all comparisons up to
then. Study k with n_k comparisons of its own, N_k with those before it, sees a difference that is
not there in at most alpha n_k / N_k of cases, since Holm's thresholds count the earlier comparisons
as never rejected. The first one spends alpha alone, so the whole chain errs in at most
alpha (1 + n_2 / N_2 + n_3 / N_3 + ...) of cases: more than alpha, and less than alpha per study.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import accumulate

from trialist.decide.wordlists import listed
from trialist.values.followup import Family, FamilyMember, FamilyVerdict, Origin
from trialist.values.judging import Mode
from trialist.values.missing import Missing
from trialist.values.numbers import counted, plain, series
from trialist.values.plan import Plan
from trialist.values.verdict import Verdict


def member_of(
    name: str, plan: Plan, verdicts: Sequence[Verdict], *, head: str | None
) -> FamilyMember:
    """Give a study as its family keeps it.

    Args:
        name: Its name in the store.
        plan: Its registered plan.
        verdicts: One per comparison.
        head: The digest of its log's last line; None where it is the one that is reported.
    """
    most = max((verdict.look.n for verdict in verdicts), default=0)
    return FamilyMember(
        study=name,
        plan_hash=plan.hash,
        head=head,
        mode=plan.mode.value,
        seeds=tuple(sorted(plan.seeds[:most])),
        verdicts=tuple(FamilyVerdict.of(verdict) for verdict in verdicts),
    )


def family_of(origin: Origin, own: FamilyMember, *, alpha: float) -> Family:
    """Give the family of a follow-up, with what it means for the error rate.

    Args:
        origin: The studies before it, as its log holds them.
        own: The follow-up itself.
        alpha: The error rate of each study.
    """
    members = (*origin.members, own)
    rate = _error_rate(members, alpha)
    return Family(
        members=members,
        n_comparisons=sum(len(member.verdicts) for member in members),
        error_rate=rate,
        statement=tuple(_statement(members, rate)),
    )


def _error_rate(members: Sequence[FamilyMember], alpha: float) -> float | Missing:
    explored = [member.study for member in members if member.mode == Mode.EXPLORE.value]
    if explored:
        return Missing(f"{listed(explored)} explored: no rate of errors holds for all of them")
    counts = [len(member.verdicts) for member in members]
    so_far = accumulate(counts)
    rate = alpha * sum(own / total for own, total in zip(counts, so_far, strict=True) if own)
    return math.ceil(1000 * rate - 1e-6) / 1000  # a bound is rounded up


def _statement(members: Sequence[FamilyMember], rate: float | Missing) -> list[str]:
    n = sum(len(member.verdicts) for member in members)
    named = listed([f"{member.study} ({_seeds(member)})" for member in members])
    own = members[-1].study
    said = [
        f"{counted(n, 'comparison')} in {len(members)} studies with different seeds: {named}.",
        (
            f"The verdicts of {own} meet the thresholds of all {n}; those before it met the "
            "thresholds of all until then."
        ),
    ]
    if isinstance(rate, Missing):
        said.append(f"{rate.reason[0].upper()}{rate.reason[1:]}.")
    else:
        said.append(
            f"One or more of all {n} see a difference that is not there in {plain(100 * rate)} % "
            "of cases at most."
        )
    return said


def _seeds(member: FamilyMember) -> str:
    if not member.seeds:
        return "no seeds yet"
    return f"seed{'s' if len(member.seeds) > 1 else ''} {series(member.seeds)}"


def caveats_of_origin(origin: Origin) -> tuple[str, ...]:
    """Give what limits a follow-up, as sentences."""
    parent = origin.members[-1].study
    said = [f"A follow-up of {parent}: the verdicts of {parent} were known when it was planned."]
    if origin.code:
        said.append(f"Not the same code as {parent}: {listed(origin.code)}.")
    if origin.beside:
        many = len(origin.beside) > 1
        said.append(
            f"{listed(origin.beside)} {'follow' if many else 'follows'} up {parent} too: "
            f"{'their' if many else 'its'} comparisons are not counted here."
        )
    return tuple(said)
