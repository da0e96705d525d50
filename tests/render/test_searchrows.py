from trialist.render.searchrows import (
    claim_words,
    curve_note,
    curve_points,
    curve_rows,
    search_head,
    search_rows,
)
from trialist.values.evidence import Interval, Sample
from trialist.values.metric import Goal, Metric
from trialist.values.missing import Missing
from trialist.values.searches import BestOf, BestOfCurve, Claim, Searches, SearchSummary

ACCURACY = Metric(name="val/accuracy", goal=Goal.MAXIMIZE)
LOSS = Metric(name="val/loss", goal=Goal.MINIMIZE)
LOST = Missing("the winner was not run again")


def search(variant="adam", *, score=0.952, mean=0.939, **more):
    known = {"n_trials": 20, "n_lost": 0, "winner": "3"}
    gone = isinstance(mean, Missing)
    return SearchSummary(
        variant=variant,
        search="0",
        score=score,
        fresh=Sample(variant=variant, seeds=() if gone else (7,), values=() if gone else (mean,)),
        fresh_mean=mean,
        optimism=mean if gone else score - mean,
        **{**known, **more},
    )


def curve(variant="adam", *, ms=(1, 2, 3, 4, 5, 6), over="blocks", reason=""):
    points = tuple(
        BestOf(m=m, value=0.9 + m / 100, interval=Interval(low=0.89, high=0.99), n_groups=3)
        for m in ms
    )
    return BestOfCurve(variant=variant, over=over, points=points, reason=reason)


def searches(*curves, found=(), claim=Claim.NOTHING):
    return Searches(claim=claim, level=0.95, searches=found, curves=curves)


def test_a_search_is_a_row_rounded_by_the_gap():
    (row,) = search_rows([search(n_lost=2)], ACCURACY)
    assert row == ("adam", "0", "20, 2 lost", "3", "95.2", "93.9", "1", "+1.3")
    assert search_head(ACCURACY)[4:] == ("chosen at, points", "fresh mean", "n", "too high by")
    assert search_head(LOSS)[4:] == ("chosen at", "fresh mean", "n", "too low by")


def test_what_is_missing_is_a_dash_and_the_spread_of_scores_decides_the_digits():
    rows = search_rows([search(mean=LOST, winner=None), search(score=0.97, mean=LOST)], ACCURACY)
    assert rows[0][3:] == ("–", "95.2", "–", "0", "–")  # noqa: RUF001
    assert search_rows([search(score=LOST, mean=LOST)], ACCURACY)[0][4] == "–"  # noqa: RUF001


def test_a_name_that_all_searches_share_is_not_shown():
    rows = search_rows([search(), search("sgd")], ACCURACY)
    assert [row[1] for row in rows] == ["–", "–"]  # noqa: RUF001


def test_lost_fresh_runs_are_counted():
    fresh = Sample(variant="adam", seeds=(7,), values=(0.93,), n_diverged=1)
    one = SearchSummary(
        variant="adam",
        search="0",
        n_trials=3,
        n_lost=0,
        winner="1",
        score=0.95,
        fresh=fresh,
        fresh_mean=0.93,
        optimism=0.02,
    )
    assert search_rows([one], ACCURACY)[0][6] == "1, 1 lost"


def test_points_are_spread_over_the_longest_curve():
    found = searches(curve(ms=(1, 2)), curve("sgd", ms=tuple(range(1, 11))))
    assert curve_points(found, most=3) == (1, 5, 10)
    assert curve_points(searches(curve(ms=(1, 2))), most=3) == (1, 2)
    assert curve_points(searches(), most=3) == ()


def test_a_point_stands_with_its_interval():
    found = searches(curve(ms=(1,)), curve("sgd", ms=(1, 2)))
    assert curve_rows(found, ACCURACY, (1, 2)) == [
        ("adam", "91.0 [89.0, 99.0]", "–"),  # noqa: RUF001
        ("sgd", "91.0 [89.0, 99.0]", "92.0 [89.0, 99.0]"),
    ]


def test_a_point_without_an_interval_is_not_shown():
    bare = BestOf(m=1, value=0.9, interval=Missing("too few"), n_groups=1)
    found = searches(BestOfCurve(variant="adam", over="blocks", points=(bare,)))
    assert curve_rows(found, ACCURACY, (1,)) == [("adam", "–")]  # noqa: RUF001


def test_the_note_says_what_the_intervals_rest_on():
    said = curve_note(searches(curve(), curve("sgd", over="searches")))
    assert said.startswith(
        "95 % intervals over disjoint blocks of one search's trials or independent searches"
    )
    said = curve_note(searches(curve("sgd", ms=(), reason="2 trials are too few")))
    assert said == "None for sgd: 2 trials are too few."


def test_every_claim_has_its_words():
    said = {claim_words(searches(claim=claim)) for claim in Claim}
    assert len(said) == 3
