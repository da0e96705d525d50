"""What is said of a run that failed."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest

import trialist
from trialist.lab.failures import changes_of, failures_of, output_of
from trialist.lab.prepare import prepare
from trialist.lab.watching import Watcher
from trialist.ledger.folder import StudyFolder
from trialist.render.live import PlainLines
from trialist.values.errors import RunsFailedError
from trialist.values.events import FailureKind, RunStatus
from trialist.values.evidence import RunRecord
from trialist.values.study import Study


def plan_with(config: dict, **variants: dict):
    study = Study(
        trial=lambda config, run: 0.0,
        name="any",
        metric={"name": "val/accuracy", "goal": "maximize"},
        config=config,
        variants={"baseline": {}, **variants},
        seeds=3,
    )
    return prepare(study).plan


def failed(**changes: object) -> RunRecord:
    fields = {
        "variant": "wide",
        "seed": 3,
        "status": RunStatus.FAILED,
        "failure": FailureKind.ERROR,
        "error": "ValueError: no (train.py:7)",
        "last_step": 4,
        "journal": "trials/wide/seed-3/attempt-1/journal.jsonl",
    }
    return RunRecord(**{**fields, **changes})


def test_a_failure_names_trial_change_seed_step_and_its_last_words(tmp_path: Path) -> None:
    plan = plan_with({"width": 32}, wide={"width": 128})
    place = tmp_path / "trials" / "wide" / "seed-3" / "attempt-1"
    place.mkdir(parents=True)
    (place / "stderr.log").write_text("one\ntwo\nthree\nfour\n")
    records = [failed(), failed(status=RunStatus.FINISHED, error=None)]
    (text,) = failures_of(records, tmp_path, plan)
    head, *rest = text.splitlines()
    assert head.startswith("wide/seed-3 (width 128), after step 4: ValueError: no (train.py:7) (")
    assert head.endswith("attempt-1/stderr.log)")
    assert rest == ["  | two", "  | three", "  | four"]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"last_step": None}, "(width 128), before its first step: ValueError: no (train.py:7) ("),
        ({"error": "gone, after step 9", "last_step": 9}, "(width 128): gone, after step 9 ("),
    ],
)
def test_the_step_is_said_once(tmp_path: Path, changes: dict, words: str) -> None:
    plan = plan_with({"width": 32}, wide={"width": 128})
    (text,) = failures_of([failed(**changes)], tmp_path, plan)
    assert words in text


def test_the_file_that_is_named_holds_the_last_words(tmp_path: Path) -> None:
    assert output_of(tmp_path).name == "stderr.log"
    (tmp_path / "stderr.log").touch()
    (tmp_path / "stdout.log").touch()
    assert output_of(tmp_path).name == "stderr.log"
    (tmp_path / "stdout.log").write_text("all is lost")
    assert output_of(tmp_path).name == "stdout.log"
    (tmp_path / "stderr.log").write_text("why")
    assert output_of(tmp_path).name == "stderr.log"


def test_a_configuration_is_said_by_what_the_baseline_has_not() -> None:
    config = {"a": 1, "b": {"c": 2}, "d": "x", "e": 1, "f": 1}
    wide = {"b": {"c": 3}, "d": "y" * 99}
    plan = plan_with(config, wide=wide, many={**dict.fromkeys("adef", 9), "b": {"c": 9}})
    assert changes_of(plan, "baseline") == ""
    assert changes_of(plan, "wide") == f'b.c 3, d "{"y" * 39}'
    assert changes_of(plan, "many") == "a 9, b.c 9, d 9, e 9, and 1 more"


@pytest.mark.slow
def test_three_equal_failures_show_the_last_words_of_the_first(small: Callable[..., Path]) -> None:
    path = small(
        """
        import sys
        def train(config, run):
            print("all is lost", file=sys.stderr)
            raise ValueError("no")
        """
    )
    with pytest.raises(RunsFailedError) as caught:
        trialist.run(path)
    message = caught.value.mistakes[0].message
    assert "seed-0" in message  # of whichever variant came first
    assert ", before its first step: ValueError: no (trial.py:5)" in message
    assert "| ValueError: no" in message


def test_a_command_that_fails_says_in_its_first_line_what_and_then_its_last_words(
    tmp_path: Path,
) -> None:
    place = tmp_path / "trials" / "wide" / "seed-3" / "attempt-1"
    place.mkdir(parents=True)
    (place / "stderr.log").write_text("one\ntwo\nthree\nfour\n")
    error = "train.py exited with code 1: four\n  | one\n  | two\n  | three\n  | four"
    plan = plan_with({"width": 32}, wide={"width": 128})
    stream = io.StringIO()
    display = PlainLines(stream, metric=plan.metric)
    folder = StudyFolder(tmp_path)
    Watcher(plan, folder, display, workers=1).settled(failed(error=error))
    head, *rest = stream.getvalue().splitlines()
    assert "train.py exited with code 1: four, after step 4, with width 128" in head
    assert rest == ["| two", "| three", "| four"]
    (place / "stderr.log").write_text("")
    stream.truncate(0)
    Watcher(plan, folder, display, workers=1).settled(failed(error=error))
    assert stream.getvalue().endswith("| two\n| three\n| four\n")
