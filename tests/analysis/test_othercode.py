import pytest

from trialist.analysis.evidence import evidence_at
from trialist.analysis.othercode import codes_in
from trialist.design.protocol import implied_protocol
from trialist.values.events import RunStatus
from trialist.values.evidence import CodeSeeds, Problem, RunRecord
from trialist.values.judging import Variance
from trialist.values.metric import Goal, Metric
from trialist.values.missing import Missing

ACCURACY = Metric(name="val/accuracy", goal=Goal.MAXIMIZE)
NOISE = (0.1, -0.3, 0.2, 0.05, -0.12, 0.31)


def runs(variant, codes, *, shift=0.0):
    return [
        RunRecord(
            variant=variant,
            seed=seed,
            status=RunStatus.FINISHED,
            value=0.8 + shift + NOISE[seed] / 100,
            code=code,
        )
        for seed, code in enumerate(codes)
    ]


def evidence(records, *, n=4, variance=Variance.SEPARATE, names=("baseline", "a", "b")):
    protocol = implied_protocol(
        metric=ACCURACY, variants=names, baseline="baseline", n=n, paired=False, variance=variance
    )
    return evidence_at(protocol, records, look_index=1, seeds=range(n))


def test_runs_of_one_code_say_nothing_of_codes():
    assert codes_in(runs("a", [None] * 3)) == ()
    assert codes_in([]) == ()
    of_a_table = RunRecord(variant="a", seed=None, status=RunStatus.FINISHED, value=0.5)
    assert codes_in([of_a_table]) == ()


def test_the_code_of_the_plan_comes_last():
    found = codes_in(runs("a", [None, "old", None, "older"]))
    assert found == (
        CodeSeeds(code="old", seeds=(1,)),
        CodeSeeds(code="older", seeds=(3,)),
        CodeSeeds(code=None, seeds=(0, 2)),
    )


def test_a_comparison_within_one_code_is_judged_whichever_it_is():
    for code in (None, "old"):
        found = evidence([*runs("baseline", [code] * 4), *runs("a", [code] * 4, shift=0.1)])
        assert found.contrasts["a"].problem is None


def test_a_comparison_over_two_codes_has_no_numbers():
    found = evidence([*runs("baseline", ["old"] * 4), *runs("a", [None] * 4, shift=0.1)])
    mixed = found.contrasts["a"]
    assert mixed.problem is Problem.OTHER_CODE
    assert isinstance(mixed.estimate, Missing)
    assert isinstance(mixed.p, Missing)
    assert isinstance(mixed.correlation, Missing)
    assert mixed.effect_size == mixed.se == mixed.estimate


def test_only_the_variant_with_runs_of_two_codes_is_out():
    records = [
        *runs("baseline", [None] * 4),
        *runs("a", [None] * 4, shift=0.1),
        *runs("b", [None, "old", None, None]),
    ]
    found = evidence(records).contrasts
    assert (found["a"].problem, found["b"].problem) == (None, Problem.OTHER_CODE)


def test_pooled_noise_is_spoilt_by_any_variant():
    records = [
        *runs("baseline", [None] * 4),
        *runs("a", [None] * 4, shift=0.1),
        *runs("b", ["old"] * 4),
    ]
    found = evidence(records, variance=Variance.POOLED).contrasts
    assert {one.problem for one in found.values()} == {Problem.OTHER_CODE}


def test_seeds_that_the_look_does_not_use_do_not_matter():
    records = [*runs("baseline", [None] * 4 + ["old"]), *runs("a", [None] * 4 + ["old"])]
    assert evidence(records, names=("baseline", "a")).contrasts["a"].problem is None
    later = evidence(records, n=5, names=("baseline", "a"))
    assert later.contrasts["a"].problem is Problem.OTHER_CODE


@pytest.mark.parametrize("status", [RunStatus.FAILED, RunStatus.DIVERGED])
def test_a_run_without_a_value_is_of_a_code_too(status):
    lost = RunRecord(variant="a", seed=3, status=status, code="old")
    records = [*runs("baseline", [None] * 4), *runs("a", [None] * 3), lost]
    assert evidence(records, names=("baseline", "a")).contrasts["a"].problem is Problem.OTHER_CODE


def test_a_variant_without_runs_is_of_no_code():
    found = evidence(runs("baseline", ["old"] * 4), names=("baseline", "a")).contrasts["a"]
    assert found.problem is Problem.NO_RUNS
