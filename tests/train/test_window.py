"""The row of the last steps, also where the run was interrupted in between."""

import math

import torch
from hypothesis import given
from hypothesis import strategies as st

from trialist.train.window import Window

STEPS = st.lists(
    st.tuples(st.floats(0, 10, width=32), st.floats(0, 10, width=32)), min_size=1, max_size=20
)


@given(STEPS, st.data())
def test_an_interrupted_window_reads_the_same(steps, data):
    at = data.draw(st.integers(0, len(steps)))
    whole, half = Window(5.0), Window(5.0)
    for number, (loss, norm) in enumerate(steps):
        if number == at:
            later = Window(5.0)
            later.load_state_dict(half.state_dict())
            half = later
        for window in (whole, half):
            window.add(torch.tensor(loss), torch.tensor(norm))
    assert len(whole) == len(half) == len(steps)
    assert whole.read() == half.read()


def test_a_row_has_means_and_the_share_that_was_clipped():
    window = Window(1.0)
    for loss, norm in ((1.0, 0.5), (3.0, 4.0)):
        window.add(torch.tensor(loss), torch.tensor(norm))
    assert window.read() == {"train/loss": 2.0, "train/grad_norm": 2.25, "train/clipped": 0.5}
    assert len(window) == 0


def test_numbers_that_were_read_already_are_taken_behind_those_that_wait():
    read, waiting = Window(1.0), Window(1.0)
    for window in (read, waiting):
        window.add(torch.tensor(1.0), torch.tensor(0.5))
    read.extend([3.0, 5.0], [4.0, 6.0])
    for loss, norm in ((3.0, 4.0), (5.0, 6.0)):
        waiting.add(torch.tensor(loss), torch.tensor(norm))
    assert read.state_dict() == waiting.state_dict()
    assert len(read) == 3
    assert read.read() == waiting.read()


def test_without_clipping_norms_only_tell_whether_they_are_finite():
    window = Window(None)
    for norm in (0.0, math.inf, math.nan):
        window.add(torch.tensor(2.0), torch.tensor(norm))
    assert window.read() == {"train/loss": 2.0}
    assert (window.n_skipped, window.odd_in_a_row) == (2, 2)


def test_odd_steps_are_counted_until_a_sound_one():
    window = Window(1.0)
    for norm in (math.nan, math.inf, 1.0, math.nan):
        window.add(torch.tensor(1.0), torch.tensor(norm))
    row = window.read()
    assert (window.n_skipped, window.odd_in_a_row) == (3, 1)
    assert row["train/grad_norm"] == 1.0
    for _ in range(4):
        window.add(torch.tensor(math.nan), torch.tensor(1.0))
    assert math.isnan(window.read()["train/loss"])
    assert window.odd_in_a_row == 5
