"""Draws by key: the same for the same key, and independent over everything else."""

import pytest

from trialist.train.keyed import key_of, keyed_order, keyed_uniform

torch = pytest.importorskip("torch")

N = 200_000


def correlation(one, other):
    return torch.corrcoef(torch.stack([one, other]))[0, 1].abs().item()


def test_an_example_gets_the_same_draws_in_every_batch():
    key = key_of(7, "flip", 3)
    alone = keyed_uniform(key, torch.tensor([41]), 4)
    among = keyed_uniform(key, torch.tensor([5, 41, 6]), 4)
    assert torch.equal(alone[0], among[1])
    assert alone.shape == (1, 4)


def test_splitmix64_is_the_published_one():
    # The first outputs for seed 1234567, from the reference implementation in C.
    from trialist.train.keyed import _GOLDEN, _mixed

    states = 1234567 + torch.arange(1, 6) * _GOLDEN
    wanted = [6457827717110365317, 3203168211198807973, 9817491932198370423]
    assert [value % 2**64 for value in _mixed(states).tolist()[:3]] == wanted


def test_draws_are_uniform_and_independent_over_draws_neighbors_and_epochs():
    index = torch.arange(N)
    first = keyed_uniform(key_of(7, "flip", 0), index, 2)
    later = keyed_uniform(key_of(7, "flip", 1), index, 2)
    assert 0 <= first.min() < 1e-4
    assert 1 - 1e-4 < first.max() < 1
    assert abs(first.mean().item() - 0.5) < 0.004
    assert abs(first.var().item() - 1 / 12) < 0.001
    for one, other in (
        (first[:, 0], first[:, 1]),
        (first[:-1, 0], first[1:, 0]),
        (first[:, 0], later[:, 0]),
    ):
        assert correlation(one, other) < 0.01  # four and a half standard errors


def test_keys_differ_by_seed_domain_and_place():
    keys = {
        key_of(seed, domain, *places)
        for seed in range(5)
        for domain in ("order", "flip")
        for places in ((), (0,), (1,), (0, 1), (1, 0), (11,))
    }
    assert len(keys) == 60
    assert all(0 <= key < 2**63 for key in keys)


def test_an_order_is_a_permutation_that_touches_no_other_generator():
    torch.manual_seed(3)
    before = torch.get_rng_state()
    order = keyed_order(key_of(7, "order", 0), 100)
    assert torch.equal(order.sort().values, torch.arange(100))
    assert torch.equal(order, keyed_order(key_of(7, "order", 0), 100))
    assert not torch.equal(order, keyed_order(key_of(7, "order", 1), 100))
    assert torch.equal(torch.get_rng_state(), before)
