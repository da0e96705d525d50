"""The campaign's own eyes: one other bit is seen, and rows are followed from attempt to attempt."""

import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parents[2]))  # the benchmarks are no package
from benchmarks.torture.bits import bits_of, differing, resumes
from benchmarks.torture.report import TASKS_HEAD, with_section

from trialist.ledger.journal import JournalWriter
from trialist.train import checkpoint
from trialist.values.events import EventKind

torch = pytest.importorskip("torch")


class Attempt:
    """Writes what an attempt leaves."""

    def __init__(self, root, number):
        self.place = root / "trials" / "ema" / "seed-0" / f"attempt-{number}"
        (self.place / "checkpoints").mkdir(parents=True)
        self.journal = JournalWriter(self.place / "journal.jsonl", clock=lambda: 1.0)
        self.journal.start({})

    def rows(self, steps, shift=0.0):
        for step in steps:
            self.journal.metric({"train/loss": 1 / (1 + step) + shift}, step)

    def save(self, step, weights):
        name = f"step-{step}.pt"
        with (self.place / "checkpoints" / name).open("wb") as file:
            taken = checkpoint.taken({"w": weights}, step=step, identity={}, recorded={})
            checkpoint.write(taken, file)
        self.journal.record(EventKind.CHECKPOINT, {"step": step, "file": name})

    def end(self):
        np.savez(self.place / "predictions-val.npz", y_pred=np.arange(3))
        self.journal.end({"status": "finished", "returned": {"val/accuracy": 0.5}})


WEIGHTS = torch.linspace(0, 1, 7)


def study(root):
    return SimpleNamespace(root=root, kind="task")


@pytest.fixture
def whole(tmp_path):
    """A run that nobody disturbed."""
    torch.manual_seed(0)
    one = Attempt(tmp_path / "whole", 1)
    one.rows(range(10))
    one.save(9, WEIGHTS)
    one.end()
    return bits_of(study(tmp_path / "whole"))


def resumed(root, *, shift=0.0, weights=WEIGHTS):
    """A run that was killed after step 6, and went on from its checkpoint of step 3."""
    torch.manual_seed(0)
    first, second = Attempt(root, 1), Attempt(root, 2)
    first.rows(range(4))
    first.save(3, WEIGHTS)
    first.rows(range(4, 7), shift=0.5)  # nobody goes on from these
    second.journal.record(EventKind.RESUMED, {"attempt": 1, "step": 3})
    second.rows(range(4, 10), shift)
    second.save(9, weights)
    second.end()
    return bits_of(study(root))


def test_a_run_that_went_on_is_as_one_that_nobody_disturbed(whole, tmp_path):
    assert differing(resumed(tmp_path / "killed"), whole) == []
    assert list(resumes(study(tmp_path / "killed"))) == [("task", "ema", "in an epoch")]


def test_one_bit_of_a_weight_or_a_row_is_seen(whole, tmp_path):
    other = WEIGHTS.clone()
    other[3] = torch.nextafter(other[3], torch.tensor(2.0))
    (said,) = differing(resumed(tmp_path / "weights", weights=other), whole)
    assert said.startswith("7 numbers have other bits, in 1 places")
    assert "ema/seed-0 checkpoint/state/w" in said
    (said,) = differing(resumed(tmp_path / "rows", shift=1e-17 + 2**-53), whole)
    assert "ema/seed-0 row" in said


def test_another_random_state_and_a_missing_row_are_seen(whole, tmp_path):
    torch.manual_seed(1)
    one = Attempt(tmp_path, 1)
    one.rows(range(9))
    one.save(9, WEIGHTS)
    one.end()
    (said,) = differing(bits_of(study(tmp_path)), whole)
    assert "in 2 places" in said
    assert "row 9" in said
    assert "random" in said


def test_each_command_leaves_the_part_of_the_other_as_it_was():
    first = with_section("", f"{TASKS_HEAD}\n\nold\n")
    both = with_section(first, "# Torture report\n\nall\n")
    assert both == f"# Torture report\n\nall\n\n{TASKS_HEAD}\n\nold\n"
    again = with_section(both, f"{TASKS_HEAD}\n\nnew\n")
    assert again == f"# Torture report\n\nall\n\n{TASKS_HEAD}\n\nnew\n"
