from trialist.values.evidence import Interval, Sample
from trialist.values.missing import Missing
from trialist.values.searches import BestOf, BestOfCurve, Claim, Searches, SearchSummary

LOST = Missing("the winner was not run again")


def search(variant, name, **more):
    known = {
        "n_trials": 3,
        "n_lost": 1,
        "winner": "2",
        "score": 0.95,
        "fresh": Sample(variant=variant, seeds=(7,), values=(0.93,), n_failed=1),
        "fresh_mean": 0.93,
        "optimism": 0.02,
    }
    return SearchSummary(variant=variant, search=name, **{**known, **more})


def test_searches_are_found_by_variant():
    group = (search("b", "0"), search("a", "0"), search("b", "1"))
    found = Searches(claim=Claim.RECIPES, level=0.95, searches=group, curves=())
    assert list(found.by_variant) == ["b", "a"]
    assert [one.search for one in found.by_variant["b"]] == ["0", "1"]


def test_what_is_missing_is_null_with_its_reason():
    bare = search("a", "0", score=LOST, fresh_mean=LOST, optimism=LOST).to_dict()
    assert bare["score"] is bare["fresh_mean"] is bare["optimism"] is None
    assert bare["missing"]["score"] == "the winner was not run again"
    full = search("a", "0").to_dict()
    assert full["missing"] == {}
    assert full["fresh"] == {"seeds": [7], "values": [0.93], "n_failed": 1, "n_diverged": 0}


def test_a_curve_is_plain_data():
    points = (
        BestOf(m=1, value=0.9, interval=Interval(low=0.8, high=1.0), n_groups=3),
        BestOf(m=2, value=0.95, interval=Missing("too few"), n_groups=1),
    )
    data = BestOfCurve(variant="a", over="blocks", points=points).to_dict()
    assert data["points"][0] == {"m": 1, "value": 0.9, "interval": [0.8, 1.0], "n_groups": 3}
    assert data["points"][1]["missing"] == {"interval": "too few"}
    empty = BestOfCurve(variant="a", over="blocks", points=(), reason="no trials")
    assert empty.to_dict()["missing"] == {"points": "no trials"}


def test_all_of_it_is_the_key_searches():
    found = Searches(claim=Claim.NOTHING, level=0.95, searches=(search("a", "0"),), curves=())
    assert list(found.to_dict()) == ["claim", "level", "searches", "expected_best"]
    assert found.to_dict()["claim"] == "nothing"
