from dataclasses import replace

from trialist.render.sections.sealed import sealed
from trialist.values.metric import Goal, Metric
from trialist.values.sealed import PlannedSeal, SealedResult

METRIC = Metric(name="test/accuracy", goal=Goal.MAXIMIZE)


def opened(results, **more):
    fields = {
        "metric": METRIC,
        "digest": "sha256:1",
        "opening": 1,
        "others": (),
        "reason": None,
        "n_runs": 24,
        "notes": (),
        "variants": results.variants,
        "comparisons": results.comparisons,
        "sentence": "**dropout helps:** on the test set too.",
    }
    return replace(results, test=SealedResult(**(fields | more)))


def test_a_study_that_names_no_test_set_has_no_such_section(reports):
    assert sealed(reports["two"]) == ""


def test_what_was_not_opened_is_still_sealed(reports):
    data = reports["two"]
    seal = PlannedSeal(
        trial="t.py:f", metric="test/accuracy", goal=Goal.MAXIMIZE, digest="sha256:1"
    )
    assert "Still sealed" in sealed(replace(data, plan=replace(data.plan, test=seal)))


def test_the_first_opening_gives_the_numbers(reports):
    data = reports["two"]
    found = sealed(replace(data, results=opened(data.results)))
    assert "<strong>dropout helps:</strong> on the test set too." in found
    assert "test/accuracy, points" in found
    assert "Opened 1 time in this store; 24 trained runs were evaluated." in found
    assert "no test of this any more" not in found


def test_a_second_opening_says_what_it_is_worth(reports):
    data = reports["two"]
    results = opened(
        data.results, opening=2, others=("first",), reason="a bug", notes=("Seen before.",)
    )
    found = sealed(replace(data, results=results))
    assert "Opened 2 times in this store" in found
    assert "Opened before by first." in found
    assert "What was opened before is no test of this any more." in found
    assert "Opened again because: a bug." in found
    assert "Seen before." in found


def test_a_variant_without_an_interval_has_none(reports):
    data = reports["refused"]
    assert '<td class="number">-</td>' in sealed(replace(data, results=opened(data.results)))
