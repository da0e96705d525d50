import xml.etree.ElementTree as ET

import pytest

from trialist.analysis.batchrates import BatchRate, RatesByBatch
from trialist.analysis.batchsizes import BatchTrial, scaling_of
from trialist.render.figures.batches import rates_figure, steps_figure
from trialist.render.figures.palette import looks_of
from trialist.values.missing import Missing

LOOKS = looks_of(["sgd", "adam"], "sgd")


def rates(*sizes, exponent=0.5, at_edge=()):
    rows = tuple(
        BatchRate(
            variant="sgd",
            batch_size=size,
            rate=0.01 * size**0.5,
            value=0.9,
            n_trials=16,
            at_edge=size in at_edge,
        )
        for size in sizes
    )
    return RatesByBatch(rows=rows, exponents={"sgd": exponent})


def test_the_best_rate_is_drawn_at_each_batch_size():
    found = rates_figure(rates(32, 64, 128, 256), LOOKS)
    assert found.caption.startswith("sgd: the best rate grows with the batch to the power 0.50 (")
    assert found.csv.splitlines()[1].startswith("sgd,32,")
    labels = {text.text for text in ET.fromstring(found.wide).iter() if text.text}
    assert {"32", "64", "128", "256", "batch size"} <= labels


def test_a_rate_at_an_end_of_its_range_is_hollow():
    found = rates_figure(rates(32, 64, exponent=Missing("two sizes"), at_edge=(64,)), LOOKS)
    assert 'fill="none" stroke="currentColor" stroke-width="1.5"' in found.wide
    assert "no trend, two sizes" in found.caption
    assert "Hollow marks" in found.caption


@pytest.mark.parametrize("sizes", [(64,), (1, 1_000_000), tuple(2**k for k in range(20))])
def test_any_batch_sizes_can_be_drawn(sizes):
    found = rates_figure(rates(*sizes), LOOKS)
    for text in (found.wide, found.narrow):
        ET.fromstring(text)
        assert "nan" not in text


def test_without_rates_the_figure_says_why():
    found = rates_figure(RatesByBatch(rows=(), exponents={}), LOOKS)
    assert found.is_empty
    assert "no trial has both" in found.caption


def test_steps_to_the_target_fall_with_the_batch():
    trials = [BatchTrial(batch_size=b, steps=6400 // b, setting="a") for b in (16, 32, 64)]
    found = steps_figure(scaling_of(trials, budget="steps"), target=0.95)
    assert found.caption.startswith("With equal steps for every trial: twice the batch halves")
    assert "steps to 0.95" in found.wide


def test_a_target_that_nobody_reached_is_an_empty_figure():
    trials = [BatchTrial(batch_size=b, steps=None, setting="a") for b in (16, 32)]
    assert steps_figure(scaling_of(trials, budget="steps"), target=0.99).is_empty
