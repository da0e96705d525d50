"""Loaded data: the same examples under the same draws, whatever the workers and interruptions."""

import itertools
from pickle import PicklingError

import numpy as np
import pytest
import torch
from fitcases import N, Noisy, loader_data
from torch.utils.data import DataLoader, IterableDataset, WeightedRandomSampler

from trialist.train.loaderdata import KeyedDataset, LoaderData
from trialist.train.seeding import random_state
from trialist.train.tensordata import TensorData
from trialist.values.errors import ConfigError, DataError

CPU = torch.device("cpu")


def batches(source, *, start=0, count=10, seed=7, batch_size=32):
    found = source.batches(seed=seed, batch_size=batch_size, start=start, device=CPU)
    return list(itertools.islice(found, count))


def assert_same(found, expected):
    for one, other in zip(found, expected, strict=True):
        assert torch.equal(one.index, other.index)
        assert torch.equal(one.x, other.x)
        assert torch.equal(one.y, other.y)


@pytest.mark.slow
def test_any_number_of_workers_gives_the_same_batches():
    expected = batches(loader_data(0))
    assert_same(batches(loader_data(2)), expected)
    assert_same(batches(loader_data(1), start=4, count=6), expected[4:])


@pytest.mark.parametrize("start", [0, 3, 6, 7, 15])
def test_batches_from_a_step_are_those_of_an_uninterrupted_run(start):
    whole = batches(loader_data(), count=start + 3)
    assert_same(batches(loader_data(), start=start, count=3), whole[start:])


def test_an_example_draws_anew_in_every_epoch():
    dataset = KeyedDataset(Noisy(5, 0), seed=1)
    first, again, next_epoch = dataset[(0, 3)], dataset[(0, 3)], dataset[(1, 3)]
    assert torch.equal(first[0], again[0])
    assert not torch.equal(first[0], next_epoch[0])


def test_loading_here_leaves_the_training_its_random_numbers():
    before = random_state()
    batches(loader_data(), count=2)
    after = random_state()
    assert before["python"] == after["python"]
    assert torch.equal(before["torch"], after["torch"])
    np.testing.assert_array_equal(before["numpy"][1], after["numpy"][1])


def test_the_order_is_that_of_data_in_memory():
    noisy = Noisy(N, 0)
    in_memory = TensorData((noisy.x, noisy.y))
    found, expected = batches(LoaderData(noisy)), batches(in_memory)
    for one, other in zip(found, expected, strict=True):
        assert torch.equal(one.index, other.index)


def test_a_loader_is_taken_with_its_settings():
    loader = DataLoader(
        Noisy(N, 0),
        batch_size=8,
        shuffle=True,
        collate_fn=lambda examples: {"x": len(examples) * [1]},
    )
    source = LoaderData(loader, DataLoader(Noisy(40, 1)))
    assert (source.n_train, source.n_val, source.workers) == (N, 40, 0)
    assert batches(source, count=1)[0].x == [1] * 32


def test_validation_is_the_same_each_time():
    source = loader_data()
    one, two = (list(source.validation(batch_size=16, device=CPU)) for _ in range(2))
    assert [len(batch) for batch in one] == [16, 16, 8]
    assert all(torch.equal(a.x, b.x) for a, b in zip(one, two, strict=True))


def test_what_a_loader_asked_for_and_does_not_get_is_told():
    assert LoaderData(DataLoader(Noisy(40, 0))).overruled(8) is None
    assert LoaderData(DataLoader(Noisy(40, 0), batch_size=8)).overruled(8) is None
    assert LoaderData(Noisy(40, 0)).overruled(8) is None
    odd = LoaderData(DataLoader(Noisy(40, 0), batch_size=4, drop_last=True)).overruled(8)
    assert odd == (
        "the DataLoader has batch_size=4 and drop_last=True; the training takes batches of 8, and "
        "every example once per epoch"
    )


class Broken(Noisy):
    def __getitem__(self, number):
        if number == 7:
            raise KeyError("no picture")
        return super().__getitem__(number)


class Ragged(Noisy):
    def __getitem__(self, number):
        return torch.zeros(number % 5 + 1), self.y[number]


@pytest.mark.parametrize("workers", [0, 1])
def test_an_error_says_which_example_it_was(workers):
    data = LoaderData(Broken(40, 0), workers=workers)
    with pytest.raises(KeyError) as caught:
        batches(data, count=2)
    said = str(caught.value) + "".join(getattr(caught.value, "__notes__", []))
    assert "This was example 7 of the dataset, in epoch 0." in said


def test_examples_of_unequal_size_need_a_collate_which_is_told():
    with pytest.raises(RuntimeError) as caught:
        batches(LoaderData(DataLoader(Ragged(40, 0))), count=1)
    assert any("give LoaderData(collate=...)" in note for note in caught.value.__notes__)
    padded = LoaderData(Ragged(40, 0), collate=lambda examples: {"x": torch.zeros(len(examples))})
    assert batches(padded, count=1)[0].x.shape == (32,)
    assert set(padded.example()) == {"x"}


@pytest.mark.filterwarnings("ignore:Got pickle error")
def test_what_cannot_be_sent_to_a_worker_is_told(monkeypatch):
    local = LoaderData(Noisy(40, 0), workers=1, collate=lambda examples: examples)
    loader = local._loader

    def spawned(*args):
        made = loader(*args)
        made.multiprocessing_context = "spawn"
        return made

    monkeypatch.setattr(local, "_loader", spawned)
    with pytest.raises((AttributeError, TypeError, PicklingError)) as caught:
        batches(local, count=1)
    assert any("on the top level of a file" in note for note in caught.value.__notes__)


@pytest.mark.parametrize("workers", [-1, "2", 2.0])
def test_a_number_of_workers_that_cannot_be_is_refused(workers):
    with pytest.raises(ConfigError, match="workers is"):
        LoaderData(Noisy(4, 0), workers=workers)


class Stream(IterableDataset):
    def __iter__(self):
        yield from range(3)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: LoaderData(Stream()), "gives no example by number"),
        (
            lambda: LoaderData(
                DataLoader(Noisy(4, 0), sampler=WeightedRandomSampler([1.0] * 4, 4))
            ),
            "a sampler of its own",
        ),
        (lambda: LoaderData((torch.zeros(4, 2), torch.zeros(4))), "is a tuple of 2 columns"),
        (lambda: LoaderData(Noisy(0, 0)), "no examples in 'train'"),
        (lambda: batches(LoaderData(Noisy(5, 0))), "a batch has 32 examples"),
    ],
)
def test_what_has_no_order_of_its_own_is_refused(make, words):
    with pytest.raises(DataError, match=words) as caught:
        make()
    assert caught.value.mistakes[0].todo
