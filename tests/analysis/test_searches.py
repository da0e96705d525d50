import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialist.analysis.searches import fresh_records, search_records, searches_of, trials_of
from trialist.analysis.trials import TrialRecord, TrialTable
from trialist.values.events import RunStatus
from trialist.values.metric import Goal
from trialist.values.missing import Missing


def row(trial, value, *, seed=None, fresh=False, variant="adam", search="0"):
    finished = RunStatus.FINISHED if value is not None else RunStatus.FAILED
    return TrialRecord(
        variant=variant,
        search=search,
        trial=trial,
        seed=seed,
        is_fresh=fresh,
        status=finished,
        value=value,
    )


def diverged(trial, *, seed=None, fresh=True):
    return TrialRecord(
        variant="adam",
        search="0",
        trial=trial,
        seed=seed,
        is_fresh=fresh,
        status=RunStatus.DIVERGED,
        value=None,
    )


def table(*rows):
    return TrialTable(metric="acc", records=rows)


def only(*rows, goal=Goal.MAXIMIZE):
    (found,) = searches_of(table(*rows), goal)
    return found


THREE = (row("1", 0.90), row("2", 0.95), row("3", 0.93))


def test_the_winner_is_the_best_trial_and_its_score_was_chosen():
    found = only(*THREE, row("2", 0.92, seed=5, fresh=True), row("2", 0.94, seed=4, fresh=True))
    assert (found.winner, found.score, found.n_trials) == ("2", 0.95, 3)
    assert (found.fresh.seeds, found.fresh.values) == ((4, 5), (0.94, 0.92))
    assert found.fresh_mean == pytest.approx(0.93)
    assert found.optimism == pytest.approx(0.02)


def test_where_lower_is_better_the_lowest_wins_and_too_low_is_too_good():
    found = only(*THREE, row("1", 0.92, fresh=True), goal=Goal.MINIMIZE)
    assert (found.winner, found.score) == ("1", 0.90)
    assert found.optimism == pytest.approx(0.02)


def test_of_equal_scores_the_one_that_was_run_again_won():
    rows = (row("1", 0.95), row("2", 0.95))
    assert only(*rows).winner == "1"
    assert only(*rows, row("2", 0.94, fresh=True)).winner == "2"


def test_fresh_runs_of_other_trials_are_left_out_and_counted():
    found = only(*THREE, row("2", 0.94, fresh=True), row("3", 0.99, fresh=True))
    assert (found.fresh.values, found.n_other) == ((0.94,), 1)
    lost = only(*THREE, row("3", 0.99, fresh=True))
    assert lost.fresh_mean == Missing("the fresh runs are of other trials than the winner")
    assert lost.optimism == lost.fresh_mean


def test_a_fresh_run_with_the_seed_of_the_choice_is_the_chosen_run_again():
    trials = [row(trial, value, seed=3) for trial, value in (("1", 0.9), ("2", 0.95))]
    found = only(*trials, row("2", 0.95, seed=3, fresh=True), row("2", 0.93, seed=4, fresh=True))
    assert (found.fresh.seeds, found.n_repeats) == ((4,), 1)
    nothing = only(*trials, row("2", 0.95, seed=3, fresh=True))
    assert nothing.fresh_mean == Missing(
        "the winner was run again only with the seed that it was chosen with"
    )


def test_seeds_that_other_trials_have_used_are_named():
    trials = [row("1", 0.9, seed=4), row("2", 0.95, seed=3)]
    found = only(*trials, row("2", 0.93, seed=4, fresh=True), row("2", 0.94, seed=9, fresh=True))
    assert found.shared_seeds == (4,)


def test_fresh_runs_that_name_no_trial_are_the_winners():
    found = only(*THREE, row(None, 0.94, fresh=True))
    assert found.fresh.values == (0.94,)
    unnamed = only(row(None, 0.9), row(None, 0.95), row(None, 0.93, fresh=True))
    assert (unnamed.winner, unnamed.score, unnamed.fresh_mean) == (None, 0.95, 0.93)


