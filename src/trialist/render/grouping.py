"""Many verdicts at a glance: names by what was found, where a sentence each would be too many."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from trialist.render.cells import visible, wrapped
from trialist.render.style import TextStyle
from trialist.values.verdict import Verdict, VerdictCode

MOST_SENTENCES = 12
"""From here on the sentences are in the report only; a text lists names by what was found."""

SIGNS = {
    VerdictCode.RELEVANT_IMPROVEMENT: "#",
    VerdictCode.IMPROVEMENT: "+",
    VerdictCode.REGRESSION: "-",
    VerdictCode.EQUIVALENT: "=",
    VerdictCode.NO_RELEVANT_IMPROVEMENT: "<",
    VerdictCode.INCONCLUSIVE: "?",
    VerdictCode.NOT_COMPARABLE: "x",
    VerdictCode.REFUSED: "x",
}
_WORDS = {
    VerdictCode.RELEVANT_IMPROVEMENT: "better by more than you asked for",
    VerdictCode.IMPROVEMENT: "better",
    VerdictCode.REGRESSION: "worse",
    VerdictCode.EQUIVALENT: "no difference that matters",
    VerdictCode.NO_RELEVANT_IMPROVEMENT: "not worth having",
    VerdictCode.INCONCLUSIVE: "the data does not show a difference",
    VerdictCode.NOT_COMPARABLE: "cannot be compared",
    VerdictCode.REFUSED: "cannot be answered",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The variants about which the same was found.

    Attributes:
        code: What was found.
        names: The variants.
    """

    code: VerdictCode
    names: tuple[str, ...]

    @property
    def words(self) -> str:
        """What was found, in words."""
        return _WORDS[self.code]


def groups_of(verdicts: Sequence[Verdict]) -> tuple[Group, ...]:
    """Give the variants by what was found, in the order of the codes; none is empty."""
    found = []
    for code in _WORDS:
        names = tuple(verdict.variant for verdict in verdicts if verdict.name is code)
        if names:
            found.append(Group(code=code, names=names))
    return tuple(found)


def grouped_lines(verdicts: Sequence[Verdict], style: TextStyle) -> list[str]:
    """Give a heading and one paragraph per group: what was found, how often, of which variants."""
    if not verdicts:
        return []
    n, baseline = len(verdicts), visible(verdicts[0].baseline)
    lines = [style.bold(f"{n} comparisons with {baseline}:")]
    for group in groups_of(verdicts):
        lead = f"{group.words} ({len(group.names)}):"
        body = wrapped(f"{lead} {', '.join(map(visible, group.names))}", style.width - 2)
        shown = style.verdict(lead, group.code.value)
        lines += ["  " + body[0].replace(lead, shown, 1), *(f"    {line}" for line in body[1:])]
        lines += [f"    {line}" for line in _reason_lines(verdicts, group, style)]
    return lines


def _reason_lines(verdicts: Sequence[Verdict], group: Group, style: TextStyle) -> list[str]:
    if group.code not in (VerdictCode.REFUSED, VerdictCode.NOT_COMPARABLE):
        return []
    reasons = Counter(one.reason for one in verdicts if one.name is group.code and one.reason)
    if not reasons:
        return []
    reason, n = reasons.most_common(1)[0]
    most = "" if n == len(group.names) else f" ({n} of {len(group.names)})"
    return wrapped(f"because{most}: {visible(reason)}", style.width - 4)
