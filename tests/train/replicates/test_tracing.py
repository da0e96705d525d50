"""The traced graph does what the vmapped step does."""

import pytest
import torch
from replicatecases import VECTORIZED, assembly, task, trained

from trialist.train.replicates.quiet import quiet
from trialist.train.replicates.tracing import traced


@pytest.mark.parametrize("name", VECTORIZED)
def test_both_give_the_same(name):
    recipe = task(VECTORIZED[name])
    steps = 8 if name == "mlp" else 4  # the seventh has another size, and is traced anew
    with quiet():
        one, _ = assembly(recipe, 3)
        other, _ = assembly(recipe, 3, backend="traced")
        losses = [trained(parts, steps) for parts in (one, other)]
    found, expected = other.stack.weights(), one.stack.weights()
    assert all((found[name] - expected[name]).abs().max() <= 1e-6 for name in expected)
    assert all((a - b).abs().max() <= 1e-6 for a, b in zip(*losses, strict=True))


def test_a_plain_net_has_the_same_bits():
    recipe = task()
    one, _ = assembly(recipe, 3)
    other, _ = assembly(recipe, 3, backend="traced")
    trained(one, 4), trained(other, 4)
    assert torch.equal(one.stack.values, other.stack.values)


def test_only_what_changes_nothing_is_left_out():
    def function(x, y):
        twice = (x.T.T * 1).expand(3, 4) + (x != 2).float()
        return (twice.view(3, 4) * (x != 2).float(), y.unsqueeze(0) * 2, y.detach())

    x, y = torch.randn(3, 4), torch.randn(5)
    x[0, 0] = 2.0
    graph = traced(function, [x, y])
    for found, expected in zip(graph(x, y), function(x, y), strict=True):
        assert torch.equal(found, expected)
    operations = [n.target for n in graph.__self__.graph.nodes if n.op == "call_function"]
    assert operations.count(torch.ops.aten.ne.Scalar) == 1
    assert torch.ops.aten.expand.default not in operations


def test_what_is_written_in_place_keeps_its_order():
    def function(x):
        one, two = torch.zeros(3), torch.zeros(3)
        one.add_(x)
        return (one, two)

    x = torch.randn(3)
    one, two = traced(function, [x])(x)
    assert torch.equal(one, x)
    assert not two.any()