def test_lost_runs_are_counted():
    found = only(*THREE, row("4", None), row("2", None, fresh=True), diverged("2"))
    assert (found.n_trials, found.n_lost) == (4, 1)
    assert (found.fresh.n_failed, found.fresh.n_diverged) == (1, 1)
    assert found.fresh_mean == Missing("every fresh run of the winner was lost")


def test_a_search_without_a_value_has_no_winner():
    found = only(row("1", None))
    assert (found.winner, found.score) == (None, Missing("no trial gave a value"))
    assert found.fresh_mean == Missing("the winner was not run again")


def test_fresh_runs_alone_are_judged_without_their_score():
    found = only(row("2", 0.94, fresh=True), row("2", 0.92, fresh=True))
    assert found.score == Missing("the table has no trial of this search")
    assert found.fresh_mean == pytest.approx(0.93)
    assert found.optimism == found.score
    mixed = only(row("2", 0.94, fresh=True), row("3", 0.92, fresh=True))
    assert mixed.n_other == 2
    assert isinstance(mixed.fresh_mean, Missing)


def test_trials_come_by_number_where_all_have_one():
    assert [r.trial for r in trials_of([row("10", 1.0), row("9", 2.0)])] == ["9", "10"]
    assert [r.trial for r in trials_of([row("b", 1.0), row("a", 2.0)])] == ["b", "a"]


@given(st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(chance: random.Random):
    rows = [
        *[row(str(k), 0.9 + k / 100, seed=0, search=s) for k in range(4) for s in ("1", "2", "10")],
        *[row("3", 0.9, seed=seed, fresh=True, search="2") for seed in (7, 5, 6)],
    ]
    turned = chance.sample(rows, len(rows))
    assert searches_of(table(*turned), Goal.MAXIMIZE) == searches_of(table(*rows), Goal.MAXIMIZE)


def test_searches_come_by_number():
    rows = [row("1", 0.9, search=name) for name in ("10", "9", "b", "a")]
    found = searches_of(table(*rows), Goal.MAXIMIZE)
    assert [search.search for search in found] == ["9", "10", "a", "b"]


def test_fresh_runs_become_runs():
    found = only(
        *THREE,
        row("2", 0.92, seed=5, fresh=True),
        row("2", None, seed=6, fresh=True),
        diverged("2", seed=7),
    )
    runs = fresh_records(found)
    assert [(run.seed, run.status, run.value) for run in runs] == [
        (5, RunStatus.FINISHED, 0.92),
        (None, RunStatus.DIVERGED, None),
        (None, RunStatus.FAILED, None),
    ]


def test_a_search_is_one_value():
    rows = []
    for variant, names in (("adam", ("3", "4", "5")), ("sgd", ("4", "5"))):
        for name in names:
            rows.append(row("1", 0.95, variant=variant, search=name))
            lost = (variant, name) == ("adam", "5")
            for value in (None,) if lost else (0.92, 0.94):
                rows.append(row("1", value, fresh=True, variant=variant, search=name))
    rows.append(row("1", 0.95, variant="sgd", search="6"))
    runs = search_records(searches_of(table(*rows), Goal.MAXIMIZE))
    assert [(run.variant, run.seed, run.status.value) for run in runs] == [
        ("adam", 3, "finished"),
        ("adam", 4, "finished"),
        ("adam", 5, "failed"),
        ("sgd", 4, "finished"),
        ("sgd", 5, "finished"),
    ]
    assert runs[0].value == pytest.approx(0.93)


def test_searches_with_names_get_the_same_number_in_every_variant():
    rows = [
        one
        for variant in ("adam", "sgd")
        for name in ("north", "south")
        for one in (
            row("1", 0.95, variant=variant, search=name),
            row("1", 0.9, fresh=True, variant=variant, search=name),
        )
    ]
    runs = search_records(searches_of(table(*rows), Goal.MAXIMIZE))
    assert [(run.variant, run.seed) for run in runs] == [
        ("adam", 0),
        ("adam", 1),
        ("sgd", 0),
        ("sgd", 1),
    ]
