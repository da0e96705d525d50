import pytest

from trialist.execute.command.guard import Exit
from trialist.execute.command.lastwords import ended_badly, last_lines, not_seen, not_started
from trialist.values.metricsource import MetricSource


@pytest.fixture
def output(tmp_path):
    (tmp_path / "stdout.log").write_bytes(b"val_acc: 0.5 epoch=3\r\x1b[1mbar\x1b[0m\n")
    (tmp_path / "stderr.log").write_bytes(b"")
    return tmp_path


def test_the_last_lines_are_of_the_first_file_that_has_any(output):
    assert last_lines(output / "none", output / "stderr.log", output / "stdout.log") == [
        "val_acc: 0.5 epoch=3",
        "bar",
    ]
    assert last_lines(output / "stdout.log", most=1) == ["bar"]
    assert last_lines(output / "none") == []


@pytest.mark.parametrize(
    ("code", "failure", "message"),
    [
        (3, "error", "t.py exited with code 3: bar\n  | val_acc"),
        (-9, "crashed", "t.py was ended by signal 9 (perhaps out of memory)\n  |"),
        (-15, "crashed", "t.py was ended by signal 15\n  |"),
        (None, "crashed", "t.py is gone, and its guard with it\n  |"),
    ],
)
def test_says_how_a_program_ended(output, code, failure, message):
    error = ended_badly("t.py", Exit(code=code), output)
    assert error.failure == failure
    assert str(error).startswith(message)


def test_a_program_that_ran_out_of_memory_says_so(output):
    (output / "stderr.log").write_text("torch.OutOfMemoryError: CUDA out of memory. Tried\n")
    assert ended_badly("t.py", Exit(code=1), output).failure == "oom"


def test_says_what_was_seen_in_place_of_the_goal(output):
    message = str(not_seen(MetricSource(name="val/accuracy"), ["train/loss"], output))
    assert "'val/accuracy' not seen, looked for by its own name; " in message
    assert "seen: train/loss, val_acc, epoch; if it is 'val_acc', give metric.pattern" in message
    message = str(not_seen(MetricSource(name="val/z", pattern="z (.)"), [], output / "none"))
    assert "looked for by z (.); seen: no number; give metric.pattern" in message


def test_a_program_that_could_not_be_started_is_named():
    assert str(not_started(("./t", "a"), "No such file")).startswith("'./t' cannot be started: No")
