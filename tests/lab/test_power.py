import json

import pytest

import trialist
from trialist.values.errors import ConfigError, InsufficientDataError, TableError
from trialist.values.missing import Missing

RUNS = {"a": {0: 1.0, 1: 2.0, 2: 4.0}, "b": {0: 1.5, 1: 2.7, 2: 4.4}, "c": {0: 2.0, 1: 2.5, 2: 5.0}}


def test_a_known_spread_gives_a_range_of_seeds():
    report = trialist.power(sd=0.004, relevant=0.005, n_pilot=5)
    assert (report.seeds.low, report.seeds.point, report.seeds.high) == (8, 12, 26)
    assert report.sentence.startswith("**8 to 26 seeds per variant**")
    assert report.refusal is None
    assert "8 to 26 seeds per variant" in str(report)


def test_an_exact_spread_says_that_it_is_taken_for_one():
    report = trialist.power(sd=0.004, relevant=0.005)
    assert report.seeds.low == report.seeds.high == 12
    assert "taken as exact" in report.caveats[0]


def test_a_correlation_turns_runs_into_pairs():
    by_runs = trialist.power(sd=0.004, relevant=0.005, paired=True, correlation=0.5)
    by_pairs = trialist.power(sd=0.004, relevant=0.005, paired=True)
    assert by_runs.plan.rows == by_pairs.plan.rows
    assert "an equal seed number alone gives about 0" in by_pairs.caveats[1]


def test_a_pilot_has_a_spread_and_as_many_comparisons():
    report = trialist.power(RUNS, relevant=1.0)
    question = report.plan.question
    assert (question.df, question.n_comparisons) == (6, 2)
    assert trialist.power(RUNS, relevant=1.0, n_variants=1).plan.question.n_comparisons == 1


def test_runs_of_the_baseline_alone_are_a_pilot(tmp_path):
    path = tmp_path / "pilot.csv"
    path.write_text("variant,seed,acc\na,0,1.0\na,1,2.0\na,2,4.0\n")
    alone = trialist.power(path, relevant=1.0)
    assert alone.plan.question == trialist.power({"a": RUNS["a"]}, relevant=1.0).plan.question


def test_pairs_of_a_pilot_are_made_with_the_baseline():
    question = trialist.power(RUNS, relevant=1.0, paired=True).plan.question
    assert question.df == pytest.approx(4 / 1.25)
    assert question.sd < 1


def test_a_file_is_read_as_compare_reads_it(tmp_path):
    path = tmp_path / "pilot.csv"
    rows = "".join(f"{m},{s},{v},x\n" for m, by in RUNS.items() for s, v in by.items())
    path.write_text(f"model,seed,acc,data\n{rows}a,9,1.5,y\nb,9,,x\n")
    report = trialist.power(
        path, variant="model", metric="acc", where={"data": "x"}, relevant=1.0, seeds=10
    )
    assert report.plan.question.df == 6
    assert "1 of 10 runs gave no value" in report.caveats[-1]
    assert report.plan.ways.n == 10


def test_seeds_between_two_numbers_are_the_usual_looks():
    report = trialist.power(sd=1.0, relevant=1.0, seeds={"min": 5, "max": 20})
    assert report.plan.question.looks == (5, 8, 12, 20)
    assert report == trialist.power(sd=1.0, relevant=1.0, looks=(5, 8, 12, 20))


def test_a_plan_that_cannot_come_out_both_ways_is_refused():
    report = trialist.power(sd=0.004, relevant=0.001, seeds=5)
    assert report.refusal.startswith("**This plan cannot come out both ways:**")
    assert str(report).startswith("This plan cannot come out both ways:")


def test_values_beyond_one_are_no_fractions():
    percent = {"a": [91.0, 92.0, 91.5], "b": [92.0, 93.0, 92.2]}
    report = trialist.power(percent, metric="accuracy", relevant=0.1)
    assert not report.metric.is_fraction


def test_the_answer_is_plain_data():
    for report in (
        trialist.power(sd=0.004),
        trialist.power(sd=0.004, relevant=0.001, seeds={"min": 3, "max": 5}, n_pilot=4),
    ):
        found = report.to_dict()
        assert json.loads(json.dumps(found, allow_nan=False)) == found
    assert isinstance(trialist.power(sd=0.004).seeds, Missing)
    assert found["refusal"]
    assert found["sd_bounds"][0] < 0.004 < found["sd_bounds"][1]
    assert len(found["seeds"]) == 3


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({}, "no spread is given"),
        ({"sd": 0.0}, "sd is 0.0"),
        ({"sd": float("inf")}, "sd is inf"),
        ({"sd": 1.0, "correlation": 0.5}, "unpaired"),
        ({"sd": 1.0, "correlation": 1.0, "paired": True}, "not between -1 and 1"),
        ({"sd": 1.0, "n_pilot": 1}, "shows no spread"),
        ({"sd": 1.0, "relevant": 0.0}, "relevant is 0.0"),
        ({"sd": 1.0, "relevant": float("nan")}, "relevant is nan"),
        ({"sd": 1.0, "target": 0.2}, "the power is 0.2"),
        ({"sd": 1.0, "n_variants": 0}, "0 variants"),
        ({"sd": 1.0, "seeds": 0}, "do not increase from 1"),
        ({"sd": 1.0, "looks": (5, 5)}, "do not increase"),
        ({"sd": 1.0, "looks": (5, 8), "seeds": 8}, "both seeds and looks"),
        ({"sd": 1.0, "seeds": {"min": 5}}, "give min and a larger max"),
        ({"sd": 1.0, "seeds": {"min": 5, "max": 5}}, "give min and a larger max"),
        ({"data": RUNS, "sd": 1.0, "n_pilot": 3}, "sd and n_pilot and a pilot's runs"),
        ({"data": {"a": [1, 2], "b": [2, 3]}, "where": {"x": "y"}}, "no columns"),
        ({"data": [["variant", "acc"], ["a", 1], ["b", 2]], "paired": True}, "need a seed"),
    ],
)
def test_what_is_impossible_is_told(asked, words):
    with pytest.raises(ConfigError, match=words):
        trialist.power(asked.pop("data", None), **asked)


def test_all_mistakes_come_together():
    with pytest.raises(ConfigError) as caught:
        trialist.power(sd=-1.0, correlation=3.0, n_pilot=1)
    assert len(caught.value.mistakes) == 4


def test_a_pilot_without_spread_and_one_that_is_none_are_told(tmp_path):
    with pytest.raises(InsufficientDataError, match="no two runs"):
        trialist.power({"a": [1.0], "b": [2.0]})
    with pytest.raises(TableError, match="there is no file"):
        trialist.power(tmp_path / "none.csv")
