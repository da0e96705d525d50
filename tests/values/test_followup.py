"""The family of a follow-up reads back from a log as it was."""

import json

from trialist.values.evidence import Interval
from trialist.values.followup import Family, FamilyMember, FamilyVerdict, Origin
from trialist.values.missing import Missing
from trialist.values.verdict import VerdictCode


def verdict(**changes):
    fields = {
        "variant": "wide",
        "baseline": "baseline",
        "code": VerdictCode.IMPROVEMENT,
        "is_final": True,
        "n": 5,
        "estimate": 0.1,
        "interval": Interval(low=0.05, high=0.15),
        "sentence": "It helps.",
    }
    return FamilyVerdict(**{**fields, **changes})


NOTHING = verdict(
    code=VerdictCode.REFUSED, estimate=Missing("no run"), interval=Missing("one run"), n=0
)
MEMBER = FamilyMember(
    study="first",
    plan_hash="sha256:1",
    head="ab",
    mode="confirm",
    seeds=(0, 1, 2),
    verdicts=(verdict(), NOTHING),
)
ORIGIN = Origin(members=(MEMBER,), used=(0, 1, 2, 3), next_seed=8, code=("a.py",), beside=("b",))


def test_an_origin_reads_back_from_json_as_it_was():
    assert Origin.from_dict(json.loads(json.dumps(ORIGIN.to_dict()))) == ORIGIN


def test_a_missing_number_has_its_reason():
    told = NOTHING.to_dict()
    assert told["estimate"] is None
    assert told["missing"] == {"estimate": "no run", "interval": "one run"}


def test_a_family_says_how_often_it_errs_or_why_that_is_not_known():
    family = Family(members=(MEMBER,), n_comparisons=2, error_rate=0.05, statement=("All.",))
    assert family.to_dict()["error_rate"] == 0.05
    assert family.to_dict()["missing"] == {}
    family = Family(
        members=(MEMBER,), n_comparisons=2, error_rate=Missing("explored"), statement=()
    )
    assert family.to_dict()["error_rate"] is None
    assert family.to_dict()["missing"] == {"error_rate": "explored"}
    assert family.to_dict()["studies"][0]["seeds"] == [0, 1, 2]
