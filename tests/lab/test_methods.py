"""The methods paragraph through the front door: of a table, and of a study that was run."""

import json
import random
import re
from pathlib import Path

import trialist
from trialist.lab.compare import compare
from trialist.values.methods import field_of


def values(n, mean=0.9, seed=0):
    rng = random.Random(seed)
    return [round(rng.gauss(mean, 0.01), 4) for _ in range(n)]


GROUPS = {"baseline": values(10), "dropout": values(10, 0.91, seed=1), "one": [0.9]}


def result(**options):
    return compare(GROUPS, goal="maximize", metric="val/accuracy", relevant=0.005, **options)


def test_a_table_gets_a_paragraph_whose_numbers_are_in_the_json():
    data = json.loads(json.dumps(result().to_dict(), allow_nan=False))
    methods = data["methods"]
    assert methods["text"].startswith("2 variants (dropout and one) were compared with baseline")
    assert "No plan was registered" in methods["text"]
    numbers = [one for one in methods["fields"] if re.fullmatch(r"[\d.]+", one["text"])]
    assert len(numbers) > 5
    full = {**data, "methods": {"version": methods["version"]}}
    for one in methods["fields"]:
        field_of(full, one["field"])
    assert data["protocol"]["correction"] == "holm"


def test_a_tested_comparison_gets_its_sensitivity_and_an_untested_one_none():
    dropout, one = result().results.comparisons
    assert [other.name for other in dropout.sensitivity] == ["permutation", "bootstrap-t"]
    assert one.sensitivity == ()


def test_a_comparison_is_the_same_to_the_byte_on_repeat():
    first, second = (json.dumps(result().to_dict()) for _ in range(2))
    assert first == second


def test_renaming_a_variant_changes_no_sensitivity():
    other = compare({"baseline": GROUPS["baseline"], "renamed": GROUPS["dropout"]}, goal="maximize")
    assert other.verdicts["renamed"].sensitivity == result().verdicts["dropout"].sensitivity


def test_a_study_names_its_plan_and_the_sources_that_its_seeds_share(small):
    found = trialist.run(small())
    text = found.results.methods.plain
    plan = found.results.plan_hash.removeprefix("sha256:")[:8]
    assert f"The plan (digest {plan}) was registered before the first run." in text
    assert found.to_dict()["protocol"]["registered"] is True
    assert trialist.verify().holds
    again = trialist.report()
    assert again.to_dict() == found.to_dict()


def test_results_of_the_first_version_have_no_paragraph_and_hold(small):
    trialist.run(small())
    path = Path("experiments/small/results.json")
    data = json.loads(path.read_text())
    del data["methods"], data["protocol"]
    path.write_text(json.dumps(data))
    assert trialist.verify().holds
    data["methods"] = {"text": "invented"}
    path.write_text(json.dumps(data))
    assert "'methods' is not what the journals say" in trialist.verify().faults[0].message
