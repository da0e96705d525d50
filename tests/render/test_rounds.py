from dataclasses import replace

from trialist.render.sections.rounds import rounds
from trialist.values.baselinehistory import (
    BaselineHistory,
    BaselineRound,
    KeyChange,
    Validation,
)
from trialist.values.evidence import Interval


def made(number=1, **more):
    fields = {
        "number": number,
        "study": "round-1",
        "plan_hash": "sha256:1",
        "variant": "adam",
        "baseline": "sgd",
        "decision": "adopt",
        "verdict": "improvement",
        "estimate": 0.011,
        "interval": (0.004, 0.018),
        "price": 0.0,
        "changes": (KeyChange(key="lr", before=0.1, after=0.01),),
        "config": {"lr": 0.01},
        "learned": "adam gains 1.1 points.",
        "reason": None,
        "source": "winner",
        "by": "ana",
        "time": 0.0,
    }
    return BaselineRound(**(fields | more))


def section(report, *found):
    history = BaselineHistory(trial="train.py:train", metric="val/accuracy", rounds=found)
    return rounds(replace(report, history=history))


def test_a_report_without_a_search_has_no_history(reports):
    assert rounds(reports["two"]) == ""


def test_before_the_first_round_the_section_says_so(reports):
    assert "No round has adopted anything yet" in section(reports["two"])


def test_every_round_says_what_changed_by_how_much_and_what_it_showed(reports):
    validation = Validation(study="round-2", n=5, mean=0.97, interval=Interval(low=0.96, high=0.98))
    found = section(
        reports["two"],
        made(validation=validation),
        made(2, estimate=None, interval=None, reason="it is <simpler>", is_gone=True),
        made(3, interval=None, changes=()),
    )
    assert "+1.10" in found
    assert "[+0.40, +1.80]" in found
    assert "lr 0.1 -&gt; 0.01" in found
    assert "5, validated" in found
    assert "0, not validated" in found
    assert "round-1 (gone)" in found
    assert "Round 2: adam gains 1.1 points. A person decided: it is &lt;simpler&gt;." in found


def test_many_changes_are_told_in_short(reports):
    changes = tuple(KeyChange(key=f"k{k}", before=0, after=1) for k in range(9))
    assert "and 3 more" in section(reports["two"], made(changes=changes))
