"""The history of the baseline in a report."""

from __future__ import annotations

from dataclasses import replace

from trialist.render.html import report_html
from trialist.render.sections.rounds import rounds
from trialist.values.baselinehistory import (
    BaselineHistory,
    BaselineRound,
    KeyChange,
    Validation,
)
from trialist.values.missing import Missing

FIRST = BaselineRound(
    number=1,
    study="round-1",
    plan_hash="sha256:0",
    variant="adam",
    baseline="sgd",
    decision="adopt",
    verdict="improvement",
    estimate=0.036,
    interval=(0.003, 0.069),
    price=0.0,
    changes=(
        KeyChange(key="lr", before=0.03, after=0.0146349104688),
        KeyChange(key="beta1", after=0.9, is_new=True),
        KeyChange(key="momentum", before=0.9, is_gone=True),
    ),
    config={"lr": 0.0146349104688},
    learned="adam helps <here>.",
    reason=None,
    source="trial 3",
    by="me",
    time=0.0,
)


def shown(reports, *told):
    history = BaselineHistory(trial="train.py:train", metric="val/accuracy", rounds=told)
    return str(rounds(replace(reports["improvement"], history=history)))


def test_a_round_says_its_gain_what_it_learned_and_what_it_changed(reports):
    page = shown(reports, FIRST)
    assert "History of the baseline" in page
    assert "adam for sgd" in page
    assert "[+0.3, +6.9]" in page
    assert "Round 1: adam helps &lt;here&gt;." in page
    assert "Changed: lr 0.03 -&gt; 0.01463, beta1 0.9 (new), momentum 0.9 (gone)." in page
    assert "0, not validated" in page


def test_a_validated_round_and_one_that_a_person_decided(reports):
    validation = Validation(study="v", n=5, mean=0.9, interval=Missing("none"))
    second = replace(
        FIRST, number=2, validation=validation, estimate=None, interval=None, changes=(),
        reason="it is cheaper", is_gone=True,
    )  # fmt: skip
    page = shown(reports, FIRST, second)
    assert "5, validated" in page
    assert "round-1 (gone)" in page
    assert "A person decided: it is cheaper. Changed: nothing." in page


def test_many_changes_are_counted(reports):
    many = tuple(KeyChange(key=f"k{place}", before=0, after=1) for place in range(9))
    page = shown(reports, replace(FIRST, changes=many))
    assert "k5 0 -&gt; 1, and 3 more." in page
    assert "k6" not in page


def test_without_rounds_it_says_how_one_comes_about_and_without_a_history_nothing(reports):
    assert "No round has adopted anything yet" in shown(reports)
    assert str(rounds(replace(reports["improvement"], history=None))) == ""
    assert "History of the baseline" not in report_html(reports["improvement"])
