from trialist.values.ablation import AblationResult, Component, component_of
from trialist.values.evidence import Interval
from trialist.values.missing import Missing
from trialist.values.verdict import VerdictCode


def component(**changes):
    fields = {
        "name": "norm",
        "variant": "no-norm",
        "drop": 0.02,
        "interval": Interval(low=0.01, high=0.03),
        "ranks": (1, 2),
        "code": VerdictCode.REGRESSION,
        "final": True,
        "sentence": "norm is worth 2 points.",
    }
    return Component(**{**fields, **changes})


def test_a_component_is_what_its_variant_lacks():
    assert component_of("no-no-op") == "no-op"


def test_a_difference_is_supported_either_way():
    assert component().is_supported
    assert component(code=VerdictCode.IMPROVEMENT).is_supported
    assert not component(code=VerdictCode.INCONCLUSIVE).is_supported
    assert not component(code=VerdictCode.EQUIVALENT).is_supported


def test_a_result_is_plain_data():
    data = AblationResult(components=(component(),), order=("said",)).to_dict()
    assert data["order"] == ["said"]
    (one,) = data["components"]
    assert one["interval"] == [0.01, 0.03]
    assert one["ranks"] == [1, 2]
    assert one["supported"] is True
    assert one["missing"] == {}


def test_what_is_missing_has_its_reason():
    none = Missing("one run")
    data = component(drop=none, interval=none, ranks=none).to_dict()
    assert (data["drop"], data["interval"], data["ranks"]) == (None, None, None)
    assert data["missing"] == dict.fromkeys(("drop", "interval", "ranks"), "one run")
