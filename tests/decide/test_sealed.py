"""What may be said of a sealed test set."""

from __future__ import annotations

from trialist.analysis.direct import records_of
from trialist.analysis.evidence import evidence_at
from trialist.decide.sealed import opening_caveats, reused, sealed_result
from trialist.design.protocol import implied_protocol
from trialist.values.metric import Goal, Metric
from trialist.values.verdict import VerdictCode

BASE = (0.900, 0.910, 0.905, 0.908)
BETTER = (0.951, 0.962, 0.954, 0.959)


def measured(groups, *, opening=1, others=(), reason=None, notes=(), name="test/accuracy"):
    protocol = implied_protocol(
        metric=Metric(name=name, goal=Goal.MAXIMIZE),
        variants=tuple(groups),
        baseline=next(iter(groups)),
        n=max(map(len, groups.values())) or 1,
        paired=True,
    )
    evidence = evidence_at(protocol, records_of(groups, paired=True), look_index=1, seeds=None)
    return sealed_result(
        protocol,
        evidence,
        digest="sha256:ab",
        opening=opening,
        others=others,
        reason=reason,
        notes=notes,
    )


def test_the_first_opening_is_a_plain_verdict():
    found = measured({"base": BASE, "new": BETTER})
    assert found.comparisons[0].name is VerdictCode.IMPROVEMENT
    assert found.sentence.startswith(
        "**On the sealed test set (opened once):** new helps: test/accuracy is 5.07 points higher"
    )
    assert not found.is_reused
    assert not any("reused" in flag for flag in found.comparisons[0].flags)
    assert found.n_runs == 8


def test_an_opening_again_is_flagged_and_told():
    found = measured({"base": BASE, "new": BETTER}, opening=3, others=("other",), reason="again")
    assert found.is_reused
    assert found.comparisons[0].flags[-1] == "test reused (3)"
    assert found.sentence.endswith(
        "The sealed test set was opened 3 times, by other too: what was chosen after the first "
        "time has seen it, which flatters it."
    )
    plain = found.to_dict()
    assert (plain["reused"], plain["opened_before_by"]) == (True, ["other"])
    assert plain["reason"] == "again"


def test_one_variant_is_told_with_its_interval():
    found = measured({"only": BASE})
    assert "only: test/accuracy is 90.58 points (89.88 to 91.27, 4 seeds)." in found.sentence


def test_one_run_has_no_interval():
    assert (
        "only: test/accuracy is 90.00 points (one run has no spread)."
        in measured({"only": (0.9,)}).sentence
    )
    loss = measured({"only": (0.9,)}, name="test/loss")
    assert "only: test/loss is 0.9000 (one run has no spread)." in loss.sentence


def test_no_run_is_told_too():
    assert "only has no finished run." in measured({"only": ()}).sentence


def test_before_any_opening_nothing_is_flagged():
    verdicts = measured({"base": BASE, "new": BETTER}).comparisons
    assert reused(verdicts, 0) == verdicts
    assert reused(verdicts, 1)[0].flags[-1] == "test reused (1)"


def test_one_opening_is_no_caveat():
    assert opening_caveats(1, ()) == ()
    (said,) = opening_caveats(2, ())
    assert said == (
        "The sealed test set was opened 2 times: what was chosen after the first time has seen it, "
        "which flatters it."
    )
