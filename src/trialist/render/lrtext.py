"""A learning-rate range test in a terminal: the range, the curve, what other rules say."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from trialist.analysis.lrcurve import HELD_BY_ONE, HELD_BY_THREE, LrRange, LrSpan
from trialist.render.cells import table_lines, visible, wrapped
from trialist.render.style import TextStyle, sentence_lines
from trialist.values.missing import Missing

_HEIGHT = 10
_LABEL = 8
_WIDEST = 72


@dataclass(frozen=True, slots=True, kw_only=True)
class LrFound:
    """What the range tests of a variant have found.

    Attributes:
        study: The study's name.
        variant: The variant's.
        optimizer: Its optimizer's name.
        batch_size: Examples per step.
        key: The configuration's key that holds the learning rate; None where it is fixed.
        seeds: The seed of each test.
        tests: What each one found.
        span: The range over all; missing where they cannot say.
        todo: What to do then; else empty.
    """

    study: str
    variant: str
    optimizer: str
    batch_size: int
    key: str | None
    seeds: tuple[int, ...]
    tests: tuple[LrRange, ...]
    span: LrSpan | Missing
    todo: str


def lr_text(found: LrFound, *, style: TextStyle, quiet: bool = False) -> str:
    """Give what was found as text; the answer comes first.

    Args:
        found: What was found.
        style: Width and color.
        quiet: True for the sentence only.
    """
    blocks = [_answer(found, style)]
    if not quiet:
        blocks += [
            [style.dim(line) for line in wrapped(_setup(found), style.width)],
            lr_figure(found.tests[0], found.span, width=min(style.width, _WIDEST)),
            _table(found, style),
            _remarks(found, style),
        ]
    return style.finish("\n\n".join("\n".join(block) for block in blocks if block) + "\n")


def _answer(found: LrFound, style: TextStyle) -> list[str]:
    if isinstance(found.span, Missing):
        text = f"**No range:** {found.span.reason}. To do: {found.todo}."
    else:
        name = found.key or "the learning rate"
        text = (
            f"**Search {name} from {_rate(found.span.low)} to {_rate(found.span.high)}:** "
            f"around {_rate(found.span.center)}, a tenth of the rate at which the loss was lowest."
        )
    return sentence_lines(text, style)


def _setup(found: LrFound) -> str:
    steps = [len(one.curve.rates) for one in found.tests]
    made = f"{min(steps)}" if min(steps) == max(steps) else f"{min(steps)} to {max(steps)}"
    named = "seed" if len(found.seeds) == 1 else "seeds"
    pieces = [
        f"{visible(found.variant)} of {visible(found.study)}",
        found.optimizer,
        f"batch size {found.batch_size:,}",
        f"{named} {', '.join(map(str, found.seeds))}",
        f"{made} of {found.tests[0].curve.steps} steps",
    ]
    return " · ".join(pieces)


def lr_figure(test: LrRange, span: LrSpan | Missing, *, width: int) -> list[str]:
    """Give the smoothed loss against the rate in characters, with the range below it.

    Args:
        test: What is drawn.
        span: The range that is marked; missing: none.
        width: Characters.
    """
    points = [
        (rate, loss)
        for rate, loss in zip(test.curve.rates, test.smoothed, strict=True)
        if math.isfinite(loss)
    ]
    if len(points) < 2:
        return []
    room = max(20, width - _LABEL - 2)
    first, last = points[0][0], points[-1][0]
    low, high = min(loss for _, loss in points), _ceiling([loss for _, loss in points])
    rows = [[" "] * room for _ in range(_HEIGHT)]
    for rate, loss in points:
        share = min(1.0, (loss - low) / (high - low)) if high > low else 0.0
        row = round((1 - share) * (_HEIGHT - 1))
        rows[row][_column(rate, first, last, room)] = "●"
    lines = [f"{'loss':>{_LABEL}}"]
    for place, cells in enumerate(rows):
        label = {0: f"{high:.3g}", _HEIGHT - 1: f"{low:.3g}"}.get(place, "")
        lines.append(f"{label:>{_LABEL}} │{''.join(cells)}".rstrip())
    lines.append(f"{'':>{_LABEL}} {_axis(span, first, last, room)}")
    lines.append(f"{'rate':>{_LABEL}}  {_ticks(first, last, room)}")
    return lines


def _ceiling(losses: Sequence[float]) -> float:
    """Give the top of the figure: an explosion is cut, so that the fall is seen."""
    lowest = min(losses)
    before = losses[: losses.index(lowest) + 1]
    return min(max(losses), max(before) + 0.5 * (max(before) - lowest))


def _column(rate: float, first: float, last: float, room: int) -> int:
    share = math.log(rate / first) / math.log(last / first)
    return round(min(1.0, max(0.0, share)) * (room - 1))


def _axis(span: LrSpan | Missing, first: float, last: float, room: int) -> str:
    cells = ["·"] * room
    if isinstance(span, LrSpan):
        ends = [_column(rate, first, last, room) for rate in (span.low, span.high)]
        for place in range(ends[0], ends[1] + 1):
            cells[place] = "─"
        cells[_column(span.center, first, last, room)] = "┼"
    return "│" + "".join(cells)


def _ticks(first: float, last: float, room: int) -> str:
    """Give the powers of ten that have room below the axis."""
    cells = [" "] * (room + 6)
    free = 0
    for power in range(math.ceil(math.log10(first) - 1e-9), math.floor(math.log10(last)) + 1):
        place, label = _column(10.0**power, first, last, room), f"1e{power}"
        if place >= free:
            cells[place : place + len(label)] = list(label)
            free = place + len(label) + 2
    return "".join(cells).rstrip()


def _table(found: LrFound, style: TextStyle) -> list[str]:
    rows = [["seed", "range", "center", "steepest", "valley", "largest stable"]]
    for seed, test in zip(found.seeds, found.tests, strict=True):
        others = [_rate(one) for one in (test.steepest, test.valley, test.stable)]
        rows.append([str(seed), *_cells(test.span), *others])
    lines = table_lines(rows, gap=3, n_words=2)
    return [style.dim(lines[0]), *lines[1:]]


def _cells(span: LrSpan | Missing) -> list[str]:
    if isinstance(span, Missing):
        return ["none", "-"]
    return [f"{_rate(span.low)} to {_rate(span.high)}", _rate(span.center)]


def _remarks(found: LrFound, style: TextStyle) -> list[str]:
    remarks = [
        f"seed {seed}: {test.span.reason}"
        for seed, test in zip(found.seeds, found.tests, strict=True)
        if isinstance(test.span, Missing) and isinstance(found.span, LrSpan)
    ]
    if isinstance(found.span, LrSpan):
        remarks.append(
            "This is where to search, not the rate to train with: a short sweep knows nothing of "
            "the end of a training. It holds for this batch size and this optimizer. On networks "
            "that the rule was not chosen on, the range of one test held the best rate of a grid "
            f"in {100 * HELD_BY_ONE:.0f} % of the cases, that of three in "
            f"{100 * HELD_BY_THREE:.0f} %."
        )
    return [line for text in remarks for line in wrapped(text, style.width)]


def _rate(value: float | Missing) -> str:
    return "-" if isinstance(value, Missing) else f"{value:.1e}"
