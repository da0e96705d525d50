"""Batches in memory: every example once per epoch, known from the step."""

import itertools

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from trialist.train.tensordata import TensorData
from trialist.values.errors import DataError, LeakageError

CPU = torch.device("cpu")


def data(n=10, **options):
    x = torch.arange(n * 3, dtype=torch.float32).view(n, 3)
    return TensorData((x, torch.arange(n) % 2), **options)


def indices(source, *, start=0, count=8, batch_size=4, seed=7):
    batches = source.batches(seed=seed, batch_size=batch_size, start=start, device=CPU)
    return [batch.index.tolist() for batch in itertools.islice(batches, count)]


@given(n=st.integers(1, 40), batch_size=st.integers(1, 40), start=st.integers(0, 60))
def test_batches_from_a_step_are_those_of_an_uninterrupted_run(n, batch_size, start):
    if batch_size > n:
        batch_size = n
    source = data(n)
    whole = indices(source, count=start + 5, batch_size=batch_size)
    assert indices(source, start=start, count=5, batch_size=batch_size) == whole[start:]
    per_epoch = source.steps_per_epoch(batch_size)
    assert sorted(
        itertools.chain(*indices(source, count=per_epoch, batch_size=batch_size))
    ) == list(range(n))


def test_epochs_and_seeds_have_orders_of_their_own():
    source = data(50)
    first, second = indices(source, count=2, batch_size=50)
    (other,) = indices(source, count=1, batch_size=50, seed=8)
    assert first != second
    assert first != other


def test_rows_go_with_their_numbers():
    source = data()
    batch = next(source.batches(seed=1, batch_size=4, start=0, device=CPU))
    assert torch.equal(batch.x[:, 0], 3.0 * batch.index)
    assert torch.equal(batch.y, batch.index % 2)
    assert len(batch) == 4


def test_columns_may_have_any_names():
    source = TensorData({"x": torch.zeros(4, 2), "mask": torch.ones(4), "y": torch.arange(4)})
    batch = next(source.batches(seed=1, batch_size=2, start=0, device=CPU))
    assert batch.mask.tolist() == [1, 1]
    with pytest.raises(AttributeError, match="no column 'musk'; did you mean 'mask'"):
        _ = batch.musk


def test_validation_has_its_own_order():
    source = data(val=(torch.zeros(5, 3), torch.arange(5)))
    found = [batch.y.tolist() for batch in source.validation(batch_size=2, device=CPU)]
    assert found == [[0, 1], [2, 3], [4]]
    assert list(data().validation(batch_size=2, device=CPU)) == []


def test_normalized_data_is_measured_on_the_training_split():
    x = torch.randn(100, 3) * 5 + 2
    source = TensorData((x, torch.arange(100)), (x + 100, torch.arange(100))).normalized()
    train = source.split("train")["x"]
    assert train.mean(0).abs().max() < 1e-5
    assert (train.std(0, correction=0) - 1).abs().max() < 1e-5
    assert source.split("val")["x"].mean() > 10
    from trialist.train.normalizer import Normalizer

    foreign = Normalizer(mean=torch.zeros(3), scale=torch.ones(3), split="val", n=1000)
    with pytest.raises(LeakageError, match=r"fitted on 'val' \(1,000 rows\)"):
        source.normalized(foreign)


def test_balanced_sampling_draws_rare_classes_as_often():
    labels = torch.cat([torch.zeros(950, dtype=torch.long), torch.ones(50, dtype=torch.long)])
    source = TensorData((torch.zeros(1000, 1), labels), sampling="balanced")
    drawn = labels[torch.tensor(indices(source, count=1, batch_size=1000)[0])]
    assert 0.4 < drawn.double().mean() < 0.6
    assert indices(source, start=3, count=1, batch_size=100) == [
        indices(source, count=4, batch_size=100)[3]
    ]


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: TensorData((torch.zeros(3, 1), torch.zeros(4))), "x has 3, y has 4"),
        (lambda: TensorData((torch.zeros(0, 1), torch.zeros(0))), "no examples in 'train'"),
        (lambda: TensorData(torch.tensor(1.0)), "no examples in 'train'"),
        (
            lambda: data(val=(torch.zeros(2, 4), torch.zeros(2))),
            r"shape \(3,\) in 'train' and \(4,\)",
        ),
        (lambda: data(val=torch.zeros(2, 3)), "has no 'y'"),
        (lambda: data(sampling="odd"), "sampling is 'odd'"),
        (lambda: TensorData(torch.zeros(3, 1), sampling="balanced"), "the labels are missing"),
        (lambda: TensorData((torch.zeros(3, 1), ["a", "b", "c"])), r"'y' of 'train' is no array"),
        (lambda: TensorData([(torch.zeros(2), 1), (torch.zeros(3), 0)]), "is no array of numbers"),
        (lambda: TensorData(torch.utils.data.TensorDataset(torch.zeros(3))), "is a TensorDataset"),
        (lambda: indices(data(3)), "a batch has 4 examples, and the training data 3"),
    ],
)
def test_data_that_cannot_be_trained_on_is_refused(make, words):
    with pytest.raises(DataError, match=words) as caught:
        make()
    assert caught.value.mistakes[0].todo
