import pytest

from trialist.search.pruners import pruning_for
from trialist.search.rungpruning import RungPruning
from trialist.search.wandbrule import BandPruning
from trialist.values.metric import Goal
from trialist.values.searchplan import Pruner


@pytest.mark.parametrize("name", ["median", "asha", "hyperband"])
def test_gives_the_rule_by_its_name(name) -> None:
    found = pruning_for(Pruner(name=name, resource=600), Goal.MINIMIZE, seed=1, warmup=40)
    assert isinstance(found, RungPruning)
    assert found.rungs == (80, 240)


def test_the_rule_of_a_sweep_needs_no_budget() -> None:
    found = pruning_for(Pruner(name="wandb", rungs=(3, 9)), Goal.MINIMIZE, seed=1)
    assert isinstance(found, BandPruning)
