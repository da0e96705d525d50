"""What was predicted beside what was found, for every form of the report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from trialist.decide.predictions import predicted_words, tally_words
from trialist.render.amounts import estimate_amounts
from trialist.render.cells import visible, wrapped
from trialist.render.reportdata import ReportData
from trialist.render.statement import level_words, unit_of
from trialist.render.style import TextStyle
from trialist.render.tablerows import NONE
from trialist.values.metric import Metric
from trialist.values.missing import Missing
from trialist.values.predictions import Outcome, Prediction
from trialist.values.results import Results

TITLE = "What was predicted"
NOTE = (
    "Registered before the first run. A prediction came true where the whole interval lies in the "
    "predicted range, and did not where all of it lies outside; the estimate alone decides nothing."
)
_OUTCOMES = {
    Outcome.CAME_TRUE: "came true",
    Outcome.DID_NOT: "did not come true",
    Outcome.OPEN: "open",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PredictionRow:
    """One prediction's cells as texts."""

    variant: str
    predicted: str
    found: str
    interval: str
    outcome: str

    @property
    def cells(self) -> list[str]:
        """The cells in the order of the table's columns."""
        return [self.variant, self.predicted, self.found, self.interval, self.outcome]


def prediction_rows(predictions: Sequence[Prediction], metric: Metric) -> list[PredictionRow]:
    """Give one row per prediction."""
    return [_row(one, metric) for one in predictions]


def _row(prediction: Prediction, metric: Metric) -> PredictionRow:
    found, interval = NONE, NONE
    if not isinstance(prediction.estimate, Missing):
        amounts = estimate_amounts(prediction.estimate, prediction.interval, metric)
        found, interval = amounts.estimate, amounts.interval or NONE
    return PredictionRow(
        variant=prediction.expectation.variant,
        predicted=predicted_words(prediction.expectation, metric),
        found=found,
        interval=interval,
        outcome=_OUTCOMES[prediction.outcome],
    )


def prediction_head(results: Results) -> list[str]:
    """Give the heads of the table's columns."""
    unit, level = unit_of(results.metric), level_words(results.comparisons)
    found = "difference" + (f", {unit}" if unit else "")
    return ["variant", "predicted", found, f"{level} interval".strip(), "outcome"]


def prediction_lines(data: ReportData, style: TextStyle) -> list[str]:
    """Give the predictions as lines of a terminal; none where nothing was predicted."""
    lines: list[str] = []
    for one in data.results.predictions:
        lines += wrapped(visible(one.sentence), style.width)
    if lines and data.tally.n:
        lines += wrapped(tally_words(data.tally), style.width)
    return lines
