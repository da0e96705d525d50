from trialist.values.evidence import Interval
from trialist.values.importance import Importance, Importances, RankCorrelation


def test_importances_go_into_plain_data() -> None:
    one = Importance(
        parameter="lr", shown="sgd.lr", share=0.75, interval=Interval(low=0.5, high=0.9)
    )
    found = Importances(
        variant="sgd", method="fanova", n=40, level=0.95, parameters=(one,), caveats=("Few.",)
    )
    assert found.to_dict() == {
        "variant": "sgd",
        "method": "fanova",
        "n": 40,
        "level": 0.95,
        "parameters": [
            {"parameter": "lr", "shown": "sgd.lr", "share": 0.75, "interval": [0.5, 0.9]}
        ],
        "caveats": ["Few."],
    }


def test_a_correlation_goes_into_plain_data() -> None:
    found = RankCorrelation(
        parameter="lr",
        shown="lr",
        variant="sgd",
        n=20,
        value=0.5,
        interval=Interval(low=0.1, high=0.8),
        level=0.95,
    )
    assert found.to_dict()["interval"] == [0.1, 0.8]
    assert found.to_dict()["n"] == 20
