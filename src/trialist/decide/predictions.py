"""What became of what was predicted: by the verdict's interval, never by the estimate alone.

A prediction came true where the whole interval lies in the predicted range, did not where all of it
lies outside, and is open in between. Where the family's test has found a difference that the
interval, which holds for all comparisons at once, does not show, zero counts as ruled out: so a
prediction never says less than the verdict.
"""

from __future__ import annotations

from collections.abc import Sequence

from trialist.decide.digits import decimals_of
from trialist.decide.ruling import REJECTED
from trialist.values.evidence import Interval
from trialist.values.expectation import Expectation
from trialist.values.metric import Goal, Metric
from trialist.values.missing import Missing
from trialist.values.numbers import Unit, plain
from trialist.values.predictions import Outcome, Prediction, Tally
from trialist.values.verdict import Verdict, VerdictCode

_SAID = {
    Outcome.CAME_TRUE: "it came true",
    Outcome.DID_NOT: "it did not come true",
    Outcome.OPEN: "open",
}


def predictions_of(
    expectations: Sequence[Expectation], verdicts: Sequence[Verdict], metric: Metric
) -> tuple[Prediction, ...]:
    """Give what became of each expectation whose variant has a verdict.

    Args:
        expectations: As the plan registered them.
        verdicts: One per comparison.
        metric: What is measured.
    """
    by_name = {verdict.variant: verdict for verdict in verdicts}
    return tuple(
        _prediction(one, by_name[one.variant], metric)
        for one in expectations
        if one.variant in by_name
    )


def _prediction(expected: Expectation, verdict: Verdict, metric: Metric) -> Prediction:
    why = _undecided(verdict)
    interval = verdict.interval
    outcome = Outcome.OPEN
    if why is None and isinstance(interval, Interval):
        outcome = outcome_of(expected, interval, sign=_sign(verdict))
    return Prediction(
        expectation=expected,
        outcome=outcome,
        estimate=verdict.estimate,
        interval=interval,
        sentence=_sentence(expected, verdict, metric, outcome=outcome, why=why),
    )


def outcome_of(expected: Expectation, interval: Interval, *, sign: int = 0) -> Outcome:
    """Give what became of a prediction.

    Args:
        expected: The predicted range.
        interval: The interval of the difference, plus is better.
        sign: +1 or -1 where a test has found a difference of this sign, else 0.
    """
    low, high, is_open = expected.low, expected.high, expected.is_open
    if _is_within(interval, low, high, is_open=is_open, sign=sign):
        return Outcome.CAME_TRUE
    is_above = high is not None and _is_above(interval, high, strict=not is_open, sign=sign)
    is_below = low is not None and _is_below(interval, low, strict=not is_open, sign=sign)
    return Outcome.DID_NOT if is_above or is_below else Outcome.OPEN


def _is_within(
    interval: Interval, low: float | None, high: float | None, *, is_open: bool, sign: int
) -> bool:
    clears_low = low is None or _is_above(interval, low, strict=is_open, sign=sign)
    clears_high = high is None or _is_below(interval, high, strict=is_open, sign=sign)
    return clears_low and clears_high


def _is_above(interval: Interval, mark: float, *, strict: bool, sign: int) -> bool:
    if sign > 0 and mark <= 0:
        return True
    return interval.low > mark or (interval.low == mark and not strict)


def _is_below(interval: Interval, mark: float, *, strict: bool, sign: int) -> bool:
    if sign < 0 and mark >= 0:
        return True
    return interval.high < mark or (interval.high == mark and not strict)


def _sign(verdict: Verdict) -> int:
    if verdict.name not in REJECTED:
        return 0
    return -1 if verdict.name is VerdictCode.REGRESSION else 1


def _undecided(verdict: Verdict) -> str | None:
    """Say why a verdict decides no prediction at all; None where it may."""
    if isinstance(verdict.estimate, Missing):
        return verdict.estimate.reason
    if isinstance(verdict.interval, Missing):
        return verdict.interval.reason
    if isinstance(verdict.p_adjusted, Missing):
        return verdict.reason or "nothing was tested"
    return None if verdict.final else "the study is not finished"


