from trialist.design.expectations import expectations_of

NAMES = ("baseline", "wide", "deep")


def read(expect, *, variants=NAMES, baseline="baseline", relevant=0.005):
    return expectations_of(expect, variants=variants, baseline=baseline, relevant=relevant)


def test_the_order_in_which_they_are_written_means_nothing():
    one = read({"deep": "> 0", "wide": "< 0"})
    other = read({"wide": "< 0", "deep": "> 0"})
    assert one == other
    assert [expected.variant for expected in one.expectations] == ["wide", "deep"]


def test_every_problem_is_told_and_what_is_right_is_kept():
    found = read({"wide": "up", "dep": "> 0", "baseline": "> 0", "deep": "> 0"})
    assert [one.variant for one in found.expectations] == ["deep"]
    assert [(one.variant, one.of_key) for one in found.problems] == [
        ("wide", False),
        ("dep", True),
        ("baseline", True),
    ]
    assert found.problems[1].todo.startswith("did you mean 'deep'?")
    assert "differs from itself by nothing" in found.problems[2].message
    assert found.problems[2].todo == "known: wide, deep"


def test_a_study_with_one_variant_compares_nothing():
    (problem,) = read({"baseline": "> 0"}, variants=("baseline",)).problems
    assert problem.todo == "the study compares nothing: leave expect out"


def test_unknown_variants_are_not_told_where_variants_are_wrong_themselves():
    found = read({"whatever": "> 0", "else": "up"}, variants=None, baseline=None)
    assert [one.variant for one in found.problems] == ["else"]
    assert [one.variant for one in found.expectations] == ["whatever"]
