"""What a run may take, and what is said of one that took more."""

from types import SimpleNamespace

from trialist.execute.limits import Limits
from trialist.values.events import FailureKind

GIB = 1024**3


def held(n_bytes):
    return SimpleNamespace(whole=lambda: n_bytes)


def test_without_limits_nothing_is_measured():
    limits = Limits()
    assert limits.sampled_every is None
    assert limits.exceeded(seconds=1e9, footprint=held(1e15)) is None


def test_a_run_that_takes_too_long_is_named_with_the_limit():
    limits = Limits(timeout=5)
    assert limits.sampled_every is None
    assert limits.exceeded(seconds=5, footprint=None) is None
    assert limits.exceeded(seconds=5.1, footprint=None) == (
        FailureKind.TIMEOUT,
        "took longer than the 5 s of resources.timeout",
    )


def test_a_run_that_holds_too_much_is_named_with_the_number():
    limits = Limits(memory=4 * GIB)
    assert limits.sampled_every == 0.1
    assert limits.exceeded(seconds=1e9, footprint=None) is None
    assert limits.exceeded(seconds=1, footprint=held(4 * GIB)) is None
    assert limits.exceeded(seconds=1, footprint=held(4.5 * GIB)) == (
        FailureKind.OOM,
        "held 4.5 GiB of memory, more than the 4.0 GiB of resources.memory",
    )
