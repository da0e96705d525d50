"""Blocks that are computed again: the same gradients and buffers, with less kept in between."""

import copy
import os
import pickle
import subprocess
import sys
import textwrap

import pytest
import torch
from fitcases import arrays, equal, loss, tensor_data, weights
from torch import nn

from trialist.train import SGD, checkpoint_blocks, micro_batch_for
from trialist.train.fitting import fit
from trialist.values.errors import ConfigError


class Block(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.inner = nn.Sequential(
            nn.Linear(width, width), nn.BatchNorm1d(width), nn.Dropout(0.3), nn.ReLU()
        )
        self.calls = 0

    def forward(self, x, *, scale=1.0):
        self.calls += 1
        return x + scale * self.inner(x)


def deep():
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(6, 16), Block(16), Block(16), nn.Linear(16, 2))


def stepped(model):
    x, y = arrays(64, 0)
    torch.manual_seed(1)
    value = nn.functional.cross_entropy(model(x), y)
    value.backward()
    return value, [one.grad for one in model.parameters()], weights(model)


def test_loss_gradients_and_statistics_are_those_of_the_plain_model():
    plain, changed = deep(), deep()
    assert checkpoint_blocks(changed, ["1", "2"]) == ["1", "2"]
    one, other = stepped(plain), stepped(changed)
    assert torch.equal(one[0], other[0])
    assert all(map(torch.equal, one[1], other[1]))
    assert equal(one[2], other[2])
    assert (plain[1].calls, changed[1].calls) == (1, 2)


def test_a_training_ends_with_the_same_bits():
    def trained(names):
        model = deep()
        checkpoint_blocks(model, names)
        options = {"steps": 20, "seed": 1, "ema": 0.9, "micro_batch": 20, "progress": False}
        return fit(model, loss=loss, data=tensor_data(), optimizer=SGD(lr=0.1), **options)

    plain, changed = trained([]), trained(["1", "2"])
    assert equal(weights(plain.model), weights(changed.model))
    assert equal(weights(plain.average), weights(changed.average))
    assert plain.last == changed.last


def test_without_gradients_nothing_is_computed_twice():
    model = deep()
    checkpoint_blocks(model, "1")
    with torch.inference_mode():
        model(arrays(8, 0)[0])
    assert model[1].calls == 1


def test_a_copy_computes_with_its_own_weights():
    model = deep()
    checkpoint_blocks(model, "1")
    other = copy.deepcopy(model).eval()
    model.eval()
    x = arrays(8, 0)[0]
    before = other(x)
    with torch.no_grad():
        for one in model.parameters():
            one.zero_()
    assert torch.equal(before, other(x))
    assert type(other[1]) is type(model[1])
    again = pickle.loads(pickle.dumps(other))
    assert torch.equal(before, again(x))
    again(x).sum().backward()
    assert again[1].calls == other[1].calls + 3


def test_names_of_weights_stay_and_asking_twice_changes_nothing():
    model = deep()
    names = list(model.state_dict())
    checkpoint_blocks(model, "1")
    kind = type(model[1])
    checkpoint_blocks(model, "1")
    assert type(model[1]) is kind
    assert isinstance(model[1], Block)
    assert list(model.state_dict()) == names


def test_a_star_stands_for_one_level():
    model = nn.ModuleDict({"blocks": nn.Sequential(Block(4), Block(4)), "head": nn.Linear(4, 2)})
    assert checkpoint_blocks(model, "blocks.*") == ["blocks.0", "blocks.1"]
    assert not isinstance(model["head"], type(model["blocks"][0]))


def test_an_unknown_name_and_blocks_in_blocks_are_refused():
    with pytest.raises(ConfigError, match="the model has no module 'block'") as caught:
        checkpoint_blocks(nn.ModuleDict({"blocks": Block(4)}), "block")
    assert "did you mean 'blocks'" in caught.value.mistakes[0].todo
    with pytest.raises(ConfigError, match=r"'1.inner' lies in '1'"):
        checkpoint_blocks(deep(), ["1", "1.inner"])


def test_equal_parts_are_public_too():
    assert micro_batch_for(100, fits=32) == 25


MEASURED = """
    import torch
    from torch import nn
    from trialist.train import checkpoint_blocks
    def block():
        return nn.Sequential(*(layer for _ in range(4) for layer in (nn.Linear(64, 64), nn.Tanh())))
    def most():
        # Not ru_maxrss: a child begins with that of the process which started it.
        lines = open("/proc/self/status").read().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))
    kept = nn.Sequential(*(block() for _ in range(8)))
    again = nn.Sequential(*(block() for _ in range(8)))
    checkpoint_blocks(again, "*")
    again(torch.randn(2, 64)).sum().backward()  # what is imported at the first call
    x, before = torch.randn(2**15, 64), most()
    for model in (again, kept):
        model(x).sum().backward()
        print(most() - before)
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="the peak is read where /proc is")
def test_memory_is_less_than_half():
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(MEASURED)],
        capture_output=True, text=True, check=True,
        env={**os.environ, "MALLOC_MMAP_THRESHOLD_": "65536"},  # what is freed is given back
    )  # fmt: skip
    again, kept = map(int, done.stdout.split())
    assert again < 0.5 * kept
