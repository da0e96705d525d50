"""Every seed as a dot, with the mean and its interval; pairs are joined where there are pairs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from trialist.render.amounts import spread_of
from trialist.render.csvdata import seeds_csv
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
    polyline,
    svg,
    text_width,
)
from trialist.render.figures.figure import Figure
from trialist.render.figures.palette import VariantLook
from trialist.render.figures.phrases import listed, size_words, sizes
from trialist.render.figures.rows import Row, placed
from trialist.render.markup import Markup, el
from trialist.render.statement import replicate_of, sample_words, unit_of
from trialist.values.evidence import Interval
from trialist.values.metric import Metric
from trialist.values.missing import Missing
from trialist.values.numbers import Unit, counted
from trialist.values.replicate import Replicate
from trialist.values.results import Results
from trialist.values.verdict import VariantSummary

_TITLE = "Every seed"
_MOST_CROSSES = 6
_MOST_JOINED = 4  # more candidates than this are drawn without joining their pairs


def seeds_figure(results: Results, looks: Mapping[str, VariantLook]) -> Figure:
    """Give the figure of all runs; it is empty, with the reason, where no run gave a value."""
    if not any(summary.sample.n for summary in results.variants):
        caption = f"No seeds to show: {_why_none(results)}{_lost_words(results)}."
        return Figure(name="seeds", title=_title(results), caption=caption)
    caption = _caption(results)
    return Figure(
        name="seeds",
        title=_title(results),
        caption=caption,
        wide=_drawn(results, looks, WIDE, caption),
        narrow=_drawn(results, looks, NARROW, caption),
        csv=seeds_csv(results),
    )


def _title(results: Results) -> str:
    return "Every search" if _are_searches(results) else _TITLE


def _why_none(results: Results) -> str:
    if results.searches is not None:
        return "nothing may be compared, for want of fresh runs"
    return "no run has given a value yet"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Strip:
    """One strip of dots: a variant, and whether lines come from the strip above or go below."""

    summary: VariantSummary
    from_above: bool = False
    goes_below: bool = False


def _strips(results: Results) -> list[_Strip]:
    """Give the strips in order; a joined candidate stands below a copy of its baseline."""
    paired = {v.variant for v in results.comparisons if v.design == "paired"}
    if not paired or len(results.comparisons) > _MOST_JOINED:
        return [_Strip(summary=summary) for summary in results.variants]
    baseline = results.comparisons[0].baseline
    by_name = {summary.name: summary for summary in results.variants}
    strips = []
    for summary in results.variants:
        if summary.name == baseline:
            continue
        strips.append(_Strip(summary=by_name[baseline], goes_below=True))
        strips.append(_Strip(summary=summary, from_above=True))
    return strips


def _drawn(results: Results, looks: Mapping[str, VariantLook], sheet: Sheet, about: str) -> Markup:
    metric = results.metric
    strips = _strips(results)
    rows = [_row(strip, looks, metric) for strip in strips]
    frame = placed(rows, sheet, top=6)
    low, high = _range(results)
    lost = _lost_width(results, sheet)
    scale = Scale(low=low, high=high, start=frame.start, end=frame.end - lost)
    axis = horizontal_axis(scale, sheet.small)
    unit = f", {unit_of(metric)}" if unit_of(metric) else ""
    words = f"{metric.name}{unit} ({metric.goal.words})"
    titles = axis_title(words, axis, sheet.small, frame.end - frame.start + 20)
    parts = draw_horizontal(axis, frame.bands, sheet.small, titles=titles)
    above: dict[int | None, tuple[float, float]] = {}
    for strip, middle in zip(strips, frame.middles, strict=True):
        dots = _dots(strip, scale, middle, Unit.of(metric).factor)
        if strip.from_above:
            parts += _joins(above, dots, looks[strip.summary.name])
        parts += _bar(strip, looks[strip.summary.name], scale, middle, metric)
        parts += _circles(dots, looks[strip.summary.name])
        parts += _crosses(strip, scale.end, middle)
        above = {seed: place for seed, place in dots if seed is not None}
    if lost:
        x, y = scale.end + 22, frame.bottom + 6 + sheet.small
        parts.append(label("no value", x, y, sheet.small, class_="quiet"))
    if not sheet.is_narrow:
        parts += _separators(strips, rows, frame.middles, sheet)
    return svg(
        [*parts, *frame.texts],
        sheet=sheet,
        height=frame.bottom + horizontal_height(sheet.small, len(titles)),
        name="seeds",
        title=_title(results),
        about=about,
    )


def _row(strip: _Strip, looks: Mapping[str, VariantLook], metric: Metric) -> Row:
    spread = spread_of(strip.summary, metric)
    return Row(
        name=strip.summary.name,
        look=looks[strip.summary.name],
        notes=(
            f"mean {spread.mean}" + (f", SD {spread.sd}" if spread.sd != "-" else ""),
            sample_words(strip.summary.sample),
        ),
        height=64,
        joined=strip.from_above,
    )


def _separators(
    strips: Sequence[_Strip], rows: Sequence[Row], middles: Sequence[float], sheet: Sheet
) -> list[Markup]:
    """Give a line above each pair of strips but the first."""
    later = list(zip(strips, rows, middles, strict=True))[1:]
    tops = [middle - row.height / 2 for strip, row, middle in later if strip.goes_below]
    return [line(0, y, sheet.width, y, class_="axis", width=0.5) for y in tops]


def _range(results: Results) -> tuple[float, float]:
    factor = Unit.of(results.metric).factor
    values = [value * factor for summary in results.variants for value in summary.sample.values]
    low, high = span_of(values, margin=0.0)
    for summary in results.variants:
        if isinstance(summary.interval, Interval):  # a very wide interval is cut, with an arrow
            reach = 1.5 * (high - low)
            values.append(max(summary.interval.low * factor, low - reach))
            values.append(min(summary.interval.high * factor, high + reach))
    return span_of(values, margin=0.04)


Dots = list[tuple[int | None, tuple[float, float]]]


def _dots(strip: _Strip, scale: Scale, middle: float, factor: float) -> Dots:
    """Give a place to every run: beside each other where they would cover each other."""
    shift = 8.0 if strip.goes_below else -8.0
    sample = strip.summary.sample
    taken: list[tuple[float, float]] = []
    dots: Dots = []
    step = 6.0 if strip.goes_below or strip.from_above else 9.0
    for seed, value in zip(sample.seeds, sample.values, strict=True):
        x = scale.at(value * factor)
        y = middle + shift
        for offset in (0.0, step, -step):
            if all(abs(x - a) > 9 or abs(y + offset - b) >= step for a, b in taken):
                y += offset
                break
        taken.append((x, y))
        dots.append((seed, (x, y)))
    return dots


def _circles(dots: Dots, look: VariantLook) -> list[Markup]:
    size = 9.0 if len(dots) <= 40 else 6.0
    parts = [look.marker(x, y, size) for _, (x, y) in dots]
    return [el("g", parts, opacity="0.8")]


def _lost_width(results: Results, sheet: Sheet) -> float:
    """Give the room at the right end for runs without a value; none where there are none."""
    most = max(summary.sample.n_lost for summary in results.variants)
    if not most:
        return 0.0
    words = text_width("no value", sheet.small)
    return 22 + max(words, 12.0 * min(most, _MOST_CROSSES))


def _crosses(strip: _Strip, start: float, middle: float) -> list[Markup]:
    """Give a cross for every run that diverged, and a hollow circle for every one that failed."""
    sample = strip.summary.sample
    y = middle + 8.0 if strip.goes_below else middle - 8.0
    kinds = [True] * sample.n_diverged + [False] * sample.n_failed
    parts = []
    for place, diverged in enumerate(kinds[:_MOST_CROSSES]):
        x = start + 28 + 12.0 * place
        if diverged:
            path = f"M{x - 4:.1f} {y - 4:.1f}l8 8m0 -8l-8 8"
            parts.append(el("path", d=path, class_="lost", stroke_width=2))
        else:
            parts.append(el("circle", cx=x, cy=y, r=4, class_="lost", stroke_width=1.5))
    return parts


def _joins(
    above: Mapping[int | None, tuple[float, float]], dots: Dots, look: VariantLook
) -> list[Markup]:
    return [
        polyline([above[seed], place], class_=look.color, width=1.2, opacity=0.55)
        for seed, place in dots
        if seed is not None and seed in above
    ]


def _bar(
    strip: _Strip, look: VariantLook, scale: Scale, middle: float, metric: Metric
) -> list[Markup]:
    """Give the mean and its interval, on the side of the dots where no line joins them."""
    summary, factor = strip.summary, Unit.of(metric).factor
    if isinstance(summary.mean, Missing):
        return []
    y = middle - 18 if strip.goes_below else middle + 18
    parts = []
    if isinstance(summary.interval, Interval):
        low, high = summary.interval.low * factor, summary.interval.high * factor
        start, end = scale.at(low), scale.at(high)
        parts.append(line(start, y, end, y, class_=look.color, width=3))
        for x, is_cut in ((start, low < scale.low), (end, high > scale.high)):
            if not is_cut:
                parts.append(line(x, y - 5, x, y + 5, class_=look.color, width=2))
    x = scale.at(summary.mean * factor)
    parts.append(line(x, y - 8, x, y + 8, class_=look.color, width=4))
    return parts


def _lost_words(results: Results) -> str:
    diverged = sum(summary.sample.n_diverged for summary in results.variants)
    failed = sum(summary.sample.n_failed for summary in results.variants)
    said = [f"{diverged} diverged"] * bool(diverged) + [f"{failed} failed"] * bool(failed)
    return f" ({', '.join(said)})" if said else ""


def _caption(results: Results) -> str:
    n = sizes([summary.sample.n for summary in results.variants])
    one = "one search, the mean of its winner's fresh runs" if _are_searches(results) else "one run"
    said = f"Each mark is {one} ({size_words(n)}); {_bar_words(results)}"
    if results.comparisons:
        said += f"; {_wins(results)}"
    lost = _lost_words(results)
    return (
        f"{said}. Runs without a value stand apart{lost}: crosses diverged, circles failed."
        if lost
        else f"{said}."
    )


def _are_searches(results: Results) -> bool:
    return replicate_of(results) is Replicate.SEARCH


def _bar_words(results: Results) -> str:
    if any(isinstance(summary.interval, Interval) for summary in results.variants):
        return "the bar is the mean with its 95 % interval"
    return "the upright stroke is the mean, and there is no interval"


def _wins(results: Results) -> str:
    """Give how often a candidate beats the baseline: its pair, or the baseline's mean."""
    said = [_wins_of(results, summary) for summary in results.variants]
    found = [words for words in said if words]
    return listed(found, most=3) if found else "no two variants can be set side by side"


def _wins_of(results: Results, summary: VariantSummary) -> str:
    verdict = results.verdicts.get(summary.name)
    if verdict is None:
        return ""
    base = next(other for other in results.variants if other.name == verdict.baseline)
    sign, name = results.metric.goal.sign, summary.name
    if verdict.design == "paired":
        partner = dict(zip(base.sample.seeds, base.sample.values, strict=True))
        pairs = [
            sign * (value - partner[seed])
            for seed, value in zip(summary.sample.seeds, summary.sample.values, strict=True)
            if seed in partner
        ]
        won = sum(difference > 0 for difference in pairs)
        return f"{name} is better in {won} of {counted(len(pairs), 'pair')}" if pairs else ""
    if isinstance(base.mean, Missing) or not summary.sample.n:
        return ""
    won = sum(sign * (value - base.mean) > 0 for value in summary.sample.values)
    runs = counted(summary.sample.n, "run")
    return f"{won} of {runs} of {name} are better than the mean of {base.name}"
