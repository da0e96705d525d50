import numpy as np
import pytest
from scipy import stats

from trialist.stats.crossed import crossed_mean, crossed_t
from trialist.values.errors import InsufficientDataError, MetricError

CELLS = [  # item noise shared by both, variant x example, seed shift (statistics.md 2.7)
    ("nothing", 0.0, 0.0),
    ("seed shift", 0.0, 0.08),
    ("variant x example", 0.5, 0.0),
    ("both", 0.5, 0.08),
    ("both, larger", 0.5, 0.16),
]


def drawn(rng, n_seeds, n_examples=1000, *, variant=0.0, shift=0.0):
    """Right and wrong answers of two equal recipes: a latent probit, about 89 % right."""
    items = 1.5 * rng.normal(size=n_examples)
    level = 1.23 * np.sqrt(1.5**2 + variant**2 + shift**2 + 1)
    sides = []
    for _ in range(2):
        latent = level + items + variant * rng.normal(size=n_examples)
        latent = latent + shift * rng.normal(size=(n_seeds, 1))
        latent = latent + rng.normal(size=(n_seeds, n_examples))
        sides.append((latent > 0).astype(float))
    return sides


def by_hand(a, b):
    """The formulas of statistics.md 3.7, one after the other."""
    n_examples = a.shape[1]
    of_examples = np.var(b.mean(axis=0) - a.mean(axis=0), ddof=1) / n_examples
    parts = [(np.var(y.mean(axis=1), ddof=1) / len(y), len(y) - 1) for y in (a, b)]
    of_both = 0.0
    for y in (a, b):
        rest = y - y.mean(axis=1, keepdims=True) - y.mean(axis=0) + y.mean()
        mean_square = (rest**2).sum() / ((len(y) - 1) * (n_examples - 1))
        of_both += mean_square / (len(y) * n_examples)
    of_seeds = sum(part for part, _ in parts)
    variance = of_examples + of_seeds - of_both
    lost = sum(part**2 / df for part, df in parts) + of_examples**2 / (n_examples - 1)
    t = (b.mean() - a.mean()) / np.sqrt(variance)
    return t, variance**2 / lost


def test_is_the_formula_of_the_specification():
    rng = np.random.default_rng(3)
    a, b = rng.normal(size=(3, 40)), rng.normal(size=(5, 40)) + rng.normal(size=(5, 1))
    found, (t, df) = crossed_t(a, b), by_hand(a, b)
    assert found.t == pytest.approx(t)
    assert found.df == pytest.approx(df)
    assert found.p == pytest.approx(2 * stats.t.sf(abs(t), df))
    assert found.estimate == pytest.approx(b.mean() - a.mean())


def test_swapping_the_sides_flips_the_sign_and_keeps_p():
    a, b = drawn(np.random.default_rng(0), 4, 200)
    one, other = crossed_t(a, b), crossed_t(b, a)
    assert one.estimate == pytest.approx(-other.estimate)
    assert one.p == pytest.approx(other.p)


def test_the_order_of_seeds_and_examples_does_not_matter():
    rng = np.random.default_rng(5)
    a, b = drawn(rng, 4, 200)
    order = rng.permutation(200)
    assert crossed_t(a[::-1][:, order], b[:, order]).p == pytest.approx(crossed_t(a, b).p)


def test_scaling_scales():
    rng = np.random.default_rng(6)
    a, b = rng.normal(size=(3, 50)), rng.normal(size=(4, 50))
    plain = crossed_t(a, b)
    for scale in (1e-150, 1e150):
        found = crossed_t(a * scale, b * scale)
        assert found.p == pytest.approx(plain.p)
        assert found.se == pytest.approx(scale * plain.se)


def test_equal_runs_leave_a_paired_t_over_examples():
    rng = np.random.default_rng(7)
    a, b = rng.normal(size=60), rng.normal(size=60)
    found = crossed_t(np.tile(a, (3, 1)), np.tile(b, (4, 1)))
    reference = stats.ttest_rel(b, a)
    assert found.p == pytest.approx(reference.pvalue)
    assert found.df == pytest.approx(59)
    assert found.sd == pytest.approx(0, abs=1e-12)
    assert found.shares.examples == pytest.approx(1)


def test_shares_say_where_the_noise_is():
    rng = np.random.default_rng(8)
    shifted = crossed_t(*(rng.normal(size=(5, 1)) + 0.1 * rng.normal(size=(5, 300)) for _ in "ab"))
    assert shifted.shares.seeds > 0.9
    one = shifted.shares
    assert one.examples + one.seeds + one.interplay == pytest.approx(1)


