"""The difference plot: each variant's interval, the zero line, and the zone that is too small."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import median

from trialist.render.amounts import difference_amounts
from trialist.render.csvdata import differences_csv
from trialist.render.figures.axis import Scale, span_of
from trialist.render.figures.canvas import (
    NARROW,
    WIDE,
    Sheet,
    axis_title,
    draw_horizontal,
    horizontal_axis,
    horizontal_height,
    label,
    line,
    svg,
)
from trialist.render.figures.figure import Figure
from trialist.render.figures.palette import VariantLook
from trialist.render.figures.phrases import listed, size_words
from trialist.render.figures.rows import Row, placed
from trialist.render.markup import Markup, el
from trialist.render.statement import level_words, relevant_words, unit_of, verdict_words
from trialist.values.evidence import Interval
from trialist.values.metric import Metric
from trialist.values.missing import Missing
from trialist.values.numbers import Unit
from trialist.values.results import Results
from trialist.values.verdict import Verdict

_TITLE = "Differences to the baseline"
_WIDEST = 6.0  # an interval wider than this many typical ones is cut, with an arrow


def differences_figure(results: Results, looks: Mapping[str, VariantLook]) -> Figure:
    """Give the figure of all comparisons; it is empty, with the reason, where none has a number."""
    verdicts = results.comparisons
    if all(isinstance(verdict.estimate, Missing) for verdict in verdicts):
        return Figure(name="differences", title=_TITLE, caption=_why_empty(results))
    caption = _caption(verdicts, results.metric)
    return Figure(
        name="differences",
        title=_TITLE,
        caption=caption,
        wide=_drawn(results, looks, WIDE, caption),
        narrow=_drawn(results, looks, NARROW, caption),
        csv=differences_csv(results),
    )


def _why_empty(results: Results) -> str:
    if not results.variants:
        return "No differences to show: no run has given a value yet."
    if not results.comparisons:
        return "No differences to show: there is one variant, and nothing to compare it with."
    reason = results.comparisons[0].estimate
    why = reason.reason if isinstance(reason, Missing) else "nothing could be estimated"
    return f"No differences to show: {why}."


def _drawn(results: Results, looks: Mapping[str, VariantLook], sheet: Sheet, about: str) -> Markup:
    verdicts, metric = results.comparisons, results.metric
    rows = [_row(verdict, looks[verdict.variant], metric, sheet) for verdict in verdicts]
    head = 0.0 if metric.relevant is None else sheet.font + 14
    frame = placed(rows, sheet, top=head + 6)
    low, high = _range(verdicts, metric)
    scale = Scale(low=low, high=high, start=frame.start, end=frame.end)
    axis = horizontal_axis(scale, sheet.small)
    titles = axis_title(
        _axis_words(verdicts, metric), axis, sheet.small, frame.end - frame.start + 20
    )
    parts = draw_horizontal(axis, frame.bands, sheet.small, titles=titles)
    parts = _zone(scale, metric, frame.bands, sheet) + parts
    zero = scale.at(0.0)
    for upper, lower in frame.bands:
        parts.append(line(zero, upper, zero, lower, class_="zero", width=1.5))
    factor = Unit.of(metric).factor
    for verdict, middle in zip(verdicts, frame.middles, strict=True):
        parts += _interval(verdict, looks[verdict.variant], scale, middle, factor)
    height = frame.bottom + horizontal_height(sheet.small, len(titles))
    return svg(
        [*parts, *frame.texts],
        sheet=sheet,
        height=height,
        name="differences",
        title=_TITLE,
        about=about,
    )


def _axis_words(verdicts: Sequence[Verdict], metric: Metric) -> str:
    unit = f", {unit_of(metric)}" if unit_of(metric) else ""
    better = "" if metric.goal.sign > 0 else " (turned so that plus is better)"
    return f"difference in {metric.name} to {verdicts[0].baseline}{unit}{better}: right is better"


def _row(verdict: Verdict, look: VariantLook, metric: Metric, sheet: Sheet) -> Row:
    amounts = difference_amounts(verdict, metric)
    if isinstance(amounts, Missing):
        numbers = amounts.reason
    else:
        numbers = f"{amounts.estimate} {amounts.interval or 'no interval'}"
    return Row(
        name=verdict.variant,
        look=look,
        notes=(numbers, verdict_words(verdict)),
        height=26 if sheet.is_narrow else 52,
    )


def _range(verdicts: Sequence[Verdict], metric: Metric) -> tuple[float, float]:
    """Give the axis in shown units; an interval far wider than the others does not rule it."""
    factor = Unit.of(metric).factor
    estimates = [v.estimate * factor for v in verdicts if not isinstance(v.estimate, Missing)]
    pairs = [
        (v.estimate * factor, v.interval.half_width * factor)
        for v in verdicts
        if isinstance(v.interval, Interval) and not isinstance(v.estimate, Missing)
    ]
    values = [0.0, *estimates]
    if metric.relevant is not None:
        values += [-metric.relevant * factor, metric.relevant * factor]
    most = _WIDEST * median(half for _, half in pairs) if pairs else 0.0
    for estimate, half in pairs:
        values += [estimate - min(half, most), estimate + min(half, most)]
    return span_of(values)


def _zone(
    scale: Scale, metric: Metric, bands: Sequence[tuple[float, float]], sheet: Sheet
) -> list[Markup]:
    if metric.relevant is None:
        return []
    relevant = metric.relevant * Unit.of(metric).factor
    start, end = scale.at(-relevant), scale.at(relevant)
    zones = [
        el("rect", x=start, y=top, width=end - start, height=bottom - top, class_="zone")
        for top, bottom in bands
    ]
    words = f"smaller than {relevant_words(metric)}: not worth having"
    x = scale.start if sheet.is_narrow else start
    x = min(x, sheet.width - 330)
    key = el("rect", x=x, y=4, width=16, height=sheet.small, class_="zone")
    size = sheet.small
    return [*zones, key, label(words, x + 22, 3 + size * 0.9, size, class_="quiet")]


def _interval(
    verdict: Verdict, look: VariantLook, scale: Scale, y: float, factor: float
) -> list[Markup]:
    if isinstance(verdict.estimate, Missing):
        return []
    parts: list[Markup] = []
    if isinstance(verdict.interval, Interval):
        low, high = verdict.interval.low * factor, verdict.interval.high * factor
        start, end = scale.at(low), scale.at(high)
        parts.append(line(start, y, end, y, class_=look.color, width=3))
        parts.append(_end(start, y, look.color, cut=-1 if low < scale.low else 0))
        parts.append(_end(end, y, look.color, cut=1 if high > scale.high else 0))
    hollow = isinstance(verdict.interval, Missing)
    parts.append(look.marker(scale.at(verdict.estimate * factor), y, 13, hollow=hollow))
    return parts


def _end(x: float, y: float, color: str, *, cut: int) -> Markup:
    if not cut:
        return line(x, y - 6, x, y + 6, class_=color, width=2)
    tip, base = x + cut * 2, x - cut * 9
    path = f"M{tip:.1f} {y:.1f}L{base:.1f} {y - 6:.1f}L{base:.1f} {y + 6:.1f}Z"
    return el("path", d=path, class_=color, fill="currentColor")


def _caption(verdicts: Sequence[Verdict], metric: Metric) -> str:
    shown = [v for v in verdicts if isinstance(v.interval, Interval)]
    level = level_words(tuple(verdicts))
    kind = f"{level} interval".strip()
    if not shown:
        reason = verdicts[0].interval
        why = f": {reason.reason}" if isinstance(reason, Missing) else ""
        return f"There is an estimate without an interval (hollow mark){why}."
    if len(verdicts) == 1:
        return _alone(shown[0], metric, kind)
    groups = {
        "wholly on the better side of zero": [v.variant for v in shown if _side(v) > 0],
        "wholly on the worse side": [v.variant for v in shown if _side(v) < 0],
        "across zero": [v.variant for v in shown if _side(v) == 0],
    }
    said = [
        f"{len(names)} {'lies' if len(names) == 1 else 'lie'} {where} ({listed(names)})"
        for where, names in groups.items()
        if names
    ]
    sizes = sorted({verdict.n for verdict in shown})
    n = f"{sizes[0]}" if len(sizes) == 1 else f"{sizes[0]} to {sizes[-1]}"
    at = f" ({level})" if level else ""
    several = f"{shown[0].replicate.plural} per variant"
    unit = "pairs" if shown[0].design == "paired" else several
    return f"Of the {len(verdicts)} intervals{at}, {'; '.join(said)}; {size_words(n)} {unit}."


def _alone(verdict: Verdict, metric: Metric, kind: str) -> str:
    side, amounts = _side(verdict), difference_amounts(verdict, metric)
    where = {
        1: "lies wholly on the better side of zero",
        -1: "lies wholly on the worse side of zero",
        0: "reaches across zero",
    }[side]
    ends = "" if isinstance(amounts, Missing) else f" ({amounts.low} to {amounts.high})"
    n = f"{verdict.n} pairs"
    if verdict.design != "paired":
        n = f"{verdict.n_variant} + {verdict.n_baseline} {verdict.replicate.plural}"
    where += _against_zone(verdict, metric)
    return f"The {kind} of {verdict.variant}{ends} {where}; {size_words(n)}."


def _against_zone(verdict: Verdict, metric: Metric) -> str:
    interval, relevant = verdict.interval, metric.relevant
    if relevant is None or isinstance(interval, Missing):
        return ""
    if interval.low > relevant or interval.high < -relevant:
        return f", and beyond {relevant_words(metric)}"
    if -relevant < interval.low and interval.high < relevant:
        return ", and within the zone that is too small to matter"
    return ", and partly in the zone that is too small to matter"


def _side(verdict: Verdict) -> int:
    if isinstance(verdict.interval, Missing):
        return 0
    return 1 if verdict.interval.low > 0 else -1 if verdict.interval.high < 0 else 0
