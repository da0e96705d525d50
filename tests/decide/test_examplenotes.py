from dataclasses import replace

import numpy as np
import pytest

from trialist.decide.examplenotes import example_caveats, example_notes
from trialist.values.evidence import Interval
from trialist.values.verdict import VerdictCode


def text(n_right, n):
    return "1" * n_right + "0" * (n - n_right)


def numbers(rng, n_seeds, n=40, *, seed_sd=0.0, shift=0.0, variant="base"):
    values = shift + rng.normal(size=(n_seeds, n)) + seed_sd * rng.normal(size=(n_seeds, 1))
    return {(variant, seed): row.tolist() for seed, row in enumerate(values)}


def two(seed=0, **base):
    rng = np.random.default_rng(seed)
    return numbers(rng, 4, variant="base", **base) | numbers(rng, 4, variant="new", **base)


ALMOST = {("base", 0): text(50, 100), ("new", 0): "0" * 2 + text(50, 98)}


def test_discordant_examples_are_counted(on_examples):
    found = on_examples(ALMOST).verdict
    assert found.notes[1] == (
        "Only new is right on 2 examples, only base on 2; the other 96 do not tell them apart "
        "(McNemar's mid-p 1, exact p 1)."
    )


def test_right_and_wrong_in_clusters_have_no_exact_p(on_examples):
    found = on_examples(ALMOST, n_clusters=12).verdict
    assert found.notes[1].endswith("the other 96 do not tell them apart.")


def test_without_a_relevant_difference_it_asks_for_one(on_examples):
    one = on_examples(ALMOST).verdict.notes[-1]
    assert one.endswith("to learn how many more examples tell.")
    assert on_examples(two()).verdict.notes[-1].endswith("how many more examples or seeds tell.")


def test_says_where_the_noise_is(on_examples):
    notes = on_examples(two(seed_sd=2.0)).verdict.notes
    assert any(note.startswith("Of the noise in this difference 0 % comes from") for note in notes)


@pytest.mark.parametrize(
    ("runs", "relevant", "said"),
    [
        (ALMOST, 0.03, "About 400 more examples would tell whether it is worth 3 points."),
        (ALMOST, 0.01, "About 4,400 more examples would tell whether it is worth 1 point."),
        (ALMOST, 1e-6, "No affordable number of examples would tell whether it is worth 0.0001"),
        (two(), 0.19, "more examples, or 7 more seeds per variant, would tell"),
        (two(seed_sd=2.0), 1.5, "more seeds per variant would tell whether it is worth 1.5."),
        (two(seed_sd=0.5), 1e-3, "It would take more examples and more seeds to tell"),
    ],
)
def test_says_what_would_tell(on_examples, runs, relevant, said):
    found = on_examples(runs, relevant=relevant).verdict
    assert found.name is VerdictCode.INCONCLUSIVE
    assert said in found.notes[-1]


def test_enough_data_at_the_edge_are_called_so(on_examples):
    # 30 against 10 discordant of 1,000: 2 points, interval from .8 to 3.2, relevant 2.5
    runs = {("base", 0): "1" * 10 + text(0, 990), ("new", 0): "0" * 10 + text(16, 990)}
    found = on_examples(runs, relevant=0.015).verdict
    assert found.name is VerdictCode.INCONCLUSIVE
    assert "The noise is small enough to find 1.5 points in 4 of 5 cases" in found.notes[-1]


def test_a_family_says_once_what_holds_for_all(on_examples):
    runs = ALMOST | {("other", 0): "0" + text(50, 99)}
    found = on_examples(runs)
    assert not any(note.startswith("About") for one in found.verdicts for note in one.notes)
    caveats = example_caveats(found.protocol, found.verdicts)
    assert caveats[0].startswith("About these models")
    assert caveats[1].startswith("Say which difference is worth having")
    relevant = on_examples(runs, relevant=0.03)
    assert len(example_caveats(relevant.protocol, relevant.verdicts)) == 1


def test_one_comparison_and_none_that_was_tested_need_no_caveat(on_examples):
    one = on_examples(ALMOST)
    assert example_caveats(one.protocol, one.verdicts) == ()
    equal = on_examples({(name, 0): "1100" for name in ("base", "new", "other")})
    assert example_caveats(equal.protocol, equal.verdicts) == ()


def test_a_hint_stands_behind_a_refusal_and_within_a_verdict(on_examples):
    same = on_examples({("base", 0): "1100", ("new", 0): "1100"}).verdict
    assert "gave the same value on every example" in same.notes[0]
    left = on_examples({("base", 0): text(50, 100), ("new", 0): ["", *text(70, 99)]}).verdict
    assert left.notes[1] == "Left out: 1 example that new has no value for: '0'."


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("single", "is computed otherwise than the test"),
        ("simultaneous", "all comparisons at once"),
    ],
)
def test_says_why_an_interval_may_reach_past_zero(on_examples, kind, words):
    found = on_examples({("base", 0): text(50, 100), ("new", 0): text(90, 100)})
    across = replace(found.verdict, interval=Interval(low=-0.01, high=0.2), interval_kind=kind)
    contrast = found.contrasts["new"]
    notes = example_notes(across, contrast, contrast.examples, protocol=found.protocol)
    assert any(words in note for note in notes)
    assert not any(words in note for note in found.verdict.notes)


def test_a_refusal_without_a_hint_says_no_more(on_examples):
    found = on_examples(
        {("base", s): "1100" for s in (0, 1)} | {("new", s): "0110" for s in (0, 1)}
    )
    contrast = replace(found.contrasts["new"], hint=None)
    notes = example_notes(found.verdict, contrast, contrast.examples, protocol=found.protocol)
    assert notes == ()
