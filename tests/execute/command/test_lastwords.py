import pytest

from trialist.execute.command.guard import Exit
from trialist.execute.command.lastwords import (
    ended_badly,
    last_lines,
    not_in_file,
    not_seen,
    not_started,
)
from trialist.values.metricsource import MetricSource, SourceKind


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


def test_of_an_exception_in_several_lines_the_first_is_the_reason(output):
    said = (
        'Traceback\n  File "t.py", line 1\n    x()\n    ^^^\nValueError: no\n  to do  this\nend\n'
    )
    (output / "stderr.log").write_text(said)
    message = str(ended_badly("t.py", Exit(code=1), output))
    assert message.startswith("t.py exited with code 1: ValueError: no\n  | Traceback\n")
    assert "^" not in message


def test_a_program_that_ran_out_of_memory_says_so(output):
    (output / "stderr.log").write_text("torch.OutOfMemoryError: CUDA out of memory. Tried\n")
    assert ended_badly("t.py", Exit(code=1), output).failure == "oom"


def test_says_what_was_seen_in_place_of_the_goal(output):
    message = str(not_seen(MetricSource(name="val/accuracy"), ["train/loss"], output))
    assert "'val/accuracy' not seen, looked for by its own name; " in message
    assert "seen: train/loss, val_acc, epoch; if it is 'val_acc', give metric.pattern" in message
    message = str(not_seen(MetricSource(name="val/z", pattern="z (.)"), [], output / "none"))
    assert "looked for by z (.); seen: no number; give metric.pattern" in message


def test_says_which_keys_the_lines_of_json_had(output):
    goal = MetricSource(name="val/accuracy", kind=SourceKind.JSON, key="acc")
    (output / "stdout.log").write_text('{"val": {"accuracy": 0.8}, "epoch": 1}\nloss: 3\n')
    message = str(not_seen(goal, [], output))
    assert "looked for in lines that are a JSON object by the key acc; " in message
    assert "seen: val.accuracy, epoch; if it is 'val.accuracy', give metric.key\n" in message


def test_says_that_no_line_is_json(output):
    (output / "stdout.log").write_text('INFO {"val_acc": 0.8}\n')
    message = str(not_seen(MetricSource(name="val/z", kind=SourceKind.JSON), [], output))
    assert "seen: no number; give metric.pattern: no line is an object and nothing else" in message


def test_says_what_the_file_has_in_place_of_the_goal(output):
    goal = MetricSource(name="val/accuracy", kind=SourceKind.FILE, key="acc", file="m.csv")
    message = str(not_in_file(goal, output / "m.csv", ["epoch", "val_acc"], output))
    assert "not seen in m.csv by the key acc; it has: epoch, val_acc; " in message
    assert "if it is 'val_acc', give metric.key\n  | val_acc" in message
    message = str(not_in_file(goal, output / "m.csv", [], output))
    assert "in m.csv by the key acc; nothing was written there; have the script" in message
    goal = MetricSource(name="val/accuracy", kind=SourceKind.TFEVENTS)
    assert "not seen in the files of tfevents; nothing" in str(not_in_file(goal, None, [], output))


def test_a_program_that_could_not_be_started_is_named():
    assert str(not_started(("./t", "a"), "No such file")).startswith("'./t' cannot be started: No")
