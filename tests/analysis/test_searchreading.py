import math

import pytest

from trialist.analysis.declared import declared
from trialist.analysis.rawtable import read_table
from trialist.analysis.searchcolumns import SearchWanted
from trialist.analysis.searchreading import read_trials, search_table
from trialist.values.errors import TableError
from trialist.values.events import RunStatus
from trialist.values.metric import Goal, Metric
from trialist.values.space import Scale

METRIC = Metric(name="val/loss", goal=Goal.MINIMIZE)


def read(text, *, adaptive=False, max_steps=None, **wanted):
    rows = read_trials(read_table(text, name="t.csv"), SearchWanted(**wanted))
    table, notes = search_table(rows, METRIC, adaptive=adaptive, max_steps=max_steps)
    return table, (*rows.notes, *notes)


def mistakes(text, **wanted):
    with pytest.raises(TableError) as caught:
        read(text, **wanted)
    return [(one.where, one.message) for one in caught.value.mistakes]


def test_rows_are_trials_with_their_places():
    text = (
        "variant,search,config.lr,value,state\n"
        "sgd,10,0.1,0.5,COMPLETE\nsgd,2,0.2,0.4,TrialState.COMPLETE\nsgd,2,0.3,,FAIL\n"
        "adam,2,0.001,nan,\nadam,2,0.01,0.3,PRUNED\nadam,2,0.5,0.2,running\n"
    )
    table, notes = read(text)
    assert [(t.variant, t.search, t.number) for t in table.trials] == [
        ("sgd", 0, 0),
        ("sgd", 0, 1),
        ("sgd", 1, 0),
        ("adam", 0, 0),
        ("adam", 0, 1),
        ("adam", 0, 2),
    ]
    assert [t.status for t in table.trials] == [
        RunStatus.FINISHED,
        RunStatus.FAILED,
        RunStatus.FINISHED,
        RunStatus.DIVERGED,
        RunStatus.PRUNED,
        RunStatus.RUNNING,
    ]
    assert [t.value for t in table.trials] == [0.4, None, 0.5, None, None, None]
    assert table.trials[0].params == {"lr": 0.2}
    assert table.trials[0].name == "sgd-0-0"
    assert "1 row of 'value' without a value: counted as failed." in notes
    assert "1 row of 'value' still running: left out." in notes


def test_each_variant_has_the_range_of_its_own_trials():
    text = "variant,config.lr,value\nsgd,0.01,1\nsgd,1,2\nadam,0.0001,1\nadam,0.01,2\n"
    table, notes = read(text)
    assert [(a.variant, a.parameters[0].low, a.parameters[0].high) for a in table.arms] == [
        ("sgd", 0.01, 1),
        ("adam", 0.0001, 0.01),
    ]
    assert table.arm("sgd").parameters[0].scale is Scale.LOG
    assert notes[-1].startswith("Ranges read from the trials, as far as these reach: lr 0.01 to 1 ")


def test_a_declared_range_is_not_read_from_the_trials():
    table, notes = read("lr,value\n0.01,1\n0.1,2\n", params=(declared("lr:1e-4:1:log"),))
    assert (table.arms[0].parameters[0].low, table.arms[0].parameters[0].high) == (1e-4, 1)
    assert notes == ()


def test_variants_with_the_same_points_share_their_design():
    text = "variant,config.lr,value\na,0.1,1\na,0.2,2\nb,0.1,3\nb,0.2,4\nc,0.1,3\nc,0.3,4\n"
    table, _ = read(text)
    assert [(arm.variant, arm.shares) for arm in table.arms] == [("a", "a"), ("b", "a"), ("c", "c")]


def test_seeds_of_one_configuration_are_one_trial_and_tell_the_noise():
    text = "config.lr,seed,value\n0.1,0,1\n0.1,1,3\n0.2,0,5\n0.2,1,5\n"
    table, _ = read(text)
    assert [(t.value, t.values, t.seeds) for t in table.trials] == [
        (2, (1, 3), (0, 1)),
        (5, (5, 5), (0, 1)),
    ]
    assert (table.noise, table.n_noise) == (1.0, 2)


def test_a_trial_of_which_one_seed_diverged_has_diverged():
    table, _ = read("trial,config.lr,seed,value\nt1,0.1,0,1\nt1,0.1,1,nan\nt2,0.2,0,1\n")
    assert [(t.name, t.status, t.value) for t in table.trials] == [
        ("t1", RunStatus.DIVERGED, None),
        ("t2", RunStatus.FINISHED, 1.0),
    ]


def test_fresh_runs_are_no_trials_and_tell_the_noise():
    text = (
        "config.lr,phase,seed,value\n0.1,search,0,1\n0.2,search,0,2\n0.1,fresh,7,1\n0.1,fresh,8,2\n"
    )
    table, notes = read(text)
    assert len(table.trials) == 2
    assert table.noise == pytest.approx(math.sqrt(0.5))
    assert table.n_noise == 1
    assert "2 fresh runs of winners: no trials, they tell the noise." in notes


