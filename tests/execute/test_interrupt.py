"""Ctrl-C and SIGTERM are counted, and only inside the block."""

import os
import signal
import threading

import pytest

from trialist.execute.interrupt import Interrupts


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_is_counted_instead_of_its_effect(number):
    with Interrupts() as interrupts:
        assert not interrupts.came
        os.kill(os.getpid(), number)
        assert interrupts.came
        os.kill(os.getpid(), number)
        assert interrupts.count == 2


@pytest.mark.parametrize("error", [None, ValueError])
def test_the_handlers_from_before_are_back_afterwards(error):
    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    try:
        with Interrupts():
            assert signal.getsignal(signal.SIGINT) is not before[0]
            if error:
                raise error
    except ValueError:
        pass
    assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)] == before


def test_outside_the_main_thread_nothing_is_caught():
    before = signal.getsignal(signal.SIGINT)
    seen = []

    def work():
        with Interrupts() as interrupts:
            seen.append((signal.getsignal(signal.SIGINT) is before, interrupts.came))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen == [(True, False)]


def test_the_end_of_the_given_time_counts_as_one_interrupt():
    with Interrupts(max_seconds=1e-9) as interrupts:
        assert interrupts.came
        assert (interrupts.count, interrupts.is_only_time) == (1, True)
        os.kill(os.getpid(), signal.SIGINT)
        assert (interrupts.count, interrupts.is_only_time) == (2, False)
    with Interrupts(max_seconds=1e9) as interrupts:
        assert (interrupts.count, interrupts.is_only_time) == (0, False)