def test_the_variance_never_falls_to_nothing():
    # seeds whose means agree by chance: examples + seeds - both comes out below zero
    rng = np.random.default_rng(9)
    a, b = rng.normal(size=(3, 6)), rng.normal(size=(3, 6))
    a -= a.mean(axis=1, keepdims=True)
    b -= b.mean(axis=1, keepdims=True)
    a -= a.mean(axis=0) * 0.999
    b -= b.mean(axis=0) * 0.999
    found = crossed_t(a, b + 0.01)
    assert found.se > 0
    assert found.df >= 0.25


def test_one_recipe_has_the_same_noise():
    rng = np.random.default_rng(10)
    a = rng.normal(size=(4, 50)) + 2
    found = crossed_mean(a)
    assert found.estimate == pytest.approx(a.mean())
    assert 0 < found.se < 1


def test_clusters_of_one_example_change_nothing():
    a, b = drawn(np.random.default_rng(12), 3, 100, variant=0.5)
    clustered = crossed_t(a, b, clusters=np.arange(100))
    assert clustered.se == pytest.approx(crossed_t(a, b).se)


def test_examples_that_belong_together_count_less():
    rng = np.random.default_rng(13)
    sources = np.repeat(np.arange(20), 10)
    a = rng.normal(size=(3, 200)) + rng.normal(size=20)[sources]
    b = rng.normal(size=(3, 200)) + rng.normal(size=20)[sources]
    assert crossed_t(a, b, clusters=sources).se > 2 * crossed_t(a, b).se


@pytest.mark.parametrize(
    ("a", "b", "error", "words"),
    [
        (np.ones((2, 5)), np.ones((3, 5)), InsufficientDataError, "3 seeds, not 2"),
        (np.ones((3, 1)), np.ones((3, 1)), InsufficientDataError, "one example"),
        (np.ones((3, 5)), np.ones((3, 4)), MetricError, "5 and 4 examples"),
        (np.full((3, 5), np.nan), np.ones((3, 5)), MetricError, "NaN"),
        (np.full((3, 5), 0.1), np.full((3, 5), 0.3), InsufficientDataError, "without spread"),
        (np.zeros((3, 5)), np.zeros((3, 5)), InsufficientDataError, "without spread"),
    ],
)
def test_refuses_what_says_nothing(a, b, error, words):
    with pytest.raises(error, match=words):
        crossed_t(a, b)


@pytest.mark.parametrize("n_seeds", [3, 5, 10])
@pytest.mark.parametrize(
    ("variant", "shift"), [cell[1:] for cell in CELLS], ids=[c[0] for c in CELLS]
)
def test_errs_as_often_as_it_says(variant, shift, n_seeds):
    rng = np.random.default_rng(100 + n_seeds)
    n = 1000
    p = [crossed_t(*drawn(rng, n_seeds, variant=variant, shift=shift)).p for _ in range(n)]
    assert 0.01 <= np.mean(np.array(p) <= 0.05) <= 0.075  # statistics.md 3.9


def test_examples_alone_and_seeds_alone_do_not():
    rng = np.random.default_rng(21)
    examples, seeds = [], []
    for _ in range(200):
        a, b = drawn(rng, 10, variant=0.5, shift=0.16)
        examples.append(stats.ttest_rel(b.mean(axis=0), a.mean(axis=0)).pvalue)
        a, b = drawn(rng, 10, variant=0.5)
        seeds.append(stats.ttest_ind(b.mean(axis=1), a.mean(axis=1), equal_var=False).pvalue)
    assert np.mean(np.array(examples) <= 0.05) > 0.15
    assert np.mean(np.array(seeds) <= 0.05) > 0.1


def rows(rng, n_seeds, examples_over_seeds):
    """Three hundred examples whose noise has the given share of that of the seeds."""
    shift = rng.normal(size=(n_seeds, 1))
    of_example = np.sqrt(examples_over_seeds / n_seeds * 300) * rng.normal(size=300)
    return shift + of_example + 0.3 * rng.normal(size=(n_seeds, 300))


def test_three_pairs_do_not_err_more_often_than_they_say():
    rng = np.random.default_rng(8)
    p = np.array([crossed_mean(rows(rng, 3, 0.15)).p for _ in range(4000)])
    assert np.mean(p <= 0.05) <= 0.065  # with squared weights .077


def test_a_few_seeds_against_many_share_their_noise():
    rng = np.random.default_rng(9)
    a, b = rows(rng, 30, 0.0), rows(rng, 3, 0.0)
    found = crossed_t(a, b)
    expected = stats.ttest_ind(b.mean(axis=1), a.mean(axis=1))
    assert found.t == pytest.approx(expected.statistic, rel=0.02)
    assert 25 < found.df < 40
    p = [crossed_t(rows(rng, 30, 0.0), rows(rng, 3, 0.0)).p for _ in range(2000)]
    assert np.mean(np.array(p) <= 0.05) <= 0.065  # each side by its own noise .077
