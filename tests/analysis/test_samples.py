from __future__ import annotations

import math
import random

from trialist.analysis.samples import is_result, samples_at
from trialist.values.events import RunStatus
from trialist.values.evidence import RunRecord
from trialist.values.metric import Goal, Metric
from trialist.values.plan import Look, Protocol

PROTOCOL = Protocol(
    metric=Metric(name="val/accuracy", goal=Goal.MAXIMIZE),
    variants=("baseline", "dropout"),
    baseline="baseline",
    looks=(Look(n=3, thresholds=(0.05,)),),
    paired=False,
)


def run(variant="dropout", seed=0, status=RunStatus.FINISHED, value=0.9):
    return RunRecord(variant=variant, seed=seed, status=status, value=value)


def test_takes_only_the_planned_seeds_in_their_order():
    records = [run(seed=k, value=k / 10) for k in (9, 0, 7, 1)]
    sample = samples_at(PROTOCOL, records, (7, 0, 1))["dropout"]
    assert sample.seeds == (7, 0, 1)
    assert sample.values == (0.7, 0.0, 0.1)


def test_the_order_of_records_does_not_matter():
    records = [run(variant=v, seed=k, value=k / 7) for v in PROTOCOL.variants for k in range(8)]
    mixed = random.Random(0).sample(records, len(records))
    assert samples_at(PROTOCOL, records, range(8)) == samples_at(PROTOCOL, mixed, range(8))


def test_counts_failed_and_diverged_apart():
    records = [
        run(seed=0),
        run(seed=1, status=RunStatus.FAILED, value=None),
        run(seed=2, status=RunStatus.DIVERGED, value=None),
        run(seed=3, value=math.nan),
        run(seed=4, value=None),
    ]
    sample = samples_at(PROTOCOL, records, range(5))["dropout"]
    assert (sample.n, sample.n_failed, sample.n_diverged) == (1, 1, 3)


def test_leaves_out_runs_that_have_not_said_anything():
    silent = (
        *(RunStatus.RUNNING, RunStatus.STOPPED, RunStatus.QUEUED),
        *(RunStatus.PRUNED, RunStatus.NOT_NEEDED),
    )
    records = [run(seed=k, status=status, value=None) for k, status in enumerate(silent)]
    sample = samples_at(PROTOCOL, records, range(9))["dropout"]
    assert (sample.n, sample.n_lost) == (0, 0)


def test_leaves_out_variants_that_are_not_in_the_protocol():
    assert set(samples_at(PROTOCOL, [run(variant="wide")], (0,))) == set(PROTOCOL.variants)


def test_takes_every_run_of_a_table_without_seeds():
    records = [run(seed=None, value=v) for v in (0.3, 0.1)] + [run(seed=4, value=0.2)]
    sample = samples_at(PROTOCOL, records, None)["dropout"]
    assert sample.seeds == (4, None, None)
    assert sample.values == (0.2, 0.3, 0.1)


def test_a_run_without_a_seed_is_no_planned_run():
    assert samples_at(PROTOCOL, [run(seed=None)], (0, 1))["dropout"].n == 0


def test_a_value_whose_square_is_no_number_has_diverged():
    assert is_result(1e150)
    assert not is_result(-1e151)
    runs = [run(seed=k, value=value) for k, value in enumerate((1.0, 1e200, -1e308))]
    sample = samples_at(PROTOCOL, runs, None)["dropout"]
    assert (sample.values, sample.n_diverged) == ((1.0,), 2)
