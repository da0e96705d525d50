"""What holds for every sampler: it asks, is told, ends, and comes back as it was."""

import math
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialist.search.factory import sampler_for
from trialist.search.protocol import Event, Proposal, Sampler, Told
from trialist.search.replay import replayed
from trialist.search.snapshot import restored, snapshot
from trialist.values.events import RunStatus
from trialist.values.metric import Goal, Metric
from trialist.values.searchplan import Method, PlannedTrial

LOSS = Metric(name="val/loss", goal=Goal.MINIMIZE)
ENDS = tuple(map(RunStatus, ("finished", "diverged", "finished", "pruned", "failed", "finished")))


def end_of(proposal: Proposal) -> Told:
    """Give how a trial ends: every kind of end, by its number."""
    state = ENDS[proposal.number % len(ENDS)]
    value = (math.log10(proposal.params["lr"]) + 2) ** 2
    step = 10 if state is RunStatus.PRUNED else None
    return Told(number=proposal.number, state=state, values=(value,), step=step)


def go_on(sampler: Sampler, n: int, *, together: int = 3) -> list[Event]:
    """Ask for `n` trials, `together` at a time, and tell how they ended, the last one first."""
    events: list[Event] = []
    while n > 0:
        asked = [sampler.ask() for _ in range(min(together, n))]
        events += [one for one in asked if one is not None]
        for proposal in reversed(asked):
            sampler.tell(end_of(proposal))
            events.append(end_of(proposal))
        n -= len(asked)
    return events


class SamplerContract:
    """What every sampler does; a subclass names its method."""

    method: Method
    n = 40
    options: Mapping[str, object] = MappingProxyType({})

    @pytest.fixture
    def fresh(self, odd_arm, plan_of):
        def make() -> Sampler:
            design = (
                PlannedTrial(
                    variant="sgd",
                    search=0,
                    number=number,
                    units=(),
                    params={"lr": 10 ** -(number / 10)},
                    config={},
                    seeds=(0,),
                )
                for number in range(self.n)
            )
            planned = () if self.method.is_adaptive else tuple(design)
            plan = plan_of(
                odd_arm, self.method, design=planned, trials=self.n, options=self.options
            )
            return sampler_for(plan, odd_arm, 0, LOSS)

        return make

    def test_proposes_all_its_trials_and_then_none(self, fresh) -> None:
        sampler = fresh()
        events = go_on(sampler, self.n)
        assert [one.number for one in events if isinstance(one, Proposal)] == list(range(self.n))
        assert sampler.ask() is None
        assert sampler.waiting == ()

    def test_goes_on_after_a_kill_as_if_nothing_had_happened(self, fresh) -> None:
        whole = fresh()
        n = self.n - 7
        before = go_on(whole, n)
        before += [whole.ask(), whole.ask()]
        again = replayed(fresh(), before)
        assert again.waiting == whole.waiting == (n, n + 1)
        for sampler in (whole, again):
            sampler.tell(Told(number=n, state=RunStatus.FAILED))
        assert go_on(again, 5) == go_on(whole, 5)

    def test_a_snapshot_goes_on_like_the_replay(self, fresh) -> None:
        whole = fresh()
        before = go_on(whole, self.n - 6)
        kept = snapshot(whole, before)
        before += go_on(whole, 3)
        again = restored(fresh(), kept, before)
        assert go_on(again, 3) == go_on(whole, 3)

    def test_gives_the_same_on_every_call(self, fresh) -> None:
        assert go_on(fresh(), 15) == go_on(fresh(), 15)

    def test_refuses_the_end_of_a_trial_that_does_not_run(self, fresh) -> None:
        sampler = fresh()
        with pytest.raises(ValueError, match="trial 0 is not waiting"):
            sampler.tell(Told(number=0, state=RunStatus.FAILED))
        proposal = sampler.ask()
        sampler.tell(end_of(proposal))
        with pytest.raises(ValueError, match="trial 0 is not waiting"):
            sampler.tell(end_of(proposal))

    def test_a_search_in_which_everything_diverges_goes_on(self, fresh) -> None:
        sampler = fresh()
        for _ in range(13):
            proposal = sampler.ask()
            sampler.tell(Told(number=proposal.number, state=RunStatus.DIVERGED))
        assert sampler.ask() is not None


class TestGrid(SamplerContract):
    method = Method.GRID


class TestRandom(SamplerContract):
    method = Method.RANDOM


class TestQuasiRandom(SamplerContract):
    method = Method.QUASI_RANDOM


class TestTpe(SamplerContract):
    method = Method.TPE


@pytest.mark.slow
class TestGp(SamplerContract):
    method = Method.GP
    n = 18

    @pytest.fixture(autouse=True)
    def _lives_on_torch(self) -> None:
        pytest.importorskip("torch")


class TestCmaEs(SamplerContract):
    method = Method.CMA_ES

    @pytest.fixture(autouse=True)
    def _lives_on_cmaes(self) -> None:
        pytest.importorskip("cmaes")


class TestNsgaIi(SamplerContract):
    method = Method.NSGA_II


class TestPbt(SamplerContract):
    method = Method.PBT
    options = MappingProxyType({"interval": 10})


@given(
    number=st.integers(0, 10**6),
    value=st.floats(),
    state=st.sampled_from(ENDS),
    step=st.none() | st.integers(0, 10**6),
)
def test_what_was_told_comes_back_from_plain_data(number, value, state, step) -> None:
    told = Told(number=number, state=state, values=(value,), step=step)
    assert Told.from_dict(told.to_dict()) == told


@given(
    params=st.dictionaries(st.text(), st.none() | st.booleans() | st.integers() | st.text()),
    units=st.lists(st.floats(0, 1)).map(tuple),
)
def test_a_proposal_comes_back_from_plain_data(params, units) -> None:
    proposal = Proposal(number=3, params=params, units=units)
    assert Proposal.from_dict(proposal.to_dict()) == proposal


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_a_trial_without_a_finite_value_diverged(value) -> None:
    told = Told(number=0, state=RunStatus.FINISHED, values=(0.5, value))
    assert told == Told(number=0, state=RunStatus.DIVERGED)


def test_a_pruned_trial_keeps_its_value_at_the_rung() -> None:
    told = Told(number=0, state=RunStatus.PRUNED, values=(0.5,), step=30)
    assert told.values == (0.5,)
    assert replace(told, values=(math.nan,)).values == ()


def test_refuses_an_end_that_is_none() -> None:
    with pytest.raises(ValueError, match="does not end as running"):
        Told(number=0, state=RunStatus.RUNNING)
    with pytest.raises(ValueError, match="trial 4 finished without a value"):
        Told(number=4, state=RunStatus.FINISHED)
