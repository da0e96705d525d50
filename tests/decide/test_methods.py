"""The methods paragraph: every number in it is the one in results.json."""

from __future__ import annotations

import json
import random
import re
from dataclasses import replace

import pytest

from trialist.decide.followup import family_of
from trialist.decide.methods import methods_of
from trialist.decide.procedure import procedure_of
from trialist.values.evidence import EffectSize, Examples, Interval, Sensitivity
from trialist.values.followup import FamilyMember, FamilyVerdict, Origin
from trialist.values.judging import Mode, Variance
from trialist.values.plan import Look
from trialist.values.prior import SpreadPrior
from trialist.values.replicate import Replicate
from trialist.values.results import Results
from trialist.values.verdict import VariantSummary

NAN = float("nan")
HASH = "sha256:3f9a12c4" + "0" * 56
SOURCES = {"shared": ("split", "order", "init"), "varied": ("order", "init", "train")}


def normal(n, mean=0.0, seed=0):
    rng = random.Random(seed)
    return [rng.gauss(mean, 1.0) for _ in range(n)]


def results_of(case, *, plan_hash=None, changes=None, deviations=(), **sources):
    """Give results with their paragraph; `changes` are made to the protocol that is described."""
    protocol = replace(case.protocol, **(changes or {}))
    results = Results(
        study="x",
        plan_hash=plan_hash,
        metric=protocol.metric,
        variants=case.summaries,
        comparisons=case.judgement.verdicts,
        deviations=deviations,
        protocol=procedure_of(protocol, **sources),
    )
    return replace(results, methods=methods_of(results, version="0.1.0"))


def text_of(case, **more):
    return results_of(case, **more).methods.plain


def followed(data, path):
    """Walk a path by hand: another way than the product's own."""
    found = data
    for name, index in re.findall(r"(\w+)|\[(\d+)\]", path):
        found = found[name] if name else found[int(index)]
    return found


def check(results):
    """Every digit of the paragraph stands in a part whose field holds that very number."""
    data = json.loads(json.dumps(results.to_dict(), allow_nan=False))
    factor = 100 if results.metric.is_fraction else 1
    for part in results.methods.parts:
        if part.field is None:
            assert not re.search(r"\d", part.text), part.text
            continue
        value = followed(data, part.field)
        if isinstance(value, str):
            assert part.text in value
        elif isinstance(value, list):
            assert int(part.text) == len(value)
        else:
            number = float(part.text.replace(",", ""))
            scales = {"comparisons[0].level": 100, "family.error_rate": 100}
            scale = {**scales, "metric.relevant": factor}.get(part.field, 1)
            assert number == pytest.approx(scale * value, rel=0.005)
    fields = data["methods"]["fields"]
    assert {one["field"] for one in fields} == {p.field for p in results.methods.parts} - {None}
    assert all(one["text"] in data["methods"]["text"] for one in fields)


def sequential(judged, looks):
    groups = {
        "baseline": normal(20),
        "dropout": normal(20, 1, seed=1),
        "wide": [NAN, None, *normal(18, seed=2)],
    }
    return judged(groups, looks=looks, paired=True, relevant=0.5)


def family(base, values, *, size):
    """Give a baseline and `size` variants, the k-th with `values(k)`."""
    return {"baseline": base, **{f"v{k}": values(k) for k in range(size)}}


CASES = {
    "two": ({"baseline": normal(10), "dropout": normal(10, seed=1)}, {}),
    "uneven": ({"baseline": normal(10), "dropout": normal(3, seed=1)}, {"registered": False}),
    "explored": (
        {"baseline": normal(10), "d{0}": normal(9, seed=1), "one": [1.0], "b 7": normal(8)},
        {"registered": False, "mode": Mode.EXPLORE, "relevant": 0.005},
    ),
    "many": (family(normal(10), lambda k: normal(10 - k % 3, seed=k), size=12), {}),
    "many_lost": (family(normal(9), lambda k: [NAN, *normal(8, seed=k)], size=9), {}),
    "nothing": (family([1.0], lambda _: [1.0], size=9), {}),
    "pairs": (family(normal(9), lambda k: normal(9 - k % 2, seed=k + 1), size=9), {"paired": True}),
}


