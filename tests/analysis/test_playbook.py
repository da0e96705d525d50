import numpy as np
import pytest

from trialist.analysis.playbook import by_importance, checks_of
from trialist.values.playbook import Check, Level

UNITS = ((np.arange(16) + 0.5) / 16).tolist()


def table(cases):
    trials = [
        *cases.along(UNITS, [1 - unit for unit in UNITS], variant="adam"),
        *cases.along(UNITS, [(unit - 0.5) ** 2 for unit in UNITS], variant="sgd"),
    ]
    return cases.table(trials, noise=0.05)


def test_all_checks_are_there_and_what_blocks_comes_first(cases):
    found = checks_of(table(cases))
    assert {check.check for check in found} == {
        "boundary", "density", "equal_trials", "infeasible"
    }  # fmt: skip
    assert (found[0].level, found[0].variant) == (Level.EDGE, "adam")
    blocks = [check.blocks for check in found]
    assert blocks == sorted(blocks, reverse=True)


def test_what_others_found_is_put_in_its_place(cases):
    curve = Check(check="curve", level=Level.OVERFITTING, blocks=True)
    note = Check(check="importance", level=Level.NOTE)
    found = checks_of(table(cases), curves=(curve,), further=(note,))
    assert [check.check for check in found][:2] == ["boundary", "curve"]
    assert found.index(note) < found.index(next(one for one in found if one.level is Level.OK))


@pytest.mark.parametrize("level", list(Level))
def test_every_level_has_its_place(level):
    fine, blocking = Check(check="a", level=level), Check(check="b", level=level, blocks=True)
    assert by_importance([fine, blocking]) == (blocking, fine)


def test_equals_stay_in_their_order():
    checks = tuple(Check(check=name, level=Level.OK) for name in "abc")
    assert by_importance(checks) == checks


def test_a_study_where_nothing_ran_is_undecided(cases):
    assert {check.level for check in checks_of(cases.table([]))} == {Level.UNDECIDED}
