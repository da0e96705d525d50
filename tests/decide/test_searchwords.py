from dataclasses import replace

import pytest

from trialist.decide.recipes import bars_of, claim_of
from trialist.decide.searchwords import caveats_of_searches, optimism_words, told
from trialist.values.evidence import Sample
from trialist.values.metric import Goal, Metric
from trialist.values.missing import Missing
from trialist.values.searches import SearchSummary

ACCURACY = Metric(name="val/accuracy", goal=Goal.MAXIMIZE)
LOSS = Metric(name="val/loss", goal=Goal.MINIMIZE)
FIVE = (0.935, 0.941, 0.938, 0.944, 0.937)


def search(variant="adam", *, name="0", score=0.952, fresh=FIVE, **more):
    missing = Missing("the winner was not run again")
    mean = sum(fresh) / len(fresh) if fresh else missing
    sample = Sample(variant=variant, seeds=tuple(range(len(fresh))), values=tuple(fresh))
    known = {"n_trials": 20, "n_lost": 0, "winner": "3", "optimism": missing}
    return SearchSummary(
        variant=variant,
        search=name,
        score=score,
        fresh=sample,
        fresh_mean=mean,
        **{**known, **more},
    )


# how far the score lied


def test_the_optimism_is_told_with_both_numbers():
    assert optimism_words([search()], ACCURACY) == (
        "The score that adam's winner was chosen by was 1.3 points too high: 95.2 when chosen, "
        "93.9 on 5 fresh seeds."
    )


def test_a_loss_is_chosen_for_being_low():
    said = optimism_words([search(score=0.90)], LOSS)
    assert "was 0.039 too low: 0.900 when chosen, 0.939 on 5 fresh seeds" in said


def test_a_score_that_was_no_better_than_fresh_runs_is_said_so():
    assert optimism_words([search(score=0.93)], ACCURACY) == (
        "The score that adam's winner was chosen by was not too good: 93.0 when chosen, 93.9 on 5 "
        "fresh seeds."
    )


def test_one_point_is_one_point():
    wide = optimism_words([search(score=0.95, fresh=(0.90, 0.98))], ACCURACY)
    assert "was 1 point too high: 95 when chosen, 94 on 2 fresh seeds" in wide


def test_equal_fresh_values_still_get_digits():
    assert "95.0 when chosen" in optimism_words([search(score=0.95, fresh=(0.94, 0.94))], ACCURACY)
    same = optimism_words([search(score=0.94, fresh=(0.94,))], ACCURACY)
    assert "was not too good: 94.0000 when chosen" in same


def test_several_searches_are_told_on_average():
    found = [search(name=str(k), fresh=(0.93 + k / 100,)) for k in range(4)]
    said = optimism_words(found, ACCURACY)
    assert "adam's winners were chosen by was" in said
    assert "on average: 95" in said
    assert said.endswith("on fresh seeds (4 searches).")


def test_without_both_numbers_nothing_is_told():
    assert optimism_words([search(score=Missing("no trial"))], ACCURACY) == ""
    assert optimism_words([search(fresh=())], ACCURACY) == ""


# verdicts


def judged_on(judged, groups, values, **asked):
    """Judge `values` and tell it as the searches in `groups` allow."""
    claim = claim_of(groups)
    bars = bars_of(groups, baseline="sgd", claim=claim, goal=Goal.MAXIMIZE)
    case = judged(values, **asked)
    return told(case.judgement.verdicts, groups, claim=claim, bars=bars, metric=ACCURACY)


def both(**fresh):
    return {name: (search(name, fresh=values),) for name, values in fresh.items()}


def test_a_verdict_on_configurations_says_so(judged):
    groups = both(sgd=FIVE, adam=[value + 0.03 for value in FIVE])
    values = {name: list(group[0].fresh.values) for name, group in groups.items()}
    (verdict,) = judged_on(judged, groups, values)
    assert verdict.name.value == "improvement"
    assert verdict.sentence.endswith(" This is about these two configurations, not the recipes.")
    assert verdict.notes[0].startswith("The score that adam's winner was")
    assert verdict.notes[1].startswith("The score that sgd's winner was")
    assert verdict.assumptions[-1] == "no search has used the seeds of the fresh runs"


def test_a_refusal_is_about_nothing(judged):
    groups = both(sgd=(0.94,), adam=(0.95,))
    (verdict,) = judged_on(judged, groups, {"sgd": [0.94], "adam": [0.95]})
    assert verdict.name.value == "refused"
    assert "This is about" not in verdict.sentence