@pytest.mark.parametrize("name", CASES)
def test_every_number_is_the_one_in_its_field(judged, name):
    groups, options = CASES[name]
    check(results_of(judged(groups, **options)))


def test_every_number_of_a_sequential_study_is_the_one_in_its_field(judged, looks):
    case = sequential(judged, looks)
    check(results_of(case, plan_hash=HASH, deviations=("code changed",), **SOURCES))


def test_a_sequential_study_reads_as_a_paper_does(judged, looks):
    assert text_of(sequential(judged, looks), plan_hash=HASH, **SOURCES) == (
        "2 variants (dropout and wide) were compared with baseline on val/accuracy (higher is "
        "better). The verdicts are about this recipe on this validation set. The results rest on "
        "these runs: 20 of baseline, 12 of dropout and 18 of wide. The plan (digest 3f9a12c4) was "
        "registered before the first run. Between seeds these random sources differ: order, init "
        "and train. Pairs were compared by a two-sided paired t test, because equal seeds share "
        "split, order and init in every variant (12 pairs for dropout and 18 pairs for wide). "
        "Looks were planned at 5, 8, 12 and 20 seeds per variant. The error rate is spent by the "
        "function power2: up to the look at n of N seeds, (n/N) squared of it. dropout was judged "
        "at look 3 of 4 (12 seeds), where p had to be at most 0.00596; wide was judged at look 4 "
        "of 4 (20 seeds), where p had to be at most 0.0382. The family has 2 comparisons; Holm's "
        "method keeps its two-sided error rate at 0.05. Intervals of differences are 95 % "
        "confidence intervals that hold over all looks and comparisons. Effect sizes are Hedges' "
        "g with intervals from the noncentral t distribution. A difference of 0.5 or more was "
        "called relevant before the first run. Runs without a value were counted, not replaced: "
        "1 of wide diverged and 1 of wide failed. Means, intervals and tests are about runs that "
        "train. Rates of lost runs were compared by Fisher's exact test, with intervals of "
        "Clopper and Pearson. Computed with trialist 0.1.0."
    )


def test_results_without_a_plan_say_so(judged):
    groups, options = CASES["uneven"]
    text = text_of(judged(groups, **options))
    assert "No plan was registered: the results were there before the analysis" in text
    assert "The results were judged once. The two-sided error rate is 0.05;" in text
    assert "too uneven for Welch's test (3 against 10 values)." in text
    assert "No smallest relevant difference was named" in text
    assert "Every run gave a value." in text


def test_exploration_says_so_and_names_what_was_not_tested(judged):
    groups, options = CASES["explored"]
    text = text_of(judged(groups, **options))
    assert "The comparisons are exploratory: over 3 comparisons, the method of Benjamini" in text
    assert "d{0} and b 7: means were compared by Welch's" in text
    assert "(9 against 10 values for d{0} and 8 against 10 values for b 7)" in text
    assert "one could not be tested (there is no spread to judge the difference by)." in text


def test_many_variants_are_counted_not_listed(judged):
    text = text_of(judged(CASES["many"][0]))
    assert text.startswith("12 variants were compared with baseline")
    assert "8 to 10 runs per variant" in text
    assert "(8 to 10 values on the smaller side)" in text
    assert "without a value were counted, not replaced, in many" in text_of(
        judged(CASES["many_lost"][0])
    )
    assert "Several variants could not be tested." in text_of(judged(CASES["nothing"][0]))
    assert "8 to 9 pairs" in text_of(judged(CASES["pairs"][0], paired=True))


def test_many_variants_at_several_looks_are_summed_up(judged, looks):
    groups = {"baseline": normal(20), **{f"v{k}": normal(20, k, seed=k) for k in range(9)}}
    results = results_of(judged(groups, looks=looks))
    assert re.search(r"The comparisons were judged at looks 1 to \d\.", results.methods.plain)
    check(results)


def test_many_variants_are_told_from_those_that_could_not_be_tested(judged):
    groups = {"baseline": normal(8), **{f"v{k}": normal(8, seed=k) for k in range(9)}, "one": [1.0]}
    text = text_of(judged(groups))
    assert "Many variants: means were compared by Welch's" in text
    assert "one could not be tested" in text


