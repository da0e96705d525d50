"""Keyed dropout: a mask follows from seed, step and place, and is dropout."""

import pytest
import torch
from replicatecases import CPU
from torch import nn

from trialist.train.replicates.keyeddropout import KeyedDropout, MaskMaker, Site, install

SITE = Site(torch.Size([50, 40]), 0.3, torch.float32)
OTHER = Site(torch.Size([7, 3]), 0.5, torch.float64)


def masks(seeds, step=0, part=0, sites=(SITE, OTHER)):
    return MaskMaker(seeds, CPU).made(sites, step, part)


def test_a_replicate_drops_the_same_alone_and_among_others():
    together, alone = masks([1, 2, 3], 5), masks([2], 5)
    for many, one in zip(together, alone, strict=True):
        assert torch.equal(many[1], one[0])
    kept = MaskMaker([1, 2, 3], CPU)
    kept.keep([1])
    assert torch.equal(kept.made([SITE], 5)[0], alone[0])


def test_steps_parts_seeds_and_places_have_nothing_in_common():
    sites = (SITE, SITE)
    drawn = [
        *masks([1, 2], 0, sites=sites), *masks([1, 2], 1, sites=sites),
        *masks([1, 2], 0, 1, sites=sites),
    ]  # fmt: skip
    flat = torch.cat([one.flatten(1) for one in drawn])
    found = torch.corrcoef(flat.double())
    off = found - torch.diag(found.diag())
    assert off.abs().max() < 5 / SITE.shape.numel() ** 0.5


def test_the_shares_are_met_and_what_is_kept_is_scaled():
    one, other = masks(range(100))
    assert one.unique().tolist() == pytest.approx([0.0, 1 / 0.7])
    share = float((one > 0).double().mean())
    assert share == pytest.approx(0.7, abs=5 * (0.21 / one.numel()) ** 0.5)
    assert other.dtype == torch.float64
    assert other.shape == (100, 7, 3)


def test_everything_or_nothing_is_dropped():
    assert not masks([1], sites=[Site(torch.Size([9]), 1.0, torch.float32)])[0].any()
    assert masks([1], sites=[]) == ()
    x = torch.ones(3, 4)
    assert torch.equal(KeyedDropout(0.0, 0, None)(x), x)


@pytest.mark.parametrize(
    ("module", "shape", "expected"),
    [
        (nn.Dropout(0.5), (8, 6), (8, 6)),
        (nn.Dropout1d(0.5), (8, 6, 5), (8, 6, 1)),
        (nn.Dropout1d(0.5), (6, 5), (6, 1)),
        (nn.Dropout2d(0.5), (8, 6, 5, 4), (8, 6, 1, 1)),
        (nn.Dropout3d(0.5), (2, 6, 5, 4, 3), (2, 6, 1, 1, 1)),
        (nn.Dropout3d(0.5), (6, 5, 4, 3), (6, 1, 1, 1)),
    ],
)
def test_what_falls_together_is_what_torch_drops_together(module, shape, expected):
    model = nn.Sequential(module)
    if 1 in expected:
        torchs = model(torch.ones(shape)).flatten(expected.index(1))
        assert (torchs == torchs[..., :1]).all()
    source = install(model)
    sites = source.record()
    x = torch.rand(shape) + 1
    assert torch.equal(model(x), x)
    source.stop()
    assert tuple(sites[0].shape) == expected
    mask = MaskMaker([3], CPU).made(sites, 0)[0][0]
    source.load([mask])
    assert torch.equal(model(x), x * mask)
    assert torch.equal(model.eval()(x), x)


def test_a_module_in_two_places_has_two_masks():
    shared = nn.Dropout(0.5)
    model = nn.Sequential(shared, nn.Sequential(shared))
    source = install(model)
    sites = source.record()
    model(torch.ones(2, 2))
    assert len(sites) == 2
    assert not any(type(module) is nn.Dropout for module in model.modules())