def test_the_values_are_told_before_the_goal_is_known():
    rows = read_trials(read_table("config.lr,value\n1,3\n2,\n", name="t.csv"), SearchWanted())
    assert (rows.metric, rows.values) == ("value", (3.0,))


def test_without_repeats_the_noise_is_unknown():
    assert read("config.lr,value\n0.1,1\n0.1,2\n0.2,1\n")[0].noise is None


def test_a_parameter_that_exists_in_some_trials_only_is_left_out_of_the_others():
    table, _ = read("config.opt,config.momentum,value\nsgd,0.9,1\nsgd,0.5,1\nadam,,2\nadam,,3\n")
    assert table.trials[2].params == {"opt": "adam"}
    assert [one.name for one in table.arms[0].parameters] == ["opt", "momentum"]


def test_what_is_the_same_in_every_trial_was_not_tuned():
    text = "config.lr,config.batch,config.void,value\n0.1,128,,1\n0.2,128,,2\n"
    table, notes = read(text)
    assert [one.name for one in table.arms[0].parameters] == ["lr"]
    assert notes[-1] == "The same in every trial, so not tuned: batch = 128."


def test_choices_have_no_range_to_tell():
    _, notes = read("config.opt,value\nsgd,1\nadam,2\n")
    assert notes == ()


def test_steps_and_time_are_kept():
    text = (
        "config.lr,value,steps,seconds,state\n0.1,1,600,2.5,done\n0.2,1,600,3,done\n0.3,,60,1,cut\n"
    )
    table, _ = read(text)
    assert [(t.steps, t.seconds, t.rung) for t in table.trials] == [
        (600, 2.5, None),
        (600, 3.0, None),
        (60, 1.0, 60),
    ]
    assert table.max_steps == 600
    assert read(text, max_steps=900)[0].max_steps == 900
    unequal = "config.lr,value,steps\n0.1,1,600\n0.2,1,300\n"
    assert read(unequal)[0].max_steps is None


def test_adaptive_trials_are_marked():
    assert all(t.adaptive for t in read("config.lr,value\n1,1\n2,2\n", adaptive=True)[0].trials)


def test_searches_with_names_come_in_the_order_of_the_alphabet():
    text = "search,config.lr,value\nsecond,1,1\nfirst,2,2\n"
    assert [(t.search, t.params["lr"]) for t in read(text)[0].trials] == [(0, 2), (1, 1)]


def test_many_ranges_are_told_in_short():
    head = ",".join(f"config.p{k}" for k in range(8))
    rows = "\n".join(",".join([str(k)] * 8) + ",1" for k in (1, 2))
    assert " and 2 more." in read(f"{head},value\n{rows}\n")[1][-1]


def test_collects_every_mistake_with_its_line():
    text = (
        'config.lr,phase,seed,value,state\n0.1,odd,x,1,\n0.1,,1,"0,5",\n0.1,,1,1,lost?\n'
        "0.1,,1,1,,more\n"
    )
    assert mistakes(text) == [
        ("t.csv:2", "the seed 'x' is not a whole number"),
        ("t.csv:2", "the phase 'odd' is neither a search's nor a fresh run's"),
        ("t.csv:3", "'0,5' in column 'value' is not a number"),
        ("t.csv:4", "'lost?' is no way for a trial to end"),
        ("t.csv:5", "the row has more cells than the header"),
    ]
    assert mistakes("lr,value\nx,1\n1,2\n", params=(declared("lr:1:2"),)) == [
        ("t.csv:2", "'x' in column 'lr' is not a number")
    ]


def test_many_mistakes_are_cut():
    text = "config.lr,value\n" + "".join("1,x\n" for _ in range(12))
    found = mistakes(text)
    assert len(found) == 11
    assert found[-1] == ("t.csv", "and 2 more")


def test_a_range_may_be_said_of_one_variant():
    text = (
        "variant,lr,value\nsgd,0.01,1\nsgd,0.1,2\nadam,0.001,1\nadam,0.002,2\nlion,1,1\nlion,2,2\n"
    )
    said = map(declared, ("sgd.lr:1e-3:1:log", "adam.lr:1e-5:0.01:log"))
    table, _ = read(text, params=tuple(said))
    assert [(a.variant, a.parameters[0].low, a.parameters[0].high) for a in table.arms] == [
        ("sgd", 1e-3, 1),
        ("adam", 1e-5, 0.01),
        ("lion", 1, 2),
    ]


def test_what_is_said_of_one_variant_goes_before_what_is_said_of_all():
    text = "variant,lr,value\nsgd,0.01,1\nsgd,0.1,2\nadam,0.001,1\nadam,0.002,2\n"
    said = map(declared, ("sgd.lr:1e-3:1:log", "lr:1e-6:0.01:log"))
    table, _ = read(text, params=tuple(said))
    assert [a.parameters[0].low for a in table.arms] == [1e-3, 1e-6]
