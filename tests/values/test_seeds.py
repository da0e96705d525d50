"""Seeds: golden numbers, because a changed derivation would change everybody's runs."""

from dataclasses import asdict
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialist.values.errors import ConfigError
from trialist.values.seeds import SOURCES, SeedSet, derive_seed


@pytest.mark.parametrize(
    ("base", "source", "number"),
    [
        (0, "split", 5893255760983136482),
        (0, "order", 2790704479883179077),
        (0, "init", 7864131570412184878),
        (0, "train", 7578448866233912157),
        (1, "init", 8347739128238974457),
        (19, "train", 7659654872835339129),
        (0, "split/fixed", 8867090313806007773),
    ],
)
def test_a_seed_never_changes_between_versions(base, source, number):
    assert derive_seed(base, source) == number


def test_no_two_sources_or_bases_share_a_seed():
    tags = [*SOURCES, *(f"{source}/fixed" for source in SOURCES)]
    numbers = {derive_seed(base, tag) for base in range(5000) for tag in tags}
    assert len(numbers) == 5000 * len(tags)


@given(st.integers(0, 2**70), st.sampled_from(SOURCES))
def test_a_seed_fits_into_63_bits(base, source):
    assert 0 <= derive_seed(base, source) < 2**63


def test_the_four_numbers_are_the_four_sources():
    seeds = SeedSet.of(3)
    assert seeds == SeedSet(
        base=3,
        split=derive_seed(3, "split"),
        data=derive_seed(3, "order"),
        model=derive_seed(3, "init"),
        train=derive_seed(3, "train"),
    )


NUMBERS = {"split": "split", "order": "data", "init": "model", "train": "train"}


@pytest.mark.parametrize(
    "vary", [chosen for size in range(1, 5) for chosen in combinations(SOURCES, size)]
)
def test_sources_that_do_not_vary_are_the_same_in_every_replicate(vary):
    replicates = [SeedSet.of(base, vary=vary) for base in range(20)]
    for source, name in NUMBERS.items():
        different = {getattr(seeds, name) for seeds in replicates}
        assert len(different) == (20 if source in vary else 1)


def test_a_fixed_source_is_no_replicate_of_itself():
    fixed = SeedSet.of(0, vary=("init",), study=0).split
    assert fixed not in {SeedSet.of(base).split for base in range(100)}


def test_another_study_number_fixes_the_sources_elsewhere():
    one, two = (SeedSet.of(0, vary=("init",), study=number) for number in (0, 1))
    assert one.split != two.split
    assert one.model == two.model


def test_any_seed_can_be_chosen_and_the_others_stay():
    chosen = SeedSet.of(7, split=3)
    assert chosen == SeedSet(**{**asdict(SeedSet.of(7)), "split": 3})


def test_a_seed_that_is_none_of_a_run_is_refused():
    with pytest.raises(ConfigError, match="'model_seed' is no seed of a run"):
        SeedSet.of(7, model_seed=3)
