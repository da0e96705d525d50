from dataclasses import replace

from trialist.render.sections.searched import searched, searched_section
from trialist.values.searchplan import Method, SearchPlan, Tuned
from trialist.values.space import Arm, Parameter

ARMS = (Arm(variant="sgd", parameters=(Parameter(name="lr", low=0.1, high=1.0),)),)
PLAN = SearchPlan(
    method=Method.TPE,
    arms=ARMS,
    trials=20,
    replicates=1,
    seed=0,
    tuned=Tuned.CONFIGURATION,
    caveats=("Batch size 128 was not tuned.",),
)


def test_a_report_of_a_study_without_a_search_has_no_such_section(reports):
    assert searched(reports["two"]) == ""
    assert searched(reports["table"]) == ""


def test_a_report_says_what_was_searched_how_and_what_was_not(reports):
    data = replace(reports["two"], plan=replace(reports["two"].plan, search=PLAN))
    found = searched(data)
    assert "0.1 to 1" in found
    assert "Method: tpe." in found
    assert "Batch size 128 was not tuned." in found


def test_of_a_table_the_method_is_not_known():
    assert "How the points were chosen is not known" in searched_section(ARMS, None)
