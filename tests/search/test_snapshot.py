import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialist.search.designed import DesignedSampler
from trialist.search.protocol import Proposal, Told
from trialist.search.snapshot import restored, snapshot
from trialist.values.errors import ResumeError
from trialist.values.events import RunStatus

DESIGN = [Proposal(number=n, params={"lr": 0.5**n}) for n in range(6)]
EVENTS = [DESIGN[0], Told(number=0, state=RunStatus.FAILED), DESIGN[1], DESIGN[2]]


class Counting(DesignedSampler):
    """A design that counts how often it is asked in this process."""

    asked = 0

    def ask(self) -> Proposal | None:
        Counting.asked += 1
        return super().ask()


@pytest.fixture(autouse=True)
def _uncounted() -> None:
    Counting.asked = 0


def kept_after(n: int) -> bytes:
    sampler = Counting(DESIGN)
    for event in EVENTS[:n]:
        sampler.ask() if isinstance(event, Proposal) else sampler.tell(event)
    Counting.asked = 0
    return snapshot(sampler, EVENTS[:n])


@pytest.mark.parametrize(("n", "asked"), [(0, 3), (2, 2), (4, 0)])
def test_replays_only_what_came_after_it(n, asked) -> None:
    sampler = restored(Counting(DESIGN), kept_after(n), EVENTS)
    assert Counting.asked == asked
    assert sampler.waiting == (1, 2)
    assert sampler.ask() == DESIGN[3]


def test_without_one_everything_is_replayed() -> None:
    assert restored(Counting(DESIGN), None, EVENTS).waiting == (1, 2)
    assert Counting.asked == 3


def other_events() -> bytes:
    sampler = Counting(DESIGN)
    sampler.ask()
    return snapshot(sampler, [Proposal(number=0, params={"lr": 3.0})])


def other_type() -> bytes:
    return snapshot(DesignedSampler(DESIGN), [])


def altered(**changes: object) -> bytes:
    first, _, payload = kept_after(2).partition(b"\n")
    return json.dumps({**json.loads(first), **changes}).encode() + b"\n" + payload


@pytest.mark.parametrize(
    "kept",
    [
        b"",
        b"\n",
        b"[]\n",
        b"{}\nxyz",
        b'{"n_events": "x"}\n',
        kept_after(2)[:-1],
        kept_after(2) + b"x",
        snapshot(Counting(DESIGN[:3]), []),
        other_events(),
        other_type(),
        altered(format=0),
        altered(python="2.7"),
        altered(n_events=-1),
        altered(n_events=3),
        altered(more=1),
        snapshot(Counting(DESIGN), [*EVENTS, *EVENTS]),
    ],
)
def test_one_that_does_not_fit_is_not_used(kept) -> None:
    Counting.asked = 0
    assert restored(Counting(DESIGN), kept, EVENTS).waiting == (1, 2)
    assert Counting.asked == 3


@given(place=st.integers(0, 10_000), byte=st.integers(1, 255), cut=st.integers(0, 10_000))
def test_no_damage_passes(place, byte, cut) -> None:
    whole = kept_after(2)
    damaged = bytearray(whole)
    damaged[place % len(whole)] ^= byte
    for kept in (bytes(damaged), whole[: cut % len(whole)]):
        Counting.asked = 0
        assert restored(Counting(DESIGN), kept, EVENTS).waiting == (1, 2)
        assert Counting.asked == 3


def test_what_came_after_it_is_checked() -> None:
    events = [*EVENTS[:3], Proposal(number=2, params={"lr": 9.0})]
    with pytest.raises(ResumeError, match=r"has lr = 0.25, the record 9.0"):
        restored(Counting(DESIGN), kept_after(2), events)
