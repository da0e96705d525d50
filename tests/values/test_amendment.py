from hypothesis import given
from hypothesis import strategies as st

from trialist.values.amendment import AMENDS, Amendment, is_equal_reason


@given(st.text(), st.lists(st.text(), max_size=3), st.none() | st.text())
def test_what_the_log_holds_gives_the_amendment_back(reason, differences, who):
    one = Amendment(
        before="sha256:a",
        after="sha256:b",
        reason=reason,
        differences=tuple(differences),
        n_results=7,
        n_looks=2,
        declared_by=who,
    )
    assert Amendment.from_dict({"plan": "sha256:b", **one.to_dict()}) == one


def test_a_line_of_the_log_names_the_plan_that_it_takes_the_place_of():
    assert Amendment(before="x", after="y", reason="r").to_dict()[AMENDS] == "x"


def test_only_somebody_can_declare_two_codes_equal():
    assert not Amendment(before="x", after="y", reason="equal: no one").declares_equal
    assert Amendment(before="x", after="y", reason="r", declared_by="me@here").declares_equal


def test_a_reason_declares_codes_equal_by_its_first_word():
    assert is_equal_reason("Equal: renamed a variable")
    assert is_equal_reason("  equal:moved a file")
    assert not is_equal_reason("equally good")
    assert not is_equal_reason("they are equal: really")
