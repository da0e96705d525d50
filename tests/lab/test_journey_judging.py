"""The ways of judging that a study may ask for, from the file to the verdict."""

from __future__ import annotations

import random

import pytest

import trialist
from trialist.values.errors import TrialistError

SPREADS = "group,sd,n\n" + "".join(f"g{k},{0.008 + 0.0004 * k},5\n" for k in range(12))


def test_an_open_study_is_judged_after_every_seed_and_may_be_extended(small):
    small(seeds="{min: 4, max: 5}\nlooks: open")
    first = trialist.run("study.yaml")
    assert first.finished
    verdict = first.verdicts["same"]
    assert verdict.test == "safe t"
    assert verdict.flags == ("anytime",)
    assert verdict.interval_kind == "at any time"
    assert verdict.look.of == (4, 5)
    assert verdict.to_dict()["e_value"] < 20
    assert verdict.p == pytest.approx(min(1.0, 1 / verdict.e_value))

    more = trialist.run("study.yaml", overrides=["seeds.max=9"])
    assert more.folder == first.folder
    assert more.verdicts["same"].n == more.verdicts["same"].look.n > 5
    assert any("raised on the way (5 to 9)" in caveat for caveat in more.results.caveats)
    assert more.results.deviations == ()
    assert trialist.verify("small").holds


def test_what_an_open_study_has_run_cannot_be_hidden_again(small):
    small(seeds="{min: 4, max: 6}\nlooks: open")
    trialist.run("study.yaml")
    with pytest.raises(TrialistError, match=r"seeds\.max can be raised, and it was 6, not 5"):
        trialist.run("study.yaml", overrides=["seeds.max=5"])


def test_an_open_study_is_no_longer_the_same_with_another_first_look(small):
    small(seeds="{min: 4, max: 5}\nlooks: open")
    trialist.run("study.yaml")
    with pytest.raises(TrialistError, match="looks at 4, 5 -> 3, 4, 5"):
        trialist.run("study.yaml", overrides=["seeds.min=3"])


def test_declared_equal_noise_is_judged_by_dunnett(small):
    small(seeds="{min: 4, max: 6}\nvariance: pooled")
    result = trialist.run("study.yaml")
    better = result.verdicts["better"]
    assert better.test == "block Dunnett"
    assert better.name.value == "relevant_improvement"
    assert any(note.startswith("Equal noise in all variants was declared") for note in better.notes)
    assert trialist.verify("small").holds


def test_earlier_runs_assist_where_they_are_named(small, tmp_path):
    (tmp_path / "spreads.csv").write_text(SPREADS, encoding="utf-8")
    small(seeds="{min: 2, max: 4}\nvariance: history\nhistory: spreads.csv", paired="[]")
    result = trialist.run("study.yaml")
    better = result.verdicts["better"]
    assert better.test == "moderated t"
    assert "assisted" in better.flags
    assert better.n == 2
    assert better.name.value == "relevant_improvement"
    assert trialist.verify("small").holds


def test_a_history_that_is_missing_or_short_is_refused(small, tmp_path):
    small(paired="[]", seeds="{min: 3, max: 8}\nvariance: history\nhistory: nowhere.csv")
    with pytest.raises(TrialistError, match=r"nowhere\.csv"):
        trialist.plan("study.yaml")
    (tmp_path / "nowhere.csv").write_text("group,sd,n\na,0.1,5\n", encoding="utf-8")
    with pytest.raises(TrialistError, match="10"):
        trialist.plan("study.yaml")


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ({"seeds": "10\nlooks: open"}, "seeds gives no range"),
        ({"seeds": "10\nlooks: sometimes"}, "looks is 'sometimes'"),
        ({"seeds": "10\nvariance: equal"}, "variance"),
        ({"seeds": "10\nhistory: a.csv"}, "history is not used"),
        ({"seeds": "{min: 3, max: 5}\nlooks: open\nvariance: pooled"}, "at any time"),
        ({"seeds": "{min: 3, max: 5}\nlooks: open\nmode: explore"}, "exploring is judged once"),
        (
            {"seeds": "10\nvariance: history\nhistory: a.csv", "paired": "[init]"},
            "not that of paired differences",
        ),
    ],
)
def test_what_does_not_fit_together_is_told_with_its_place(small, lines, words):
    small(**{"paired": "[]", **lines})
    with pytest.raises(TrialistError, match=words) as caught:
        trialist.plan("study.yaml")
    assert caught.value.mistakes[0].where.startswith("study.yaml:")


