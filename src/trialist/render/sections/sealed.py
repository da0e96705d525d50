"""What was measured on the sealed test set, and how often it was opened."""

from __future__ import annotations

from trialist.render.amounts import spread_of
from trialist.render.cells import visible
from trialist.render.figures.phrases import listed
from trialist.render.markup import Markup
from trialist.render.reportdata import ReportData
from trialist.render.sections.page import bullets, paragraph, section, sentence, table
from trialist.render.statement import sample_words, unit_of
from trialist.values.evidence import Interval
from trialist.values.metric import Metric
from trialist.values.numbers import Unit, counted, decimals_for
from trialist.values.sealed import SealedResult
from trialist.values.verdict import VariantSummary


def sealed(data: ReportData) -> Markup:
    """Give what the opening showed; that it is still sealed; nothing where no test set is named."""
    found = data.results.test
    if found is not None:
        return section("Sealed test set", _parts(found), key="sealed-test")
    if data.plan is None or data.plan.test is None:
        return Markup("")
    text = "Still sealed: `trialist open-test` opens it, once, when nothing is chosen any more."
    return section("Sealed test set", paragraph(text, class_="empty"), key="sealed-test")


def _parts(found: SealedResult) -> list[Markup]:
    values = [value for one in found.variants for value in one.sample.values]
    metric = found.metric.seen(values)
    unit = f", {unit_of(metric)}" if unit_of(metric) else ""
    head = ("variant", "runs", f"{metric.name}{unit}", "sd", "95 %")
    rows = [_row(one, metric) for one in found.variants]
    parts = [sentence(found.sentence, class_="verdict"), table(head, rows, texts=(0, 1))]
    parts.append(paragraph(_opened(found)))
    return [*parts, bullets(map(visible, found.notes), class_="note")] if found.notes else parts


def _row(one: VariantSummary, metric: Metric) -> tuple[str, ...]:
    spread = spread_of(one, metric)
    ends = "-"
    if isinstance(one.interval, Interval):
        unit = Unit.of(metric)
        decimals = decimals_for(one.interval.half_width * unit.factor)
        low, high = (unit.show(end, decimals) for end in (one.interval.low, one.interval.high))
        ends = f"[{low}, {high}]"
    return visible(one.name), sample_words(one.sample), spread.mean, spread.sd, ends


def _opened(found: SealedResult) -> str:
    runs = counted(found.n_runs, "trained run")
    said = f"Opened {counted(found.opening, 'time')} in this store; {runs} were evaluated."
    if found.others:
        said += f" Opened before by {listed([visible(one) for one in found.others])}."
    if found.is_reused:
        said += " What was opened before is no test of this any more."
    if found.reason is not None:
        said += f" Opened again because: {visible(found.reason)}."
    return said
