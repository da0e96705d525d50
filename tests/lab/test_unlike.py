"""What is not as recorded where a run is made again."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

import trialist
from trialist.lab.rebuild import CodePlace, code_here
from trialist.lab.recorded import find_recorded
from trialist.lab.unlike import differences, facts_here
from trialist.ledger.facts import Facts, FactsFolder
from trialist.ledger.store import Store


@pytest.fixture
def recorded(small):
    Path("digits.csv").write_text("1\n")
    Path("beside.py").write_text("1\n")
    study = small(seeds="2")
    study.write_text(study.read_text() + "data: [digits.csv]\n")
    trialist.run(study)
    return find_recorded("baseline/seed-0", Store(Path("experiments").absolute()))


def found(recorded, *, place=None):
    code = place or code_here(recorded)
    here = facts_here(recorded, code, recorded.folder.root.parent)
    return [
        (one.kind, one.name, one.recorded, one.here) for one in differences(recorded, code, here)
    ]


def altered(recorded, *, lock=None, **sections):
    """Give the run as if its session had recorded something else."""
    content = json.loads(json.dumps(recorded.facts.read()))
    for section, values in sections.items():
        content[section].update(values)
    text = lock if lock is not None else recorded.facts.lock()
    from hashlib import sha256

    content["packages"]["lock"] = sha256(text.encode()).hexdigest()
    facts = Facts(content=content, lock=text, files=recorded.facts.files())
    folder = recorded.folder.root / "provenance"
    return replace(recorded, facts=FactsFolder.of(folder, facts.write(folder)))


def test_where_all_is_as_recorded_nothing_is_listed(recorded):
    assert found(recorded) == []


def test_the_machine_and_its_software_are_compared(recorded):
    other = altered(
        recorded,
        machine={"cpu": "EPYC", "gpus": ["H200", "H200"], "cores": None},
        software={"torch": "1.0", "cuda": "99"},
    )
    lines = {name: (kind, was, now) for kind, name, was, now in found(other)}
    assert lines["cpu"][:2] == ("machine", "EPYC")
    assert lines["gpus"][1] == "H200, H200"
    assert lines["cores"][1] == "none"
    assert lines["torch"][:2] == ("software", "1.0")
    assert lines["cuda"] == ("software", "99", lines["cuda"][2])


def test_packages_that_came_and_went_are_named(recorded):
    lock = recorded.facts.lock()
    line = next(line for line in lock.splitlines() if line.startswith("pytest=="))
    changed = lock.replace(line, "pytest==0.1  # no archive hash\ngone==1.0  # no archive hash")
    lines = found(altered(recorded, lock=changed))
    assert [(kind, name, was) for kind, name, was, _ in lines] == [
        ("packages", "gone", "1.0"),
        ("packages", "pytest", "0.1"),
    ]
    assert lines[0][3] == "not installed"


def test_data_that_differ_or_are_gone_are_named(recorded):
    Path("digits.csv").write_text("2\n")
    ((kind, name, was, now),) = found(recorded)
    assert (kind, name, was != now) == ("data", "digits.csv", True)
    Path("digits.csv").unlink()
    assert found(recorded)[0][3] == "not there"


def test_the_study_file_in_place_is_compared(recorded):
    path = Path("study.yaml")
    path.write_text(path.read_text().replace("config: {gain: 0.0}", "config: {gain: 0.5}"))
    ((kind, name, _, line),) = found(recorded)
    assert (kind, name) == ("configuration", "study file")
    assert "gain" in line
    path.write_text("seeds: [")
    assert found(recorded)[0][3].startswith("cannot be read now")
    path.unlink()
    assert found(recorded) == []


def test_a_configuration_that_is_not_that_of_its_plan_is_said(recorded):
    start = {**recorded.start, "config": {"gain": 9.0}}
    journal = replace(recorded.journal, events=(start, *recorded.journal.events[1:]))
    lines = found(replace(recorded, journal=journal))
    assert [(kind, name) for kind, name, _, _ in lines] == [("configuration", "config")]


def test_the_state_of_the_repository_is_compared(recorded):
    code = {"commit": "ab" * 20, "diff": None, "diff_bytes": 0}
    assert ("code", "commit", "abababababab", "none") in found(altered(recorded, code=code))
    both = {"commit": None, "diff_bytes": None}
    assert ("code", "differences to the commit", "too long to keep", "none") in found(
        altered(recorded, code=both)
    )
    some = {"diff": "cd" * 32, "diff_bytes": 1200}
    assert ("code", "differences to the commit", "1,200 bytes, cdcdcdcdcdcd", "none") in found(
        altered(recorded, code=some)
    )


def test_a_file_beside_the_trial_is_compared_where_both_kept_it(recorded):
    Path("beside.py").write_text("2\n")
    Path("new.py").write_text("2\n")
    assert [(kind, name) for kind, name, _, _ in found(recorded)] == [("code", "beside.py")]


def test_code_that_was_built_again_is_not_compared(recorded):
    Path("beside.py").write_text("2\n")
    place = CodePlace(folder=Path.cwd(), rebuilt=True)
    assert found(recorded, place=place) == []


def test_an_older_run_is_compared_by_its_start_line(recorded):
    start = {**recorded.start, "host": "elsewhere"}
    start["environment"] = {**start["environment"], "numpy": "1.0", "cores": "64"}
    journal = replace(recorded.journal, events=(start, *recorded.journal.events[1:]))
    lines = found(replace(recorded, journal=journal, facts=None))
    assert [(kind, name, was) for kind, name, was, _ in lines] == [
        ("software", "numpy", "1.0"),
        ("machine", "host", "elsewhere"),
    ]
