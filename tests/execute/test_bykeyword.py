from types import SimpleNamespace

import pytest

from trialist.execute.bykeyword import as_trial

RUN = SimpleNamespace(seed=SimpleNamespace(base=4))


def by_keyword(lr, seed, width=3):
    return (lr, seed, width)


def with_run(seed, *, run, **settings):
    return (seed, run, settings)


def plain(config, run):
    return (config, run)


def short_plain(c, run, seed=0):
    return (c, run, seed)


def seeded_plain(config, run, seed=0):
    return (config, run, seed)


def seed_in_place_of_run(config, seed, verbose=False):
    return (config, seed, verbose)


@pytest.mark.parametrize(
    ("function", "config", "given"),
    [
        (by_keyword, {"lr": 0.1}, (0.1, 4, 3)),
        (with_run, {"lr": 0.1}, (4, RUN, {"lr": 0.1})),
        (plain, {"lr": 0.1}, ({"lr": 0.1}, RUN)),
        (short_plain, {"lr": 0.1}, ({"lr": 0.1}, RUN, 0)),
        (seeded_plain, {"lr": 0.1}, ({"lr": 0.1}, RUN, 0)),
        (seed_in_place_of_run, {"lr": 0.1}, ({"lr": 0.1}, 4, False)),
    ],
)
def test_a_function_with_a_seed_is_called_by_keyword(function, config, given):
    assert as_trial(function)(config, RUN) == given


def test_a_trial_stays_as_it_is():
    assert as_trial(plain) is plain
    assert as_trial(print) is print
    assert as_trial(by_keyword).__name__ == "by_keyword"


def test_a_callable_without_a_signature_is_a_trial():
    class Odd:
        __signature__ = "none"

        def __call__(self, config, run):
            return 1.0

    odd = Odd()
    assert as_trial(odd) is odd
