"""What openings, and runs that saw test data, add to the results."""

from __future__ import annotations

import trialist
from trialist.lab.afteropening import seen_tests
from trialist.ledger.store import Store, read_plan
from trialist.values.results import Results


def study(**more):
    def train(config, run):
        run.log({"val/accuracy": 0.5 + run.seed.base / 100, "test/accuracy": 0.4}, step=1)
        return {"val/accuracy": 0.5 + run.seed.base / 100}

    return trialist.Study(
        name="peeks", trial=train, metric={"name": "val/accuracy", "goal": "maximize"}, seeds=2,
        **more,
    )  # fmt: skip


def test_test_data_that_runs_saw_is_a_finding_where_a_test_is_sealed(tmp_path):
    found = trialist.run(study(test="t.py:f"), store=tmp_path)
    said = [one for one in found.results.findings if "test/accuracy" in one]
    assert len(said) == 1
    assert said[0] == (
        "2 runs logged test/accuracy while the study was choosing (baseline/seed-0, "
        "baseline/seed-1): the test data was seen, and is no test of what was chosen."
    )
    assert trialist.verify("peeks", store=tmp_path).holds


def test_a_study_without_a_sealed_test_says_what_it_said_before(tmp_path):
    found = trialist.run(study(), store=tmp_path)
    assert not any("test data was seen" in one for one in found.results.findings)
    folder = Store(tmp_path).find("peeks")
    assert seen_tests(folder, read_plan(folder)) == ()
    assert isinstance(found.results, Results)
    assert "test" not in found.to_dict()
