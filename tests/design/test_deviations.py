from dataclasses import replace

import pytest

from trialist.design.deviations import amendment_deviations
from trialist.design.protocol import build_plan
from trialist.values.amendment import Amendment
from trialist.values.judging import Mode
from trialist.values.metric import Goal, Metric
from trialist.values.plan import CodeFile, Plan
from trialist.values.study import Resources, Study

ACCURACY = Metric(name="val/accuracy", goal=Goal.MAXIMIZE, relevant=0.005)
CODE = (CodeFile(path="model.py", digest="1"), CodeFile(path="train.py", digest="2"))
EDITED = (CodeFile(path="new.py", digest="4"), CodeFile(path="train.py", digest="3"))


def plan(*, code=CODE, trial="train.py:train", **changes) -> Plan:
    fields = {
        "name": "digits",
        "metric": ACCURACY,
        "config": {"lr": 0.1, "dropout": 0.0},
        "variants": {"baseline": {}, "dropout": {"dropout": 0.3}},
        "seeds": {"min": 3, "max": 5},
    }
    return build_plan(Study(trial=trial, **{**fields, **changes}), code=code, trial=trial)


class DataPlan(Plan):
    def to_dict(self):
        return {**super().to_dict(), "data": {"digits.npz": "sha256:1"}}


def said(earlier, later, **known):
    amendment = Amendment(before=earlier.hash, after=later.hash, reason="too few", **known)
    first, *rest = amendment_deviations(2, amendment, earlier, later)
    assert all(one.startswith("Amendment 2: ") and one.endswith(".") for one in rest)
    assert first.startswith("Amendment 2, after ")
    return [first.removeprefix("Amendment 2, "), *(one[len("Amendment 2: ") : -1] for one in rest)]


def test_the_reason_comes_first_with_what_had_been_seen():
    later = plan(seeds={"min": 3, "max": 8})
    first = said(plan(), later, n_results=9, n_looks=1)[0]
    assert first.startswith('after 9 results and 1 look: "too few" (plan ')
    assert later.hash.removeprefix("sha256:")[:8] in first
    assert said(plan(), later, n_results=1)[0].startswith('after 1 result: "too few"')


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        (
            {"seeds": {"min": 3, "max": 8}},
            [
                "seeds were added, 5 -> 8 per variant",
                "the looks were changed, 3, 5 seeds -> 3, 5, 8 seeds",
            ],
        ),
        (
            {"seeds": 3},
            [
                "seeds were taken away, 5 -> 3 per variant",
                "the looks were changed, 3, 5 seeds -> 3 seeds",
            ],
        ),
        (
            {"seeds": (0, 4, 7)},
            [
                "seeds were exchanged, 2 of 5 are kept and 3 planned",
                "the looks were changed, 3, 5 seeds -> 3 seeds",
            ],
        ),
        ({"seeds": 5}, ["the looks were changed, 3, 5 seeds -> 5 seeds"]),
        (
            {"metric": Metric(name="val/loss", goal=Goal.MINIMIZE)},
            [
                "the metric was changed, val/accuracy -> val/loss",
                "the goal was changed, maximize -> minimize",
                "the smallest relevant difference was changed, 0.005 -> none",
                "the earlier runs of every variant no longer count and are made again",
            ],
        ),
        (
            {"code": EDITED},
            [
                (
                    "code was changed, model.py, new.py, train.py; runs of both codes are never "
                    "judged together"
                )
            ],
        ),
        (
            {"variants": {"baseline": {}, "wide": {"lr": 1.0}}},
            ["variant dropout was dropped", "variant wide was added"],
        ),
        (
            {"variants": {"baseline": {}, "dropout": {"dropout": 0.5}}},
            [
                (
                    "the earlier runs of dropout no longer count and are made again (config of "
                    "dropout: dropout 0.3 -> 0.5)"
                )
            ],
        ),
        (
            {"resources": Resources(threads=2)},
            [
                "the earlier runs of every variant no longer count and are made again",
                "also changed, resources.threads 1 -> 2",
            ],
        ),
        ({"question": "why?"}, ["also changed, question '' -> why?"]),
        (
            {"mode": Mode.EXPLORE},
            [
                "the looks were changed, 3, 5 seeds -> 5 seeds",
                "also changed, mode confirm -> explore",
            ],
        ),
        ({"paired": ("init",)}, ['also changed, paired [] -> ["init"]']),
    ],
    ids=str,
)
def test_each_thing_that_was_changed_has_its_sentence(changes, expected):
    assert said(plan(), plan(**changes))[1:] == expected


def test_codes_that_somebody_declared_equal_are_said_to_be_so():
    found = said(plan(), plan(code=EDITED), declared_by="ada@lab")
    assert found[1] == "code was changed, model.py, new.py, train.py; declared equal by ada@lab"


def test_other_data_are_a_deviation():
    known = plan()
    other = DataPlan(**{name: getattr(known, name) for name in Plan.__dataclass_fields__})
    assert "the data were changed" in said(known, other)


def test_one_variant_whose_runs_are_made_again_is_named():
    alone = {"variants": {"baseline": {}}}
    found = said(plan(**alone), plan(**alone, config={"lr": 0.2, "dropout": 0.0}))
    assert found[1].startswith("the earlier runs of baseline no longer count")


def test_a_change_that_is_none_gives_the_reason_only():
    again = replace(plan())
    assert len(said(plan(), again)) == 1
