import pytest

from trialist.search.designed import DesignedSampler
from trialist.search.protocol import Proposal, Told
from trialist.values.events import RunStatus

DESIGN = [Proposal(number=n, params={"lr": 0.1 / (n + 1)}, units=(n / 3,)) for n in range(3)]


def test_proposes_the_design_whatever_it_is_told() -> None:
    sampler = DesignedSampler(DESIGN)
    first = sampler.ask()
    sampler.tell(Told(number=0, state=RunStatus.FINISHED, values=(9.0,)))
    assert [first, sampler.ask(), sampler.ask(), sampler.ask()] == [*DESIGN, None]
    assert sampler.waiting == (1, 2)


def test_numbers_are_those_of_the_design() -> None:
    sampler = DesignedSampler(DESIGN[1:])
    assert sampler.ask() == DESIGN[1]
    with pytest.raises(ValueError, match="trial 0 is not waiting"):
        sampler.tell(Told(number=0, state=RunStatus.FAILED))


def test_another_design_is_another_search() -> None:
    assert DesignedSampler(DESIGN).identity != DesignedSampler(DESIGN[:2]).identity
    assert DesignedSampler(DESIGN).identity == DesignedSampler(tuple(DESIGN)).identity
