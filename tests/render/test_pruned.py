import xml.etree.ElementTree as ET
from dataclasses import replace

from trialist.render.figures.palette import looks_of
from trialist.render.figures.pruned import pruned_figure
from trialist.values.events import RunStatus

LOOKS = looks_of(["sgd", "adam"], "sgd")


def cut(table, every=2, rung=60):
    trials = tuple(
        replace(one, status=RunStatus.PRUNED, value=None, rung=rung)
        if one.number % every == 0
        else one
        for one in table.trials
    )
    return replace(table, trials=trials)


def test_without_a_cut_there_is_no_such_figure(searched):
    assert pruned_figure(searched(), LOOKS) is None


def test_the_stairs_fall_where_trials_were_cut(searched):
    found = pruned_figure(cut(searched()), LOOKS)
    assert found.csv.splitlines()[:6] == [
        "variant,step,trials",
        "sgd,0,64",
        "sgd,60,64",
        "sgd,60,32",
        "sgd,600,32",
        "sgd,600,0",
    ]
    assert found.caption == (
        "64 trials of 128 were cut: 55 % of the steps of whole trainings were spent. A cut trial "
        "has no value that could be the best."
    )
    ET.fromstring(found.wide)


def test_cuts_at_unknown_steps_leave_an_empty_figure(searched):
    table = cut(searched(), every=1, rung=None)
    bare = replace(table, trials=tuple(replace(one, steps=None) for one in table.trials))
    found = pruned_figure(bare, LOOKS)
    assert found.is_empty
    assert found.caption.startswith("128 trials of 128 were cut.")
