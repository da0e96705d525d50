"""The history of the baseline: what each round adopted, by how much, and what it showed."""

from __future__ import annotations

from trialist.render.amounts import estimate_amounts
from trialist.render.cells import visible
from trialist.render.markup import Markup
from trialist.render.reportdata import ReportData
from trialist.render.sections.page import bullets, paragraph, section, table
from trialist.values.baselinehistory import ENOUGH_SEEDS, BaselineRound
from trialist.values.evidence import Interval
from trialist.values.metric import Metric
from trialist.values.missing import Missing
from trialist.values.numbers import counted

_HEAD = ("round", "study", "adopted", "gain", "interval", "fresh seeds")
_MOST_CHANGES = 6


def rounds(data: ReportData) -> Markup:
    """Give the rounds of the line of work that this study belongs to; nothing without a history."""
    history = data.history
    if history is None:
        return Markup("")
    if not history.rounds:
        text = "No round has adopted anything yet: `trialist adopt` makes a winner the baseline."
        return section("History of the baseline", paragraph(text, class_="empty"), key="history")
    metric = data.results.metric
    rows = [_row(one, metric) for one in history.rounds]
    learned = [
        f"Round {one.number}: {visible(one.learned)}{_why(one)} {_changed(one)}"
        for one in history.rounds
    ]
    note = (
        "A gain is what the round's own verdict estimated; a configuration counts as validated on "
        f"{counted(ENOUGH_SEEDS, 'fresh seed')} or more of exactly it."
    )
    parts = [table(_HEAD, rows, texts=(1, 2, 5)), bullets(learned)]
    return section("History of the baseline", parts, paragraph(note, class_="note"), key="history")


def _row(one: BaselineRound, metric: Metric) -> tuple[str, ...]:
    return (
        str(one.number),
        visible(one.study) + (" (gone)" if one.is_gone else ""),
        f"{visible(one.variant)} for {visible(one.baseline)}",
        *_gain(one, metric),
        _seeds(one),
    )


def _changed(one: BaselineRound) -> str:
    changed = [visible(str(change)) for change in one.changes[:_MOST_CHANGES]]
    more = len(one.changes) - len(changed)
    changed += [f"and {more} more"] if more else []
    return f"Changed: {', '.join(changed) or 'nothing'}."


def _gain(one: BaselineRound, metric: Metric) -> tuple[str, str]:
    if one.estimate is None:
        return "-", "-"
    ends: Interval | Missing = Missing("the verdict gave none")
    if one.interval is not None:
        ends = Interval(low=one.interval[0], high=one.interval[1])
    amounts = estimate_amounts(one.estimate, ends, metric)
    return amounts.estimate, amounts.interval or "-"


def _seeds(one: BaselineRound) -> str:
    n = 0 if one.validation is None else one.validation.n
    return f"{n}, validated" if one.is_validated else f"{n}, not validated"


def _why(one: BaselineRound) -> str:
    return "" if one.reason is None else f" A person decided: {visible(one.reason)}."