def test_before_the_first_look_there_is_none(judged, looks):
    case = judged({"baseline": normal(3), "dropout": normal(3)}, looks=looks, n_seen=3)
    results = results_of(case, plan_hash=HASH)
    assert "No look has been taken yet." in results.methods.plain
    check(results)


def test_deviations_are_counted(judged):
    case = judged(CASES["two"][0])
    one = text_of(case, plan_hash=HASH, deviations=("x",))
    two = text_of(case, plan_hash=HASH, deviations=("x", "y"))
    assert "1 deviation from the plan is recorded." in one
    assert "2 deviations from the plan are recorded." in two


def test_pairs_of_a_table_are_a_claim(judged):
    case = judged(CASES["two"][0], paired=True, registered=False)
    assert "because equal seeds were said to share their random sources by design" in text_of(case)


def test_earlier_studies_are_part_of_the_family(judged):
    results = results_of(judged(CASES["two"][0]), changes={"n_earlier": 2})
    assert (
        "The family has 3 comparisons, 2 of them from earlier studies; Holm's method keeps the "
        "two-sided error rate of the new ones below 0.05." in results.methods.plain
    )
    check(results)


def test_pooled_noise_is_dunnetts_test(judged):
    case = judged(CASES["two"][0])
    (verdict,) = case.judgement.verdicts
    case.judgement = replace(case.judgement, verdicts=(replace(verdict, test="Dunnett"),))
    declared = {"variance": Variance.POOLED, "n_earlier": 1}
    text = text_of(case, changes=declared)
    assert "because equal noise in all variants was declared before the first run (10" in text
    assert "Dunnett's p allows for all new ones at once" in text
    unregistered = text_of(case, changes={**declared, "registered": False})
    assert "equal noise in all variants was declared (10" in unregistered
    blocks = replace(verdict, test="block Dunnett", design="paired")
    case.judgement = replace(case.judgement, verdicts=(blocks,))
    assert "on the residuals of seeds by variants, because equal seeds share split" in text_of(
        case, changes=declared, **SOURCES
    )


def test_history_names_the_earlier_groups(judged):
    case = judged(CASES["two"][0])
    verdict = replace(case.judgement.verdicts[0], test="moderated t")
    case.judgement = replace(case.judgement, verdicts=(verdict,))
    assert "what noise to expect (10 against 10 values)" in text_of(case)
    prior = SpreadPrior(sd=0.01, df=12.5, n_groups=20)
    results = results_of(case, changes={"variance": Variance.HISTORY, "prior": prior})
    assert "20 groups, worth 12.5 degrees of freedom" in results.methods.plain
    check(results)


def test_an_open_study_is_judged_at_any_time(judged):
    case = judged(CASES["two"][0])
    verdict = replace(case.judgement.verdicts[0], test="safe t", interval_kind="at any time")
    case.judgement = replace(case.judgement, verdicts=(verdict,))
    looks = tuple(Look(n=n, thresholds=(0.05,)) for n in range(5, 11))
    results = results_of(case, changes={"looks": looks, "is_open": True})
    assert (
        "judged after every seed from 5 to 10, by a test that holds at any" in results.methods.plain
    )
    assert "intervals that hold at any time." in results.methods.plain
    check(results)
    paired = text_of(case, changes={"looks": looks, "is_open": True, "paired": True})
    assert "holds at any time, and pairs because equal seeds" in paired


def test_searches_are_named_as_what_is_repeated(judged):
    case = judged(CASES["two"][0], registered=False)
    verdict = replace(case.judgement.verdicts[0], replicate=Replicate.SEARCH)
    case.judgement = replace(case.judgement, verdicts=(verdict,))
    text = text_of(case)
    assert "The results rest on 10 searches of every variant." in text
    assert "because the searches are independent between variants" in text
    pairs = replace(verdict, test="paired t", design="paired")
    case.judgement = replace(case.judgement, verdicts=(pairs,))
    assert "because equal searches were said to share their design" in text_of(case)


