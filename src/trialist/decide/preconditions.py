"""What the playbook's checks forbid: variants whose searches are not fair cannot be compared."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from trialist.decide.recipes import Bar
from trialist.decide.searchwords import barred
from trialist.values.playbook import Check, Level
from trialist.values.verdict import Verdict, VerdictCode

_FORBIDS = (Level.EDGE, Level.UNEQUAL)
"""Levels that forbid a comparison whatever else a check says (playbook.md 1.7)."""

_ORDER = (
    *(Level.BUG, Level.INFEASIBLE, Level.INSTABILITY, Level.UNEQUAL),
    *(Level.EDGE, Level.OVERFITTING),
)
"""Most fundamental first: a mistake in the code explains the rest."""

_CURE = "`trialist next` proposes what to do."


def forbids(check: Check) -> bool:
    """Tell whether variants cannot be compared as long as this holds.

    That is what the check itself says, and every search that ended at the end of a range, found
    too little, or had other trials than the others.
    """
    return check.blocks or (check.level in _FORBIDS and not is_beside(check))


def is_beside(check: Check) -> bool:
    """Tell whether a check is about something that a verdict does not rest on.

    That is another objective than the goal metric, and a range that is itself what is asked about:
    where it ends limits what was learned of it, not whether the tuning was fair.
    """
    return bool(check.numbers.get("objective")) or check.numbers.get("role") == "scientific"


def bars_of_checks(
    checks: Iterable[Check], *, candidates: Sequence[str], baseline: str
) -> Mapping[str, Bar]:
    """Give what forbids a comparison with the baseline, by candidate; the others may be judged.

    Only checks of the two variants of a comparison count, and those of all variants.

    Args:
        checks: What the checks found.
        candidates: The variants that are compared with the baseline.
        baseline: The variant that the others are compared with.
    """
    found = sorted(filter(forbids, checks), key=_rank)
    bars = {name: _bar(_about(found, name, baseline), name, baseline) for name in candidates}
    return {name: bar for name, bar in bars.items() if bar is not None}


def leans(check: Check) -> bool:
    """Tell whether the best values of what a verdict rests on lean towards the end of a range."""
    return bool(check.numbers.get("leans")) and not is_beside(check)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bars:
    """What forbids comparisons, whatever the fresh runs say.

    Attributes:
        candidates: Bars of candidates, by name.
        losers: Bars of variants that cannot be called worse yet, by name: their best values lean
            towards the end of a range, and a wider one may change who is better.
    """

    candidates: Mapping[str, Bar] = field(default_factory=dict)
    losers: Mapping[str, str] = field(default_factory=dict)

    def of(self, verdict: Verdict) -> Bar | None:
        """Give what forbids a comparison; None where nothing does."""
        if verdict.variant in self.candidates:
            return self.candidates[verdict.variant]
        loser = _LOSES.get(verdict.name)
        name = "" if loser is None else getattr(verdict, loser)
        if name not in self.losers:
            return None
        return Bar(
            code=VerdictCode.NOT_COMPARABLE,
            lead=f"These cannot be compared yet ({verdict.variant} and {verdict.baseline})",
            why=f"{name} does worse, and {self.losers[name]}. {_CURE}",
        )

    def applied(self, verdicts: Iterable[Verdict]) -> tuple[Verdict, ...]:
        """Give verdicts with what is forbidden as not comparable."""
        pairs = ((verdict, self.of(verdict)) for verdict in verdicts)
        return tuple(one if bar is None else barred(one, bar) for one, bar in pairs)


_LOSES = {
    VerdictCode.IMPROVEMENT: "baseline",
    VerdictCode.RELEVANT_IMPROVEMENT: "baseline",
    VerdictCode.REGRESSION: "variant",
}
"""Who does worse by a verdict, as the name of its field."""


def bars_by(checks: Sequence[Check], *, candidates: Sequence[str], baseline: str) -> Bars:
    """Give what the checks of a study's searches forbid.

    Args:
        checks: What the checks found.
        candidates: The variants that are compared with the baseline.
        baseline: The variant that the others are compared with.
    """
    leaning: dict[str, list[str]] = {}
    for check in checks:
        if check.variant is not None and leans(check):
            leaning.setdefault(check.variant, []).append(_clause(check))
    return Bars(
        candidates=bars_of_checks(checks, candidates=candidates, baseline=baseline),
        losers={name: "; ".join(_lowered(said)) for name, said in leaning.items()},
    )


def _lowered(clauses: Iterable[str]) -> Iterator[str]:
    return (text[:1].lower() + text[1:] for text in clauses)


def with_preconditions(verdicts: Sequence[Verdict], checks: Iterable[Check]) -> tuple[Verdict, ...]:
    """Give the verdicts, those that a check forbids as not comparable.

    A comparison that is refused already stays refused: its reason is the more fundamental one.
    """
    known = tuple(checks)
    return tuple(_checked(verdict, known) for verdict in verdicts)


def _checked(verdict: Verdict, checks: Sequence[Check]) -> Verdict:
    if verdict.name in (VerdictCode.REFUSED, VerdictCode.NOT_COMPARABLE):
        return verdict
    bars = bars_of_checks(checks, candidates=(verdict.variant,), baseline=verdict.baseline)
    return barred(verdict, bars[verdict.variant]) if bars else verdict


def _about(checks: Iterable[Check], name: str, baseline: str) -> list[Check]:
    return [check for check in checks if check.variant in (None, name, baseline)]


def _rank(check: Check) -> int:
    return _ORDER.index(check.level) if check.level in _ORDER else len(_ORDER)


def _bar(checks: Sequence[Check], name: str, baseline: str) -> Bar | None:
    if not checks:
        return None
    said = dict.fromkeys(_clause(check) for check in checks)
    return Bar(
        code=VerdictCode.NOT_COMPARABLE,
        lead=f"These cannot be compared ({name} and {baseline})",
        why=f"{'; '.join(said)}. {_CURE}",
    )


def _clause(check: Check) -> str:
    """Give a check's sentence as a part of another one, with its level."""
    text = check.sentence.strip().rstrip(".") or check.check
    named = check.level.value in text
    return text if named else f"{text} ({check.level.value.replace('_', ' ')})"
