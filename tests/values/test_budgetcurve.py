from trialist.values.budgetcurve import BudgetCurve, BudgetPoint
from trialist.values.missing import Missing


def test_a_curve_is_plain_data():
    point = BudgetPoint(m=4, mean=1.0, low=0.5, median=0.9, high=1.5)
    curve = BudgetCurve(variant="a", n=4, points=(point,), gain=0.1)
    assert curve.to_dict() == {
        "variant": "a", "n": 4, "gain": 0.1, "noise": None,
        "points": [{"m": 4, "mean": 1.0, "low": 0.5, "median": 0.9, "high": 1.5}],
    }  # fmt: skip


def test_a_curve_without_points_says_why():
    curve = BudgetCurve(variant="a", n=1, points=(), gain=Missing("few"), reason="too few")
    assert curve.to_dict()["missing"] == {"gain": "few", "points": "too few"}
