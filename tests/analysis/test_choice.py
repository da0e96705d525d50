import numpy as np
import pytest
from scipy import stats

from trialist.analysis.choice import assumptions_of, chosen, test_name
from trialist.analysis.sides import Sides
from trialist.stats.anytime import e_value
from trialist.values.judging import Variance
from trialist.values.metric import Goal, Metric
from trialist.values.plan import Look, Protocol
from trialist.values.prior import SpreadPrior

name_of = test_name  # pytest would collect it
del test_name

RNG = np.random.default_rng(0)
A, B = tuple(RNG.normal(size=5)), tuple(RNG.normal(1, 1, size=5))


def sides(a=A, b=B, *, paired=False):
    pairs = {k: y - x for k, (x, y) in enumerate(zip(a, b, strict=False))} if paired else {}
    return Sides(a=a, b=b, differences=pairs, paired=paired)


def protocol(**changes):
    plain = {
        "metric": Metric(name="val/loss", goal=Goal.MAXIMIZE),
        "variants": ("a", "b"),
        "baseline": "a",
        "looks": (Look(n=5, thresholds=(0.05,)),),
        "paired": False,
    }
    return Protocol(**{**plain, **changes})


@pytest.mark.parametrize(
    ("compared", "changes", "name"),
    [
        (sides(), {}, "Welch t"),
        (sides(paired=True), {}, "paired t"),
        (sides(b=B[:2]), {}, "pooled t"),
        (sides(a=(), b=()), {}, "Welch t"),
        (sides(), {"is_open": True}, "safe t"),
        (sides(paired=True), {"is_open": True}, "safe t"),
        (sides(), {"variance": Variance.HISTORY}, "moderated t"),
        (sides(), {"variance": Variance.POOLED}, "Dunnett"),
        (sides(paired=True), {"variance": Variance.POOLED}, "block Dunnett"),
    ],
)
def test_the_design_chooses_the_test(compared, changes, name):
    assert name_of(compared, protocol(**changes)) == name


@pytest.mark.parametrize("paired", [True, False])
def test_the_safe_t_gives_evidence_and_its_inverse_as_p(paired):
    done = chosen(sides(paired=paired), protocol(is_open=True))
    t = (stats.ttest_rel(B, A) if paired else stats.ttest_ind(B, A)).statistic
    assert done.e_value == pytest.approx(e_value(t, 5, None if paired else 5))
    assert done.test.p == pytest.approx(min(1.0, 1 / done.e_value))


def test_no_evidence_is_a_p_of_one():
    equal = chosen(sides(b=A[::-1]), protocol(is_open=True))
    assert equal.e_value < 1
    assert equal.test.p == 1.0


def test_a_heavy_prior_decides_about_the_noise():
    prior = SpreadPrior(sd=1.0, df=20.0, n_groups=30)
    plain = chosen(sides(), protocol()).test
    helped = chosen(sides(), protocol(variance=Variance.HISTORY, prior=prior)).test
    assert helped.df == pytest.approx(28)
    assert helped.estimate == pytest.approx(plain.estimate)
    pooled = stats.ttest_ind(B, A)
    own = pooled.statistic and (np.var(A, ddof=1) + np.var(B, ddof=1)) / 2
    assert helped.sd == pytest.approx(np.sqrt((20 + 8 * own) / 28))
    assert helped.se == pytest.approx(helped.sd * np.sqrt(2 / 5))


def test_what_a_test_rests_on_is_said():
    assert "assumes equal noise in both variants" in assumptions_of("safe t", paired=False)
    assert len(assumptions_of("safe t", paired=True)) == 2
    assert any("earlier runs" in said for said in assumptions_of("moderated t", paired=False))
    assert any("declares" in said for said in assumptions_of("block Dunnett", paired=True))


def test_a_prior_that_does_not_fit_is_not_used_and_says_so():
    prior = SpreadPrior(sd=1e-3, df=20.0, n_groups=30)
    done = chosen(sides(), protocol(variance=Variance.HISTORY, prior=prior))
    assert done.unassisted is not None
    assert done.test.p == pytest.approx(stats.ttest_ind(B, A).pvalue)
    assert not any("earlier runs" in said for said in done.assumptions)


def test_folds_are_judged_by_the_corrected_test():
    done = chosen(sides(paired=True), protocol(paired=True, folds=(20, 80)))
    differences = np.subtract(B, A)
    se = differences.std(ddof=1) * np.sqrt(1 / 5 + 20 / 80)
    assert done.test.se == pytest.approx(se)
    assert name_of(sides(paired=True), protocol(paired=True, folds=(20, 80))) == "corrected fold t"
    assert any("folds" in said for said in done.assumptions)
