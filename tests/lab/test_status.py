"""Where a study stands."""

import pytest

import trialist
from trialist.design.protocol import build_plan
from trialist.execute.board import Board
from trialist.execute.looks import Looks
from trialist.lab.watching import progress_of
from trialist.values.events import RunStatus
from trialist.values.evidence import RunRecord


def test_a_log_that_does_not_hold_is_said_in_the_status(stored):
    assert trialist.status("mixed", store=stored).error == ""
    log = stored / "mixed" / "ledger.jsonl"
    lines = log.read_text().splitlines(keepends=True)
    lines[4] = lines[4].replace('"seed":', '"seed": ')
    log.write_text("".join(lines))
    found = trialist.status("mixed", store=stored)
    assert found.error.startswith("error: line 5 ")
    assert "trialist verify" in found.error
    assert "trialist verify" in str(found)


def test_once_a_study_is_answered_its_rows_are_those_of_its_results():
    metric = {"name": "val/accuracy", "goal": "maximize"}
    variants = {"baseline": {}, "better": {}}
    study = trialist.Study(
        trial="t.py:f", metric=metric, variants=variants, seeds={"min": 3, "max": 8}
    )
    plan = build_plan(study, code=(), trial="t.py:f")
    records = [
        RunRecord(variant=name, seed=seed, status=RunStatus.FINISHED, value=value + seed / 1000)
        for name, value in (("baseline", 0.5), ("better", 0.9))
        for seed in range(3)
    ]
    late = RunRecord(variant="baseline", seed=3, status=RunStatus.FINISHED, value=0.1)
    board, looks = Board(plan, [*records, late]), Looks(plan)
    looks.take_ready(board)
    assert looks.is_answered
    progress = progress_of(plan, board, looks, name="s", elapsed_s=1.0, workers=1, now=0.0)
    assert [row.n_done for row in progress.rows] == [3, 3]
    assert [row.mean for row in progress.rows] == pytest.approx([0.501, 0.901])
