"""The numbers behind each figure as CSV text, in the metric's own unit."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from trialist.render.cells import visible
from trialist.values.evidence import Interval
from trialist.values.missing import Missing
from trialist.values.results import Results


def csv_text(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Give `rows` under `head`; a missing number is an empty cell, floats keep all their digits.

    A text that a spreadsheet would run as a formula gets an apostrophe before it.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(head)
    for row in rows:
        writer.writerow([_cell(value) for value in row])
    return out.getvalue()


def _cell(value: object) -> object:
    if value is None or isinstance(value, Missing):
        return ""
    if not isinstance(value, str):
        return value
    text = visible(value)
    return f"'{text}" if text.startswith(("=", "+", "-", "@")) else text


def differences_csv(results: Results) -> str:
    """Give one row per comparison; estimates are oriented, plus is better."""
    head = ("variant", "baseline", "n", "estimate", "low", "high", "level", "p", "verdict")
    rows = []
    for verdict in results.comparisons:
        interval = verdict.interval if isinstance(verdict.interval, Interval) else None
        ends = (interval.low, interval.high) if interval is not None else (None, None)
        first = (verdict.variant, verdict.baseline, verdict.n, verdict.estimate)
        rows.append((*first, *ends, verdict.level, verdict.p, verdict.name.value))
    return csv_text(head, rows)


def seeds_csv(results: Results) -> str:
    """Give one row per run that gave a value."""
    rows = [
        (summary.name, seed, value)
        for summary in results.variants
        for seed, value in zip(summary.sample.seeds, summary.sample.values, strict=True)
    ]
    return csv_text(("variant", "seed", results.metric.name), rows)
