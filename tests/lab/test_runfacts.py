"""What the runs of a verdict were made with, and the caveat where they are unlike."""

import json
import re
from pathlib import Path

import pytest

import trialist
from trialist.lab.runfacts import facts_of_runs
from trialist.lab.verify import _results_file_faults
from trialist.ledger.attemptfacts import write_attempt_facts
from trialist.ledger.facts import Facts
from trialist.ledger.folder import StudyFolder
from trialist.values.events import RunStatus
from trialist.values.evidence import RunRecord

MACHINE = {"cpu": "EPYC", "gpus": ["H200"]}
SOFTWARE = {"python": "3.11.7", "torch": "2.6.0", "cuda": "12.4"}


@pytest.fixture
def study(tmp_path):
    folder = StudyFolder(tmp_path / "experiments" / "s")
    folder.root.mkdir(parents=True)
    return folder


@pytest.fixture
def record(study):
    def record(seed, *, facts=None, devices=None, **start):
        place = study.attempt("baseline", seed, 1)
        place.mkdir(parents=True)
        if facts is not None:
            content = {"machine": MACHINE, "software": SOFTWARE, "data": {}, **facts}
            digest = Facts(content=content, lock="").write(study.root / "provenance")
            own = {"config": {}, "devices": devices}
            proof = write_attempt_facts(place, {"facts": digest}, own)
            start |= {"facts": digest, "provenance": proof}
        journal = place / "journal.jsonl"
        journal.write_text(json.dumps(start) + "\n")
        return RunRecord(
            variant="baseline",
            seed=seed,
            status=RunStatus.FINISHED,
            journal=journal.relative_to(study.root).as_posix(),
        )

    return record


def facts(study, *records):
    return [dict(one.facts) for one in facts_of_runs(study, records)]


def test_a_run_has_the_facts_of_its_session(study, record):
    one = record(0, facts={"data": {"d.csv": {"sha256": "ab" * 32}}}, threads=2)
    assert facts(study, one) == [
        {
            "GPUs": "H200",
            "CPUs": "EPYC",
            "versions of Python": "3.11.7",
            "versions of torch": "2.6.0",
            "versions of CUDA": "12.4",
            "numbers of threads": "2",
            "data in d.csv": "sha256 abababababab",
        }
    ]


def test_an_older_run_has_what_its_start_line_says(study, record):
    one = record(0, threads=1, environment={"python": "3.12.1", "machine": "x86_64"})
    assert facts(study, one) == [{"versions of Python": "3.12.1", "numbers of threads": "1"}]


@pytest.mark.parametrize(
    ("devices", "kind"),
    [("1", "T4"), ("0,1", "H200 and T4"), (None, "H200 and T4"), ("GPU-x", "H200 and T4"),
     ("9", "H200 and T4")],
)  # fmt: skip
def test_on_a_machine_with_two_kinds_of_gpu_the_runs_own_counts(study, record, devices, kind):
    machine = {"cpu": None, "gpus": ["H200", "T4"]}
    (found,) = facts(study, record(0, facts={"machine": machine}, devices=devices))
    assert found["GPUs"] == kind
    assert "CPUs" not in found


def test_a_run_without_a_gpu_had_none(study, record):
    (found,) = facts(study, record(0, facts={"machine": {"cpu": "a", "gpus": []}}))
    assert found["GPUs"] == "none"


def test_facts_that_are_gone_leave_the_start_line(study, record):
    one = record(0, facts={"machine": {"cpu": "a", "gpus": ["H200", "T4"]}}, threads=1)
    (study.root / "trials/baseline/seed-0/attempt-1/provenance.json").unlink()
    assert facts(study, one)[0]["GPUs"] == "H200 and T4"
    for path in (study.root / "provenance").glob("*/facts.json"):
        path.unlink()
    assert facts(study, one) == [{"numbers of threads": "1"}]


def test_a_study_on_two_versions_says_so_and_results_of_before_need_not(small):
    trialist.run(small(seeds="2"))
    place = Path("experiments/small")
    assert (
        trialist.report("small").to_dict()["caveats"]
        == json.loads((place / "results.json").read_text())["caveats"]
    )
    # As if the second seed had been made after an upgrade.
    (old,) = (place / "provenance").iterdir()
    content = json.loads((old / "facts.json").read_text())
    content["software"]["numpy"] = "1.0.0"
    facts = Facts(content=content, lock=(old / "environment.lock").read_text())
    digest = facts.write(place / "provenance")
    for path in place.glob("trials/*/seed-1/attempt-1/journal.jsonl"):
        path.write_text(resigned(path.read_text(), digest))
    caveats = trialist.report("small").to_dict()["caveats"]
    (mixed,) = [one for one in caveats if "made with different" in one]
    assert not list(_results_file_faults(StudyFolder(place), {"caveats": caveats}))
    assert list(_results_file_faults(StudyFolder(place), {"caveats": [*caveats, "Another one."]}))
    assert re.search(r"versions of NumPy: .*baseline/seed-0.*; 1\.0\.0 \(baseline/seed-1", mixed)


def resigned(text, digest):
    """Give a journal whose start line names other facts, with a checksum that fits."""
    from trialist.ledger.journal import with_checksum

    first, *rest = text.splitlines(keepends=True)
    event = json.loads(first)
    del event["c"]
    event["facts"] = digest
    line = with_checksum(json.dumps(event, separators=(",", ":")).encode()).decode()
    return "".join([line, *rest])
