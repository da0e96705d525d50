import pytest

from trialist.design.planpower import DetectableAt, PlanPower, power_of_plan
from trialist.design.protocol import build_plan
from trialist.stats.power import power_of_t
from trialist.values.metric import Goal, Metric
from trialist.values.missing import Missing
from trialist.values.prior import SpreadPrior
from trialist.values.study import SeedRange, Study


def plan(**changes):
    given_fields = {
        "trial": "train.py:train",
        "metric": Metric(name="val/accuracy", goal=Goal.MAXIMIZE),
        "config": {"lr": 0.1},
        "variants": {"baseline": {}, "high": {"lr": 0.2}},
    }
    return build_plan(Study(**{**given_fields, **changes}), code=(), trial="train.py:train")


@pytest.mark.parametrize("paired", [(), ("init",)])
@pytest.mark.parametrize("n_variants", [1, 4])
def test_the_difference_is_found_as_often_as_said(paired, n_variants):
    variants = {"baseline": {}} | {f"v{place}": {"lr": place} for place in range(n_variants)}
    found = plan(paired=paired, variants=variants)
    power = power_of_plan(found)
    for look, at in ((found.looks[0], power.first), (found.looks[-1], power.last)):
        alpha = look.thresholds[-1]
        assert at.n == look.n
        assert power_of_t(at.effect, at.n, paired=bool(paired), alpha=alpha) == pytest.approx(
            0.8, abs=1e-3
        )


def test_one_look_of_17_seeds_finds_one_sd():
    # statistics.md 2.2: 80 % power for one sigma takes 17 seeds per arm, unpaired
    assert power_of_plan(plan(seeds=17)).last.effect == pytest.approx(1.0, abs=0.01)


def test_more_seeds_find_less_and_more_comparisons_find_more():
    assert power_of_plan(plan(seeds=30)).last.effect < power_of_plan(plan(seeds=20)).last.effect
    many = {"baseline": {}, "a": {"lr": 1}, "b": {"lr": 2}, "c": {"lr": 3}}
    assert power_of_plan(plan(variants=many)).last.effect > power_of_plan(plan()).last.effect


def test_says_it_in_words():
    power = PlanPower(
        first=DetectableAt(n=5, effect=3.14), last=DetectableAt(n=20, effect=0.931), paired=False
    )
    assert power.sentence == (
        "With 20 seeds per variant, a difference of 0.93 seed SDs is found in 80 % of cases; "
        "the first look, at 5 seeds, takes 3.1."
    )


def test_names_the_unit_of_pairs():
    at = DetectableAt(n=8, effect=1.234)
    sentence = PlanPower(first=at, last=at, paired=True).sentence
    assert sentence == (
        "With 8 seeds per variant, a difference of 1.2 SDs of the paired differences is found in "
        "80 % of cases. At a correlation of 0.5 that unit is the seed SD, above 0.5 it is smaller."
    )


def test_one_seed_finds_nothing_and_says_so():
    power = power_of_plan(plan(seeds=1))
    assert isinstance(power.last.effect, Missing)
    assert power.sentence == (
        "With 1 seed per variant no difference can be found: one run has no spread."
    )


def test_a_first_look_that_cannot_reject_finds_nothing():
    power = power_of_plan(plan(seeds={"min": 1, "max": 5}))
    assert isinstance(power.first.effect, Missing)
    assert "the first look, at 1 seed, finds nothing" in power.sentence


@pytest.mark.parametrize("paired", [(), ("init",)])
def test_two_seeds_find_nothing_because_they_get_no_verdict(paired):
    power = power_of_plan(plan(seeds={"min": 2, "max": 20}, paired=paired))
    assert "the first look, at 2 seeds, finds nothing" in power.sentence
    power = power_of_plan(plan(seeds=2, paired=paired))
    assert power.sentence == (
        "With 2 seeds per variant no difference can be found: two runs of each get no verdict."
    )


def test_what_holds_at_any_time_finds_less_and_at_three_pairs_nothing():
    seeds = SeedRange(min=3, max=20)
    fixed, opened = (
        plan(seeds=20, paired=("init",)),
        plan(seeds=seeds, paired=("init",), looks="open"),
    )
    assert power_of_plan(opened).last.effect > power_of_plan(fixed).last.effect
    assert isinstance(power_of_plan(opened).first.effect, Missing)


def test_pooled_noise_finds_more_with_few_seeds():
    many = {"baseline": {}, "a": {"lr": 1}, "b": {"lr": 2}, "c": {"lr": 3}}
    for paired in ((), ("init",)):
        own = power_of_plan(plan(seeds=3, variants=many, paired=paired)).last.effect
        pooled = plan(seeds=3, variants=many, paired=paired, variance="pooled")
        assert power_of_plan(pooled).last.effect < own


def test_earlier_runs_let_two_seeds_find_something():
    found = build_plan(
        Study(
            trial="train.py:train",
            metric=Metric(name="val/accuracy", goal=Goal.MAXIMIZE),
            config={"lr": 0.1},
            variants={"baseline": {}, "high": {"lr": 0.2}},
            seeds=2,
            variance="history",
            history="spreads.csv",
        ),
        code=(),
        trial="train.py:train",
        prior=SpreadPrior(sd=1.0, df=20.0, n_groups=30),
    )
    assert 2.0 < power_of_plan(found).last.effect < 4.0
    assert isinstance(power_of_plan(plan(seeds=2)).last.effect, Missing)
