"""The rendered example is what the commands give today, not a picture of an older one."""

import json
from pathlib import Path

import trialist
from trialist.lab.init import init

EXAMPLE = Path(__file__).parents[2] / "examples" / "dropout-on-digits"


def test_the_committed_files_are_those_that_init_writes(tmp_path):
    for path in init(tmp_path):
        assert (EXAMPLE / path.name).read_bytes() == path.read_bytes()


def test_the_committed_results_are_those_of_this_plan():
    made = trialist.plan(EXAMPLE / "study.yaml")
    results = json.loads((EXAMPLE / "results.json").read_text())
    assert results["plan_hash"] == made.hash, "run `make example`"


def test_the_example_shows_a_difference_and_one_that_is_not_supported():
    results = json.loads((EXAMPLE / "results.json").read_text())
    codes = [one["verdict"] for one in results["comparisons"]]
    assert len(set(codes)) == 2
