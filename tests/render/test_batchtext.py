"""Batch sizes and loading processes in a terminal: the answer first, then the table."""

import pytest

from trialist.analysis.loaderworkers import WorkerTiming
from trialist.analysis.throughput import BatchTiming, throughput_of
from trialist.render.batchtext import BatchFound, Ended, WorkersFound, batch_text, workers_text
from trialist.render.style import TextStyle

MIB = 1024**2


def batches(*seconds, limit=10_000 * MIB, **changes):
    timings = [
        BatchTiming(batch_size=8 * 2**k, seconds=one, peak_bytes=100 * MIB * 2**k)
        for k, one in enumerate(seconds)
    ]
    common = {
        "study": "digits", "variant": "baseline", "device": "cpu", "n_train": 1200,
        "throughput": throughput_of(timings, limit=limit), "ended": Ended.EXAMPLES,
        "batch_size": 16, "micro_batch": None, "remark": "",
    }  # fmt: skip
    return BatchFound(**{**common, **changes})


def said(found, **options):
    return " ".join(batch_text(found, style=TextStyle(width=200), **options).split())


@pytest.mark.parametrize(
    ("ended", "words"),
    [
        (Ended.EXAMPLES, "Batches up to 32 fit: there are 1,200 training examples."),
        (Ended.MOST, "Batches up to 32 fit: no larger one was asked for."),
        (Ended.MEMORY, "Batches up to 32 fit: 64 need more than 9.8 GiB."),
        (Ended.SETTLED, "Batches up to 32 fit: larger ones were not tried, as they would be no"),
    ],
)
def test_how_it_ended_is_the_first_sentence(ended, words):
    assert said(batches(0.001, 0.001, 0.001, ended=ended)).startswith(words)


def test_the_table_has_a_row_per_size_with_what_twice_the_batch_gains():
    lines = batch_text(batches(0.001, 0.001, 0.0015, 0.003), style=TextStyle()).splitlines()
    rows = [line.split() for line in lines if line.lstrip()[:1].isdigit()]
    assert rows[0] == ["8", "1", "ms", "8,000", "2.00", "x", "100", "MiB"]
    assert rows[1][4:] == ["1.33", "x", "200", "MiB", "gains", "less"]
    assert rows[2][4:] == ["1.00", "x", "400", "MiB", "saturated"]
    assert rows[3][4:] == ["-", "800", "MiB"]


def test_saturation_is_said_once():
    assert (
        "From 16 on, twice the batch trains less than 1.2 times as many examples a second."
        in said(batches(0.001, 0.001, 0.002, 0.004))
    )
    assert "A larger batch was faster up to the end." in said(batches(0.001, 0.001))
    assert "A larger batch" not in said(batches(0.001))


def test_a_size_that_does_not_fit_is_marked():
    found = batches(2.0, 2.0, limit=150 * MIB, ended=Ended.MEMORY, batch_size=100, micro_batch=5)
    text = said(found)
    assert text.startswith("Batches up to 8 fit: 16 need more than 150 MiB.")
    assert "too large" in text
    assert "batch size 100 does not fit: micro_batch=5 makes it in 20 equal parts." in text
    assert "2.00 s" in text
    nothing = batches(1.0, limit=1, ended=Ended.MEMORY)
    assert said(nothing).startswith("Not even 8 examples fit into 1 B.")


def test_a_batch_without_equal_parts_is_told():
    found = batches(1.0, ended=Ended.MEMORY, batch_size=101, remark="a batch of 101 has none: x")
    assert "The study's: a batch of 101 has none: x." in said(found)


def test_a_gpu_has_another_share():
    assert "90 % of the GPU's memory" in said(batches(1.0, device="cuda"))
    assert "80 % of the memory that is free" in said(batches(1.0))


def test_augmentation_is_named_where_a_step_has_it():
    assert "10 steps or more each · augmented: weak" in said(batches(1.0, augment="weak"))
    assert "augmented" not in said(batches(1.0))


def test_quiet_is_the_sentences_only():
    text = said(batches(0.001, 0.001), quiet=True)
    assert text.endswith("The study's batch size 16 fits.")
    assert "limit" not in text
    assert "\x1b[1mBatches up to 16 fit:" in batch_text(
        batches(0.001, 0.001), style=TextStyle(color=True)
    )


def workers(*timings, now=0):
    found = [WorkerTiming(workers=n, seconds=s, waited=w, n_batches=50) for n, s, w in timings]
    return WorkersFound(
        study="digits", variant="baseline", timings=tuple(found), chosen=found[-1], now=now,
        cores=4, parallel=2,
    )  # fmt: skip


def test_the_number_of_processes_comes_first():
    text = workers_text(workers((0, 0.02, 0.6), (1, 0.012, 0.031)), style=TextStyle())
    assert " ".join(text.split()).startswith(
        "Load data with 1 process: a step takes 12 ms and waits 3 % of it for its data. The task "
        "has workers=0."
    )
    assert "4 cores, 2 runs at a time" in text
    assert text.splitlines()[-1].split() == ["1", "12", "ms", "3", "%", "50"]
    two = workers_text(workers((2, 0.02, 0.6)), style=TextStyle(), quiet=True)
    assert two.startswith("Load data with 2 processes:")
    assert workers_text(workers((0, 1, 0)), style=TextStyle()).startswith(
        "No process needs to load data:"
    )
