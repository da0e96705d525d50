"""How results were judged, as plain data."""

import json

from trialist.values.judging import Mode, Variance
from trialist.values.prior import SpreadPrior
from trialist.values.procedure import Correction, Procedure, Spending


def test_a_procedure_is_plain_data():
    procedure = Procedure(
        registered=True,
        mode=Mode.CONFIRM,
        alpha=0.05,
        n_comparisons=3,
        n_earlier=1,
        correction=Correction.HOLM,
        looks=(5, 8),
        spending=Spending.POWER2,
        paired=True,
        shared=("order", "init"),
        varied=("train",),
        variance=Variance.HISTORY,
        prior=SpreadPrior(sd=0.01, df=12.5, n_groups=20),
    )
    data = procedure.to_dict()
    assert json.loads(json.dumps(data)) == data
    assert data["looks"] == [5, 8]
    assert data["correction"] == "holm"
    assert data["spending"] == "power2"
    assert data["shared"] == ["order", "init"]
    assert data["prior"] == {"sd": 0.01, "df": 12.5, "n_groups": 20}


def test_what_is_not_used_is_null():
    procedure = Procedure(
        registered=False,
        mode=Mode.EXPLORE,
        alpha=0.05,
        n_comparisons=1,
        n_earlier=0,
        correction=Correction.NONE,
        looks=(5,),
        spending=Spending.NONE,
        paired=False,
    )
    assert procedure.to_dict()["prior"] is None
