"""`verify` looks at what runs saved beside their journals."""

import shutil
from pathlib import Path

import pytest

import trialist
from trialist.ledger.mergedrows import rows_of

TRIAL = """
import random

def train(config, run):
    saved = run.restore()
    start = saved["step"] if saved else 0
    for step in range(start + 1, 7):
        run.log({"train/loss": random.random()}, step=step)
        if step % 2 == 0:
            run.checkpoint({"step": step}, step=step)
        if step == 5 and saved is None and run.seed.base == 0:
            raise RuntimeError("gone")
    right = [0] * 100
    said = [int(k >= 80 + run.seed.base + 10 * config["gain"]) for k in range(100)]
    run.predictions("val", range(100), right, said)
    path = run.directory / "net.txt"
    path.write_text(str(said))
    run.artifact(path)
    return 1 - sum(said) / 100
"""


KEPT: list[Path] = []


@pytest.fixture
def done(small, tmp_path_factory):
    if KEPT:
        small(TRIAL)
        shutil.copytree(KEPT[0], "experiments")
        return
    small(TRIAL, resources="{workers: 1, retries: 1}", seeds="[0, 1, 2]")
    text = Path("study.yaml").read_text()
    Path("study.yaml").write_text(text.replace("gain: 0.05", "gain: 1.0"), encoding="utf-8")
    trialist.run("study.yaml")
    assert trialist.verify().holds
    KEPT.append(tmp_path_factory.mktemp("kept") / "experiments")
    shutil.copytree("experiments", KEPT[0])


def attempt(number):
    return Path(f"experiments/small/trials/better/seed-0/attempt-{number}")


def faults():
    return [fault.message for fault in trialist.verify().faults]


def test_a_run_that_went_on_after_an_error_is_one_run(done):
    assert [(row.attempt, row.step) for row in rows_of(attempt(2))] == [
        *((1, 1), (1, 2), (1, 3), (1, 4), (2, 5), (2, 6)),
    ]


def test_altered_predictions_are_found(done):
    path = attempt(2) / "predictions-val.npz"
    path.write_bytes(path.read_bytes() + b" ")
    assert any(
        "predictions-val.npz cannot be used: the file was altered" in one for one in faults()
    )


def test_an_altered_checkpoint_is_found_and_a_removed_one_is_nobodys_fault(done):
    path = next((attempt(1) / "checkpoints").iterdir())
    before = path.read_bytes()
    path.unlink()
    assert faults() == []
    path.write_bytes(before + b" ")
    assert any("is damaged: its digest is" in one for one in faults())


def test_a_changed_journal_of_an_earlier_attempt_is_found(done):
    path = attempt(1) / "journal.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join([lines[0], *lines[2:]]))
    assert any("is not as it was when attempt-2 went on from it" in one for one in faults())


def test_a_damaged_line_of_an_earlier_attempt_is_named(done):
    path = attempt(1) / "journal.jsonl"
    path.write_bytes(b"noise\n" + path.read_bytes())
    found = trialist.verify().faults
    assert any(fault.where == f"{path}:1" for fault in found)


def test_altered_and_lost_artifacts_are_found(done):
    objects = Path("experiments/.artifacts/objects")
    path = next(one for one in objects.rglob("*") if one.is_file())
    path.chmod(0o644)
    path.write_text("other")
    assert any("its file was altered: the digest is" in one for one in faults())
    names = Path("experiments/.artifacts/names")
    names.rename(names.with_name("gone"))
    assert any("there is no artifact 'net'" in one for one in faults())


def test_an_artifact_of_several_runs_is_told_once(done):
    for path in Path("experiments/.artifacts/objects").rglob("*"):
        if path.is_file():
            path.chmod(0o600)
            path.write_bytes(path.read_bytes() + b"x")
    found = trialist.verify().faults
    assert len(found) > 1
    assert len(set(found)) == len(found)


def test_another_artifact_under_the_same_version_is_found(done, monkeypatch):
    from dataclasses import replace

    from trialist.ledger.artifacts import ArtifactStore

    checked = ArtifactStore.checked
    monkeypatch.setattr(
        ArtifactStore, "checked", lambda self, name: replace(checked(self, name), digest="ab")
    )
    assert any("is not the artifact that the run recorded" in one for one in faults())


def test_a_contradiction_is_computed_again(done, monkeypatch):
    # A journal that says otherwise has another digest, so the formula is changed here instead.
    from trialist.analysis import rescoring

    monkeypatch.setitem(rescoring._OF_LABELS, "accuracy", lambda truth, said: (0.123,))
    assert any("and 0.123 by the recorded predictions" in one for one in faults())
