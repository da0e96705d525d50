import pytest

from trialist.search.outcome import SeedOutcome, told_of
from trialist.search.protocol import Told
from trialist.values.events import RunStatus


def done(*values: float) -> SeedOutcome:
    return SeedOutcome(state=RunStatus.FINISHED, values=values)


def cut(step: int, *values: float) -> SeedOutcome:
    return SeedOutcome(state=RunStatus.PRUNED, values=values, step=step)


DIVERGED = SeedOutcome(state=RunStatus.DIVERGED)
FAILED = SeedOutcome(state=RunStatus.FAILED)


@pytest.mark.parametrize(
    ("outcomes", "told"),
    [
        ([done(1.0)], Told(number=7, state=RunStatus.FINISHED, values=(1.0,))),
        ([done(1.0, 4.0), done(2.0, 8.0)],
         Told(number=7, state=RunStatus.FINISHED, values=(1.5, 6.0))),
        ([done(1.0), DIVERGED, FAILED], Told(number=7, state=RunStatus.DIVERGED)),
        ([done(1.0), FAILED], Told(number=7, state=RunStatus.FAILED)),
        ([done(1.0), cut(30, 9.0)], Told(number=7, state=RunStatus.PRUNED, values=(9.0,), step=30)),
        ([cut(90, 1.0), cut(30, 9.0), cut(30, 7.0), cut(30)],
         Told(number=7, state=RunStatus.PRUNED, values=(8.0,), step=30)),
        ([SeedOutcome(state=RunStatus.PRUNED)], Told(number=7, state=RunStatus.PRUNED)),
    ],
)  # fmt: skip
def test_a_trial_ends_as_its_seeds_do(outcomes, told) -> None:
    assert told_of(7, outcomes) == told
    assert told_of(7, outcomes[::-1]) == told
