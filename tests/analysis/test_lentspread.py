from hypothesis import given
from hypothesis import strategies as st

from trialist.analysis.lentspread import RunGroup, lending

VALUES = (0.1, 0.2, 0.4)


def group(study="a", variant="baseline", recipe="r", seeds=(0, 1, 2), values=VALUES):
    return RunGroup(study=study, variant=variant, recipe=recipe, seeds=seeds, values=values)


def test_groups_of_three_runs_that_differ_lend_their_noise():
    flat = group(recipe="flat", values=(0.5, 0.5, 0.5))
    two = group(recipe="two", seeds=(0, 1), values=(0.1, 0.2))
    assert lending([flat, group(), two], own=()) == (group(),)


def test_runs_that_the_study_makes_itself_lend_nothing():
    own = group(study="new", seeds=(2, 3), values=())
    assert lending([group()], own=[own]) == ()
    other = group(seeds=(4, 5, 6))
    assert lending([other], own=[own]) == (other,)


def test_the_same_runs_in_two_studies_count_once_and_the_larger_group_stays():
    longer = group(study="b", seeds=(0, 1, 2, 3), values=(*VALUES, 0.3))
    assert lending([group(), longer], own=()) == (longer,)
    assert lending([longer, group()], own=()) == (longer,)


def test_equal_values_are_the_same_runs_under_another_name():
    assert lending([group(), group(study="b", recipe="s")], own=()) == (group(),)


def test_other_seeds_of_a_recipe_are_other_runs():
    later = group(study="b", seeds=(3, 4, 5), values=(0.5, 0.7, 0.6))
    assert lending([group(), later], own=()) == (group(), later)


@given(
    st.lists(
        st.builds(
            group,
            study=st.sampled_from("abc"),
            recipe=st.sampled_from("rst"),
            seeds=st.sampled_from([(0, 1, 2), (2, 3, 4), (5, 6, 7)]),
            values=st.sampled_from([VALUES, (0.5, 0.7, 0.6), (0.9, 0.7, 0.1)]),
        ),
        max_size=8,
    )
)
def test_no_run_lends_twice(groups):
    found = lending(groups, own=())
    runs = [(one.recipe, seed) for one in found for seed in one.seeds]
    assert len(runs) == len(set(runs))
    assert lending(found, own=()) == found