def predicted_words(expected: Expectation, metric: Metric) -> str:
    """Give what is expected of a variant, after its name: "gains more than 0.5 points"."""
    low, high = expected.low, expected.high
    if expected.is_same:
        return f"makes no difference that matters (less than {_size(high, metric)})"
    if low is not None and high is not None:
        return _between(low, high, metric)
    if high is None:
        return _at_least(low or 0.0, metric, is_open=expected.is_open)
    return _at_most(high, metric, is_open=expected.is_open)


def _between(low: float, high: float, metric: Metric) -> str:
    unit = Unit.of(metric)
    verb, ends = ("loses", (-high, -low)) if high <= 0 else ("gains", (low, high))
    shown = " to ".join(plain(end * unit.factor + 0.0) for end in ends)
    return f"{verb} {shown} {unit.word}".rstrip()


def _at_least(low: float, metric: Metric, *, is_open: bool) -> str:
    size = _size(low, metric)
    if low == 0:
        return "helps" if is_open else "does not hurt"
    if low > 0:
        return f"gains more than {size}" if is_open else f"gains {size} or more"
    return f"loses less than {size}" if is_open else f"loses {size} at most"


def _at_most(high: float, metric: Metric, *, is_open: bool) -> str:
    size = _size(high, metric)
    if high == 0:
        return "hurts" if is_open else "does not help"
    if high < 0:
        return f"loses more than {size}" if is_open else f"loses {size} or more"
    return f"gains less than {size}" if is_open else f"gains {size} at most"


def _size(value: float | None, metric: Metric) -> str:
    unit = Unit.of(metric)
    return _with_word(plain(abs(value or 0.0) * unit.factor), unit)


def _with_word(shown: str, unit: Unit) -> str:
    return f"{shown} {unit.word.removesuffix('s') if shown == '1' else unit.word}".rstrip()


def _sentence(
    expected: Expectation, verdict: Verdict, metric: Metric, *, outcome: Outcome, why: str | None
) -> str:
    lead = f"You predicted that {expected.variant} {predicted_words(expected, metric)}"
    estimate, interval = verdict.estimate, verdict.interval
    if isinstance(estimate, Missing) or isinstance(interval, Missing):
        return f"{lead}: open, since {_tail(why)}."
    unit = Unit.of(metric)
    beside = [end for end in (expected.low, expected.high) if end is not None]
    decimals = decimals_of(verdict, metric, beside=beside)
    ends = f"{unit.show(interval.low, decimals)} to {unit.show(interval.high, decimals)}"
    plus = "" if metric.goal is Goal.MAXIMIZE else " where plus is better"
    found = f"{_with_word(unit.show(estimate, decimals), unit)} ({ends}){plus}"
    if not verdict.final:
        return f"{lead}; found {found} so far: open."
    if why is not None:
        return f"{lead}; found {found}: open, since {_tail(why)}."
    is_by_test = _by_test(outcome, expected, verdict, interval)
    by_test = ", by the test of the verdict" if is_by_test else ""
    return f"{lead}; found {found}: {_SAID[outcome]}{by_test}."


def _by_test(outcome: Outcome, expected: Expectation, verdict: Verdict, interval: Interval) -> bool:
    """Tell whether the interval alone would have left it open."""
    return bool(_sign(verdict)) and outcome is not outcome_of(expected, interval)


def _tail(reason: str | None) -> str:
    return (reason or "nothing was tested").rpartition(": ")[2].rstrip(".")


def tally_words(tally: Tally) -> str:
    """Give how many of a store's predictions came true; empty where there are none.

    Example:
        >>> tally_words(Tally(n_true=7, n_false=3, n_open=2))
        'In this store 7 of 12 predictions came true, 3 did not, 2 are open.'
    """
    if not tally.n:
        return ""
    if tally.n == 1:
        said = "came true" if tally.n_true else "did not come true" if tally.n_false else "is open"
        return f"In this store the only prediction {said}."
    pieces = [f"{tally.n_true} of {tally.n} predictions came true"]
    pieces += [f"{tally.n_false} did not"] if tally.n_false else []
    if tally.n_open:
        pieces.append(f"{tally.n_open} {'is' if tally.n_open == 1 else 'are'} open")
    return f"In this store {', '.join(pieces)}."