def test_few_fresh_seeds_are_said(judged):
    groups = both(sgd=FIVE[:3], adam=FIVE[2:])
    values = {name: list(group[0].fresh.values) for name, group in groups.items()}
    (verdict,) = judged_on(judged, groups, values)
    assert verdict.notes[2] == "Only 3 fresh seeds of adam's winner: 5 or more are asked for."


def test_a_variant_without_a_search_has_no_winner_in_words(judged):
    groups = both(sgd=FIVE[:3], adam=FIVE[2:])
    groups = {**groups, "sgd": (replace(groups["sgd"][0], n_trials=0),)}
    values = {name: list(group[0].fresh.values) for name, group in groups.items()}
    (verdict,) = judged_on(judged, groups, values)
    assert "Only 3 fresh seeds of sgd: 5 or more are asked for." in verdict.notes


def test_the_baseline_is_told_once(judged):
    groups = both(sgd=FIVE, adam=FIVE[::-1], lion=FIVE)
    values = {name: list(group[0].fresh.values) for name, group in groups.items()}
    first, second = judged_on(judged, groups, values)
    assert any("sgd's winner" in note for note in first.notes)
    assert not any("sgd's winner" in note for note in second.notes)


def test_a_barred_comparison_has_no_number(judged):
    groups = both(sgd=FIVE, adam=(), lion=FIVE)
    values = {"sgd": list(FIVE), "adam": [None], "lion": list(FIVE)}
    barred, free = judged_on(judged, groups, values)
    assert barred.name.value == "refused"
    assert barred.sentence.startswith("**No fresh run of adam's winner (adam and sgd):** ")
    assert barred.reason.startswith("No fresh run of adam's winner (adam and sgd): the winner")
    for number in (barred.estimate, barred.interval, barred.p, barred.p_adjusted):
        assert number == Missing("no fresh run of adam's winner (adam and sgd)")
    assert barred.notes == ()
    assert any("sgd's winner" in note for note in free.notes)


def test_where_all_is_barred_nothing_is_told(judged):
    (verdict,) = judged_on(judged, both(sgd=(), adam=()), {"sgd": [None], "adam": [None]})
    assert verdict.sentence.startswith("**One search per variant cannot claim a recipe")


def test_a_verdict_on_recipes_rests_on_searches_and_their_pairs(judged):
    groups = {
        name: tuple(search(name, name=str(k), fresh=(value,)) for k, value in enumerate(values))
        for name, values in (("sgd", FIVE), ("adam", [v + 0.03 + v / 50 for v in FIVE]))
    }
    values = {name: [one.fresh.values[0] for one in group] for name, group in groups.items()}
    (verdict,) = judged_on(judged, groups, values, paired=True)
    assert verdict.sentence.endswith(" This is about the recipes, tuning included.")
    assert "equal searches tried the same points" in verdict.assumptions
    assert not any(said.startswith("equal seeds") for said in verdict.assumptions)


# caveats


def test_one_search_each_learns_how_to_split_its_budget():
    (said,) = caveats_of_searches(both(sgd=(), adam=()))
    assert said.startswith("To judge recipes with as many trials: 4 searches of 5 trials")
    assert said.endswith("one fresh run of each winner: 24 runs per variant.")


def test_a_budget_that_cannot_be_split_is_not_split():
    groups = {name: (search(name, n_trials=5),) for name in ("sgd", "adam")}
    assert caveats_of_searches(groups) == ()


def test_winners_without_trials_may_have_had_other_budgets():
    groups = {name: (search(name, n_trials=0),) for name in ("sgd", "adam")}
    (said,) = caveats_of_searches(groups)
    assert said.startswith("The table holds no trials of 2 winners: whether all had the same")


def test_what_was_left_out_is_counted():
    one = search(n_other=1, n_repeats=2)
    rest = [search(name="1", fresh=()), search(name="2")]
    said = caveats_of_searches({"adam": (one, *rest)})
    assert said == (
        "1 fresh run of trials that were not chosen: left out.",
        (
            "2 fresh runs with the seed that the winner was chosen with: left out, for that is the "
            "chosen run again."
        ),
        (
            "1 of 3 winners have no fresh run. The verdicts hold if they were not left out for "
            "what they scored."
        ),
    )


@pytest.mark.parametrize(("n", "named"), [(2, "adam/0, adam/1"), (5, "adam/2 and 2 more")])
def test_shared_seeds_are_warned_about(n, named):
    group = tuple(search(name=str(k), shared_seeds=(0,)) for k in range(n))
    (said,) = caveats_of_searches({"adam": group})
    assert said.startswith("Fresh runs share seeds with trials of their search")
    assert named in said
