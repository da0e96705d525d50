from dataclasses import replace

import pytest

from trialist.decide.examples import basis_of, example_reason, refusal_lead
from trialist.values.evidence import Problem
from trialist.values.verdict import VerdictCode

ONE_EACH = {("base", 0): "1100" * 25, ("new", 0): "1111" * 25}


def shifted(shares, *, n=60):
    """Three runs a side whose errors move through the examples."""
    runs = {}
    for variant, share in shares.items():
        for seed in range(3):
            wrong = {(7 * k + 3 * seed) % n for k in range(round((1 - share) * n) + seed)}
            runs[variant, seed] = "".join("0" if k in wrong else "1" for k in range(n))
    return runs


def test_one_run_each_speaks_of_these_models(on_examples):
    found = on_examples(ONE_EACH).verdict
    assert found.name is VerdictCode.IMPROVEMENT
    assert "100 examples, these models)" in found.sentence
    assert found.notes[0].startswith("About these models")
    assert basis_of(found, found.examples) == "100 examples, these models"


def test_seeds_by_examples_speak_of_these_recipes(on_examples):
    found = on_examples(shifted({"base": 0.6, "new": 0.95})).verdict
    assert found.name is VerdictCode.IMPROVEMENT
    assert "3 + 3 seeds on 60 examples, these recipes" in found.sentence
    assert found.notes[0].startswith("About the recipes")


def test_paired_seeds_and_clusters_are_named(on_examples):
    runs = shifted({"base": 0.6, "new": 0.9})
    found = on_examples(runs, paired=True, n_clusters=12).verdict
    assert basis_of(found, found.examples) == (
        "3 paired seeds on 60 examples in 12 clusters, these recipes"
    )


@pytest.mark.parametrize(
    ("runs", "lead", "reason"),
    [
        (
            {("base", s): "1100" for s in (0, 1)} | {("new", s): "1110" for s in (0, 1)},
            "**Two runs cannot answer this:**",
            "two runs never support a claim about a recipe",
        ),
        (
            {("base", s): "1100" for s in range(4)} | {("new", 0): "1110"},
            "**One run of new cannot answer this:**",
            "base has 4 runs, and one run of new says nothing",
        ),
        (
            {("base", 0): "1110"} | {("new", s): "1100" for s in range(4)},
            "**One run of base cannot answer this:**",
            "new has 4 runs, and one run of base says nothing",
        ),
        (
            {("base", 0): "1100", ("new", 0): "1100"},
            "**Nothing tells them apart:**",
            "new and base are right and wrong on the same examples",
        ),
        (
            {("base", 0): ["0.5", "0.7"], ("new", 0): ["0.5", "0.7"]},
            "**Nothing tells them apart:**",
            "new and base gave equal values",
        ),
        (
            {("base", 0): ["", "1"], ("new", 0): ["1", ""]},
            "**Nothing to compare:**",
            "no example has a value in every run of new and base",
        ),
        (
            {("base", 0): ["1", "1"], ("new", 0): ["1", ""]},
            "**Nothing to compare:**",
            "1 example has a value in every run of new and base",
        ),
    ],
)
def test_what_says_nothing_is_refused_with_its_reason(on_examples, runs, lead, reason):
    found = on_examples(runs).verdict
    assert found.name is VerdictCode.REFUSED
    assert found.sentence.startswith(lead)
    assert found.reason.startswith(reason)
    assert found.sentence.endswith(".")


def test_few_clusters_are_refused(on_examples):
    found = on_examples(ONE_EACH, n_clusters=3).verdict
    assert found.name is VerdictCode.REFUSED
    assert found.sentence == (
        "**These clusters cannot answer this:** 3 clusters of examples cannot speak for others: it "
        "takes 5 of similar size."
    )


def test_nan_is_not_comparable(on_examples):
    found = on_examples({("base", 0): ["1", "0", "1"], ("new", 0): ["1", "nan", "1"]}).verdict
    assert found.name is VerdictCode.NOT_COMPARABLE
    assert found.reason == "new has NaN or infinity on 1 example: '1'."
    assert found.notes == ()


def test_a_constant_difference_is_not_judged(on_examples):
    found = on_examples({("base", 0): ["0.5", "0.7"], ("new", 0): ["0.75", "0.95"]}).verdict
    assert found.name is VerdictCode.INCONCLUSIVE
    assert "**A constant difference cannot be judged:**" in found.sentence
    assert "the same on every example" in found.reason


def test_pairs_without_a_partner_say_so(on_examples):
    runs = {("base", s): "1100" for s in range(3)} | {("new", s): "1010" for s in range(3, 6)}
    found = on_examples(runs, paired=True).verdict
    assert found.sentence == "**Nothing to compare:** no seed has a run of both new and base."


def test_the_parts_are_those_of_the_sentence(on_examples):
    found = on_examples({("base", 0): "1100", ("new", 0): "1100"}).verdict
    assert refusal_lead(found, found.examples) == "Nothing tells them apart"


def test_not_finite_without_a_hint_still_says_why(on_examples):
    found = on_examples({("base", 0): ["1", "0", "1"], ("new", 0): ["1", "nan", "1"]})
    contrast = replace(found.contrasts["new"], hint=None)
    assert contrast.problem is Problem.NOT_FINITE
    assert example_reason(contrast, contrast.examples) == "an example has NaN"
