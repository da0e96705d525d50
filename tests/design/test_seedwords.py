import numpy as np
import pytest

from trialist.design.seedplan import SeedQuestion, plan_seeds
from trialist.design.seedwords import further_sentences, needed_sentence, percent, refusal
from trialist.values.metric import Goal, Metric


def told(name="val/accuracy", **asked):
    asked = {"sd": 0.004, "relevant": 0.005, **asked}
    plan = plan_seeds(SeedQuestion(**asked), rng=np.random.default_rng(0))
    return plan, Metric(name=name, goal=Goal.MAXIMIZE, relevant=asked["relevant"])


def test_the_range_comes_first_and_the_spread_is_an_estimate():
    assert needed_sentence(*told(df=4)) == (
        "**8 to 26 seeds per variant** find a difference of 0.5 points in 80 % of cases: 12 if an "
        "SD of 0.40 points (4 degrees of freedom) were exact, but it is an estimate itself."
    )


def test_an_exact_spread_is_said_to_be_one():
    said = needed_sentence(*told("val/loss", paired=True))
    assert said == (
        "**8 seeds per variant** find a difference of 0.005 in 80 % of cases, if an SD of the "
        "paired differences of 0.0040 is exact."
    )


def test_without_a_relevant_difference_it_is_asked_for():
    plan, metric = told(relevant=None)
    assert needed_sentence(plan, metric).startswith("**Say which difference is worth having**")
    assert list(further_sentences(plan, metric)) == []
    assert refusal(plan, metric) is None


def test_a_claim_has_its_risks():
    *_, claim = further_sentences(*told(relevant=0.002, looks=(3,)))
    assert claim == (
        "With 3 seeds, judged once, a true difference of 0.2 points is found in 7.7 % of cases. Of "
        "the differences that are found then, 9.2 % have the wrong sign, and on average they are "
        "3.4 times as large as the true one."
    )
    *_, claim = further_sentences(*told(relevant=1e-9, looks=(3,)))
    assert "more than 100 times" in claim


def test_several_looks_say_when_they_end():
    *_, looks = further_sentences(*told(looks=(5, 8, 12)))
    assert looks.startswith("With looks at 5, 8, 12 seeds it is found in ")
    assert "seeds on average; where there is no difference" in looks


def test_a_refusal_has_its_cures():
    said = refusal(*told(relevant=0.002, looks=(5,)))
    assert said.startswith("**This plan cannot come out both ways:** with 5 seeds per variant")
    assert said.endswith(
        "For 80 %: 64 seeds per variant, or a relevant difference of 0.81 points, or pairs that "
        "correlate by 0.96 or more."
    )
    assert refusal(*told(looks=(12,))) is None


def test_one_point_is_no_points():
    assert "a difference of 1 point is found" in refusal(*told(relevant=0.01, looks=(1,)))
    assert "a difference of 0.2 points is found" in refusal(*told(relevant=0.002, looks=(1,)))


def test_a_refusal_without_a_cure_says_so():
    said = refusal(*told(relevant=1e-9, looks=(1,)))
    assert said.endswith("Ask for a larger difference, or make the runs less noisy.")
    assert "with 1 seed per variant" in said


def test_more_seeds_than_are_considered_are_not_counted():
    assert "**More than 100,000 seeds per variant**" in needed_sentence(*told(relevant=1e-7))
    assert "to more than 100,000 seeds" in needed_sentence(*told(relevant=0.00005, df=20))


@pytest.mark.parametrize(
    ("share", "words"),
    [(0.0, "0 %"), (1.0, "100 %"), (0.9949, "99 %"), (0.9962, "99.6 %"), (1e-9, "under 0.1 %"),
     (1 - 1e-9, "over 99.9 %"), (0.5, "50 %")],
)  # fmt: skip
def test_percent_never_says_never(share, words):
    assert percent(share) == words