def groups(n, *, seed=0):
    rng = random.Random(seed)
    return {
        name: [rng.gauss(shift, 1) for _ in range(n)]
        for name, shift in (("baseline", 0), ("a", 3), ("b", 0))
    }


def test_results_are_judged_at_the_looks_that_somebody_had_planned():
    result = trialist.compare(groups(8), goal="maximize", looks=(5, 8, 12))
    verdict = result.verdicts["a"]
    assert (verdict.look.index, verdict.look.of) == (2, (5, 8, 12))
    assert verdict.interval_kind == "repeated"
    assert not result.verdicts["b"].final
    assert not result.finished


def test_a_look_that_nobody_planned_is_counted():
    verdict = trialist.compare(groups(9), goal="maximize", looks=(5, 8, 12)).verdicts["a"]
    assert (verdict.look.index, verdict.look.of) == (3, (5, 8, 9, 12))


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"looks": (5, 8)}, "the last look was to be at 8"),
        ({"looks": (8, 5)}, "do not increase"),
        ({"looks": "open"}, "are no whole numbers"),
        ({"looks": (5, 12), "mode": "explore"}, "exploring is judged once"),
        ({"variance": "history"}, "has no history"),
        ({"variance": "same"}, "variance is 'same'"),
    ],
)
def test_impossible_ways_of_judging_are_refused(options, words):
    with pytest.raises(TrialistError, match=words):
        trialist.compare(groups(9), goal="maximize", **options)


def test_pooled_noise_finds_more_where_the_noise_is_equal():
    data = groups(4, seed=3)
    plain = trialist.compare(data, goal="maximize").verdicts["a"]
    pooled = trialist.compare(data, goal="maximize", variance="pooled").verdicts["a"]
    assert pooled.test == "Dunnett"
    assert pooled.interval.half_width < plain.interval.half_width


FOLDS = {
    "baseline": {0: 0.90, 1: 0.92, 2: 0.89, 3: 0.91, 4: 0.93},
    "wide": {0: 0.91, 1: 0.95, 2: 0.91, 3: 0.94, 4: 0.94},
}


def test_folds_of_a_cross_validation_share_training_data():
    plain = trialist.compare(FOLDS, goal="maximize", paired=True).verdicts["wide"]
    folds = trialist.compare(FOLDS, goal="maximize", folds=(20, 80)).verdicts["wide"]
    assert folds.test == "corrected fold t"
    assert folds.estimate == pytest.approx(plain.estimate)
    wider = ((1 / 5 + 20 / 80) / (1 / 5)) ** 0.5
    assert folds.interval.half_width == pytest.approx(wider * plain.interval.half_width)
    assert "5 paired folds" in folds.sentence
    assert folds.scope == "these recipes on this data set"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"folds": (20,)}, "folds is 20"),
        ({"folds": (0, 80)}, "folds is 0,80"),
        ({"folds": (20, 80), "looks": (5, 10)}, "judged once"),
        ({"folds": (20, 80), "variance": "pooled"}, "judged once"),
    ],
)
def test_folds_that_cannot_be_used_are_refused(options, words):
    with pytest.raises(TrialistError, match=words):
        trialist.compare(FOLDS, goal="maximize", **options)


def test_folds_need_their_numbers():
    with pytest.raises(TrialistError, match="a seed for every run"):
        trialist.compare({"a": [1.0, 2.0], "b": [1.0, 3.0]}, goal="maximize", folds=(1, 4))


def test_a_plan_that_earlier_runs_show_to_be_one_sided_is_not_run(small, tmp_path):
    small(seeds="6")
    trialist.run("study.yaml")
    (tmp_path / "other.yaml").write_text(
        (tmp_path / "study.yaml")
        .read_text(encoding="utf-8")
        .replace("name: small", "name: other")
        .replace("relevant: 0.005", "relevant: 0.0005")
        .replace("seeds: 6", "seeds: 3"),
        encoding="utf-8",
    )
    with pytest.raises(TrialistError, match="cannot come out both ways") as caught:
        trialist.run("other.yaml")
    assert caught.value.exit_code == 1
    assert not (tmp_path / "experiments" / "other").exists()
    assert trialist.run("study.yaml").finished  # what is registered goes on
