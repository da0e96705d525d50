import itertools
import json
from dataclasses import replace

import pytest

from trialist.design.amendment import Standing
from trialist.ledger.atomic import write_atomic
from trialist.ledger.history import History
from trialist.ledger.lineage import earlier_plan, keep_plan, lineage_of, registered_plan
from trialist.ledger.protocol_log import Entry
from trialist.values.amendment import Amendment
from trialist.values.canonical import canonical_json
from trialist.values.errors import LedgerError
from trialist.values.plan import CodeFile, PlannedVariant

OTHER = (CodeFile(path="train.py", digest="cd"),)


def write_plan(study, plan):
    write_atomic(study.plan_file, canonical_json(plan.to_dict()) + "\n")


def amended(study, *plans, equal=False):
    """Give the history of a study whose plan was amended from each of `plans` to the next."""
    entries = [Entry({"kind": "registered", "time": 0.0, "plan": plans[0].hash})]
    for before, after in itertools.pairwise(plans):
        write_plan(study, before)
        keep_plan(study, before)
        one = Amendment(
            before=before.hash, after=after.hash, reason="r", declared_by="me" if equal else None
        )
        fields = {"kind": "amended", "time": 1.0, "plan": after.hash, **one.to_dict()}
        entries.append(Entry(fields))
    write_plan(study, plans[-1])
    return History(entries)


def test_a_study_that_was_never_amended_has_one_plan(study, plan):
    lineage = lineage_of(study, plan, History())
    assert list(lineage.plans) == [plan.hash]
    assert lineage.standing(plan.hash, "wide") is Standing.COUNTS
    assert lineage.standing("sha256:other", "wide") is None
    assert lineage.standing(None, "wide") is None
    assert lineage.other_code(plan.hash) is None
    assert lineage.other_code(None) is None
    assert not lineage.takes(None, "wide", has_result=True)


def test_a_plan_that_the_log_does_not_end_with_has_no_earlier_ones(study, plan):
    later = replace(plan, question="?")
    history = amended(study, plan, later)
    assert list(lineage_of(study, plan, history).plans) == [plan.hash]


def test_runs_of_a_plan_before_count_where_they_are_what_the_last_one_asks_for(study, plan):
    changed = replace(
        plan,
        seeds=(0, 1, 2),
        variants=(plan.variants[0], PlannedVariant(name="wide", config={"width": 9})),
    )
    lineage = lineage_of(study, changed, amended(study, plan, changed))
    assert list(lineage.plans) == [plan.hash, changed.hash]
    assert lineage.takes(plan.hash, "baseline", has_result=False)
    assert lineage.standing(plan.hash, "wide") is Standing.APART
    assert not lineage.takes(plan.hash, "wide", has_result=True)


@pytest.mark.parametrize("equal", [True, False])
def test_of_other_code_only_results_count_and_failures_are_tried_again(study, plan, equal):
    changed = replace(plan, code=OTHER)
    lineage = lineage_of(study, changed, amended(study, plan, changed, equal=equal))
    assert lineage.takes(plan.hash, "wide", has_result=True)
    assert not lineage.takes(plan.hash, "wide", has_result=False)
    assert lineage.other_code(plan.hash) == (None if equal else plan.hash)


def test_a_plan_that_is_changed_back_is_in_its_own_lineage(study, plan):
    changed = replace(plan, question="?")
    history = amended(study, plan, changed, plan)
    assert list(lineage_of(study, plan, history).plans) == [plan.hash, changed.hash]


def test_a_plan_that_is_missing_or_altered_is_not_guessed(study, plan):
    changed = replace(plan, question="?")
    history = amended(study, plan, changed)
    (kept,) = study.plans.glob("*.json")
    text = kept.read_text(encoding="utf-8")
    kept.write_text(text.replace('"width":64', '"width":65'), encoding="utf-8")
    with pytest.raises(LedgerError, match="registered was"):
        lineage_of(study, changed, history)
    kept.write_text("{}", encoding="utf-8")
    with pytest.raises(LedgerError, match="cannot be read"):
        lineage_of(study, changed, history)
    kept.unlink()
    with pytest.raises(LedgerError, match="cannot be read"):
        lineage_of(study, changed, history)


def test_the_study_file_is_kept_once_with_its_plan(study, plan):
    study.study_file.write_text("first\n", encoding="utf-8")
    keep_plan(study, plan)
    study.study_file.write_text("second\n", encoding="utf-8")  # killed here, and run again
    keep_plan(study, plan)
    (kept,) = study.plans.glob("*.yaml")
    assert kept.read_text(encoding="utf-8") == "first\n"
    assert earlier_plan(study, plan.hash) == plan


def test_the_last_form_of_an_open_plan_is_kept(study, plan):
    short = replace(plan, is_open=True)
    longer = replace(short, seeds=(0, 1, 2))
    assert short.hash == longer.hash
    keep_plan(study, short)
    keep_plan(study, longer)
    assert earlier_plan(study, short.hash).seeds == (0, 1, 2)


def test_the_registered_plan_is_found_where_an_amendment_was_cut_short(study, plan):
    history = History([Entry({"kind": "registered", "time": 0.0, "plan": plan.hash})])
    write_plan(study, plan)
    keep_plan(study, plan)
    write_plan(study, replace(plan, question="?"))
    assert registered_plan(study, history) == plan
    assert registered_plan(study, History()).question == "?"


def test_without_a_kept_plan_the_one_in_the_folder_is_given(study, plan):
    write_plan(study, plan)
    history = History([Entry({"kind": "registered", "time": 0.0, "plan": "sha256:gone"})])
    assert registered_plan(study, history) == plan
    assert earlier_plan(study, plan.hash) == plan
    with pytest.raises(LedgerError):
        earlier_plan(study, "sha256:gone")
    assert json.loads(study.plan_file.read_text(encoding="utf-8"))["study"] == "digits"
