"""Previews: what is shown is what is trained on."""

import numpy as np
import pytest
import torch
from augmentcases import N, data, pictures, trained
from fitcases import Recorded

from trialist.train import Augmentation, Crop, Flip, LoaderData, TensorData, preview
from trialist.values.errors import ConfigError, DataError
from trialist.values.seeds import SeedSet


def pixels(picture):
    return np.frombuffer(picture.rgb, dtype=np.uint8).reshape(picture.height, picture.width, 3)


def shown_as(x):
    return (x.permute(1, 2, 0) * 255).round().clamp(0, 255).numpy().astype(np.uint8)


@pytest.mark.parametrize("tier", ["weak", "medium"])
def test_the_first_epoch_is_what_the_training_gets(tier):
    if tier == "medium":
        pytest.importorskip("kornia")
    seen = []

    def noting(model, batch):
        if model.training and not seen:
            seen.append(batch)
        return model(batch.x).sum()

    from trialist.train import SGD, fit

    run = Recorded()
    fit(
        torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(192, 2)), loss=noting, data=data(),
        optimizer=SGD(lr=1e-6), steps=1, batch_size=10, run=run, augment=tier, progress=False,
    )  # fmt: skip
    found = preview(data(), tier, tiers=(), seed=run.seed, examples=4, epochs=1, batch_size=10)
    assert (found.columns, found.own) == (("original", tier), tier)
    assert [one.number for one in found.examples] == seen[0].index[:4].tolist()
    raw = data().split("train")["x"]
    for place, one in enumerate(found.examples):
        (original,), (changed,) = one.pictures
        assert np.array_equal(pixels(original), shown_as(raw[one.number]))
        assert np.array_equal(pixels(changed), shown_as(seen[0].x[place]))
        assert one.label == str(one.number % 2)


def test_normalized_pictures_look_as_they_did_before():
    plain = preview(data(), tiers=(), seed=1, examples=3)
    normal = preview(data().normalized(), tiers=(), seed=1, examples=3)
    for one, other in zip(plain.examples, normal.examples, strict=True):
        apart = pixels(one.pictures[0][0]).astype(int) - pixels(other.pictures[0][0])
        assert abs(apart).max() <= 1
    assert normal.notes == ()


def test_without_names_all_tiers_are_shown():
    pytest.importorskip("kornia")
    found = preview(data().normalized(), seed=1, examples=2, epochs=2)
    assert (found.columns, found.own) == (("original", "weak", "medium", "strong"), None)
    assert [len(part) for part in found.examples[0].pictures] == [1, 2, 2, 2]


def test_without_kornia_weak_is_shown_and_the_extra_named(monkeypatch):
    monkeypatch.setattr("trialist.train.augment.previewing.find_spec", lambda _name: None)
    found = preview(data(), seed=1, examples=1)
    assert found.columns == ("original", "weak")
    assert "trialist[augment]" in found.notes[0]


def test_pictures_of_one_color_are_shown():
    x, y = pictures(N, 0)
    found = preview(TensorData((torch.full_like(x, 7.0), y)), seed=1, examples=1, tiers=())
    assert set(found.examples[0].pictures[0][0].rgb) == {0}


def test_an_augmentation_of_ones_own_is_shown_first():
    mine = Augmentation(Flip(1.0), Crop(1))
    found = preview(data(), mine, tiers=("weak",), seed=1)
    assert (found.columns, found.own) == (("original", "as trained", "weak"), "as trained")


def test_pictures_of_an_unknown_range_are_stretched_and_only_moved():
    x, y = pictures(N, 0)
    found = preview(TensorData((x * 5 - 2, y)), seed=1, examples=2)
    assert found.columns == ("original", "weak")
    assert "black and white are these ends" in found.notes[0]


def test_gray_pictures_and_bytes_and_loaded_data_are_shown_too():
    x, y = pictures(N, 0, size=(1, 8, 8))
    gray = preview(TensorData((x, y)), seed=1, examples=1, tiers=("weak",))
    found = pixels(gray.examples[0].pictures[0][0])
    assert (found[..., 0] == found[..., 2]).all()
    as_bytes = TensorData(((x * 255).to(torch.uint8), y))
    assert len(preview(as_bytes, seed=1, examples=1, tiers=("weak",)).png()) > 100
    rows = [(x[number], y[number]) for number in range(N)]
    loaded = preview(LoaderData(rows), seed=1, examples=2, tiers=())
    order = data().order(SeedSet.of(1).data, 0)
    assert [one.number for one in loaded.examples] == order[:2].tolist()


def test_a_preview_changes_no_training():
    expected = trained(Recorded(), "weak").last
    torch.manual_seed(5)
    state = torch.get_rng_state()
    preview(data(), "weak", seed=3)
    assert torch.equal(torch.get_rng_state(), state)
    assert trained(Recorded(), "weak").last == expected


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        ({"examples": 0}, ConfigError, "0 examples are asked for"),
        ({"epochs": 0}, ConfigError, "8 examples are asked for, 0 times"),
        ({"tiers": ("week",)}, ConfigError, "no augmentation 'week'"),
        ({"column": "y"}, DataError, "has shape"),
    ],
)
def test_what_cannot_be_shown_is_told(options, error, words):
    with pytest.raises(error, match=words):
        preview(data(), seed=1, **options)
