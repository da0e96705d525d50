"""As few loading processes as keep the training from waiting."""

import pytest

from trialist.analysis.loaderworkers import WorkerTiming, candidates, chosen


def timed(workers, seconds, waited):
    return WorkerTiming(workers=workers, seconds=seconds, waited=waited, n_batches=50)


@pytest.mark.parametrize(
    ("timings", "expected"),
    [
        ([timed(0, 2.0, 0.6), timed(1, 1.04, 0.2), timed(2, 1.0, 0.1)], 1),
        ([timed(0, 2.0, 0.6), timed(1, 1.06, 0.2), timed(2, 1.0, 0.1)], 2),
        ([timed(0, 2.0, 0.04), timed(1, 1.0, 0.2)], 0),
        ([timed(0, 1.0, 0.9)], 0),
    ],
)
def test_the_smallest_number_near_the_best_or_without_waiting(timings, expected):
    assert chosen(timings).workers == expected


@pytest.mark.parametrize(
    ("cores", "expected"), [(1, (0, 1)), (2, (0, 1, 2)), (6, (0, 1, 2, 4, 6)), (8, (0, 1, 2, 4, 8))]
)
def test_candidates_go_up_to_the_cores(cores, expected):
    assert candidates(cores) == expected