def test_examples_are_counted_as_what_is_compared(judged):
    case = judged(CASES["two"][0])
    (verdict,) = case.judgement.verdicts
    ratio = EffectSize(name="odds ratio", value=1.3, interval=Interval(low=1.0, high=1.7))
    lone = replace(
        verdict,
        test="McNemar mid-p",
        n=1,
        n_variant=1,
        n_baseline=1,
        effect_size=ratio,
        examples=Examples(n=1000),
    )
    case.judgement = replace(case.judgement, verdicts=(lone,))
    results = results_of(case)
    assert "McNemar's two-sided mid-p test" in results.methods.plain
    assert "(1,000 examples)" in results.methods.plain
    assert "Effect sizes are odds ratios" in results.methods.plain
    check(results)
    runs = replace(verdict, test="crossed t", examples=Examples(n=1000, n_clusters=50))
    case.judgement = replace(case.judgement, verdicts=(runs,))
    results = results_of(case)
    assert "(10 and 10 runs on 1,000 examples in 50 clusters)" in results.methods.plain
    check(results)


def test_one_side_without_any_run_has_no_rates_to_compare(judged):
    case = judged({"baseline": [NAN, 1.0], "dropout": []})
    text = text_of(case)
    assert "1 of baseline diverged. Means, intervals and tests are about runs that train." in text
    assert "Fisher" not in text


def test_a_test_and_an_interval_without_words_of_their_own_are_named(judged):
    case = judged(CASES["two"][0])
    odd = replace(case.judgement.verdicts[0], test="a new test", interval_kind="odd")
    case.judgement = replace(case.judgement, verdicts=(odd,))
    results = results_of(case)
    assert "The test is: a new test (10 against 10 values)." in results.methods.plain
    assert "confidence intervals (odd)." in results.methods.plain


def test_scopes_that_differ_are_left_to_the_verdicts(judged):
    case = judged(CASES["explored"][0])
    first, *rest = case.judgement.verdicts
    verdicts = (replace(first, scope="these models"), *rest)
    case.judgement = replace(case.judgement, verdicts=verdicts)
    assert "The verdicts are about" not in text_of(case)


def test_sensitivity_analyses_are_named_as_such(judged):
    case = judged(CASES["two"][0])
    others = (Sensitivity(name="permutation", p=0.04), Sensitivity(name="new", p=0.4))
    verdict = replace(case.judgement.verdicts[0], sensitivity=others)
    case.judgement = replace(case.judgement, verdicts=(verdict,))
    text = text_of(case)
    assert "As sensitivity analyses, which decide nothing, permutation tests and new were" in text


def test_without_a_comparison_or_a_procedure_there_is_no_paragraph(judged):
    case = judged({"baseline": normal(5)})
    assert results_of(case).methods is None
    two = results_of(judged(CASES["two"][0]))
    assert methods_of(replace(two, protocol=None), version="0.1.0") is None


def test_the_paragraph_is_the_same_on_repeat(judged, looks):
    first, second = (results_of(sequential(judged, looks)).to_dict() for _ in range(2))
    assert json.dumps(first) == json.dumps(second)


def test_an_effect_size_that_is_missing_is_not_promised(judged):
    case = judged(CASES["nothing"][0])
    assert isinstance(case.summaries[0], VariantSummary)
    assert "Hedges" not in text_of(case)


def test_a_follow_up_says_how_often_all_its_verdicts_err(judged):
    results = results_of(judged(CASES["two"][0]), changes={"n_earlier": 1})
    (verdict,) = results.comparisons
    fields = {"plan_hash": HASH, "head": None, "mode": "confirm", "seeds": (0, 1)}
    first, again = (
        FamilyMember(study=name, verdicts=(FamilyVerdict.of(verdict),), **fields)
        for name in ("first", "again")
    )
    origin = Origin(members=(first,), used=(), next_seed=2)
    rate = "one or more of all 2 verdicts see a difference that is not there in 7.5 % of cases"
    for mode, words in (("confirm", f"first on new seeds; {rate}"), ("explore", "new seeds.")):
        family = family_of(origin, replace(again, mode=mode), alpha=0.05)
        full = replace(results, family=family)
        full = replace(full, methods=methods_of(full, version="0.1.0"))
        assert words in full.methods.plain
        check(full)
