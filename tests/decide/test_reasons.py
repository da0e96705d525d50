from __future__ import annotations

import pytest

BASE = [0.950, 0.958, 0.947, 0.953, 0.944]
NAN = float("nan")


@pytest.mark.parametrize(
    ("baseline", "dropout", "paired", "reason"),
    [
        (BASE, [None, NAN], False, "dropout has no finished run"),
        ([None], [None], False, "dropout and baseline have no finished run"),
        ([0.1, None], [None, 0.2], True, "no seed has a finished run of both dropout and baseline"),
        ([0.1], [0.2], False, "there is no spread to judge the difference by"),
        ([0.1, 0.2], [0.2, 0.3], False, "two runs say too little about the noise"),
        ([0.5] * 5, [0.5] * 5, True, "every run gave the same value; the metric is deterministic"),
        (BASE, BASE, True, "dropout and baseline gave the same value at every seed"),
        (BASE, [x + 0.01 for x in BASE], True, "the difference is the same in every pair"),
        ([0.5] * 5, [0.6] * 5, False, "each variant gave one value in all its runs"),
        (BASE, BASE[::-1], False, "no difference is not ruled out"),
    ],
)
def test_says_why(judged, baseline, dropout, paired, reason):
    case = judged({"baseline": baseline, "dropout": dropout}, paired=paired)
    assert case.verdict.reason.startswith(reason)


def test_an_inconclusive_verdict_names_what_is_left(judged):
    case = judged({"baseline": BASE, "dropout": BASE[::-1]}, relevant=0.0001)
    assert case.verdict.reason == "neither no difference nor a relevant improvement is ruled out"


def test_an_answer_needs_no_reason(judged):
    case = judged({"baseline": BASE, "dropout": [x + 1 for x in reversed(BASE)]})
    assert case.verdict.reason is None
