import numpy as np
import pytest

from trialist.stats.draws import SharedDraws, signs, splits, weights


def fresh():
    return np.random.default_rng(7)


@pytest.mark.parametrize("source", [fresh, SharedDraws])
def test_a_split_picks_as_many_as_asked(source):
    block = splits(source(), 50, 12, 5)
    assert block.shape == (50, 12)
    assert set(np.unique(block)) == {0.0, 1.0}
    assert (block.sum(axis=1) == 5).all()


@pytest.mark.parametrize("source", [fresh, SharedDraws])
def test_signs_are_signs_and_weights_count_draws(source):
    rng = source()
    assert set(np.unique(signs(rng, 50, 9))) == {-1.0, 1.0}
    block = weights(rng, 50, 9)
    assert block.shape == (50, 9)
    assert (block.sum(axis=1) == 9).all()
    assert (block >= 0).all()


def test_every_place_is_picked_equally_often():
    rows = 20_000
    for block, share in (
        (splits(SharedDraws(), rows, 10, 3), 0.3),
        ((signs(SharedDraws(), rows, 10) + 1) / 2, 0.5),
        (weights(SharedDraws(), rows, 10) / 10, 0.1),
    ):
        assert np.abs(block.mean(axis=0) - share).max() < 5 * (0.25 / rows) ** 0.5


def test_shared_draws_of_equal_sizes_are_the_same_block():
    assert splits(SharedDraws(), 50, 12, 5) is splits(SharedDraws(), 50, 12, 5)


def test_the_second_block_of_one_analysis_differs_from_the_first():
    rng, other = SharedDraws(), SharedDraws()
    first, second = weights(rng, 50, 9), weights(rng, 50, 9)
    assert not np.array_equal(first, second)
    assert np.array_equal(first, weights(other, 50, 9))
    assert np.array_equal(second, weights(other, 50, 9))


def test_large_blocks_are_drawn_again_and_are_equal():
    first, second = (signs(SharedDraws(), 2100, 1000) for _ in range(2))
    assert first is not second
    assert np.array_equal(first, second)


def test_a_shared_block_cannot_be_changed():
    with pytest.raises(ValueError, match="read-only"):
        weights(SharedDraws(), 50, 9)[0, 0] = 1.0


def test_a_generator_gives_fresh_draws():
    rng = fresh()
    assert not np.array_equal(signs(rng, 50, 9), signs(rng, 50, 9))
