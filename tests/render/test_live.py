import io

from trialist.render.live import LiveTable, PlainLines, Silent, display_for
from trialist.render.progress import Progress, ProgressRow
from trialist.values.events import FailureKind, RunStatus
from trialist.values.evidence import RunRecord
from trialist.values.metric import Goal, Metric

ACCURACY = Metric(name="val/accuracy", goal=Goal.MAXIMIZE)


class Terminal(io.StringIO):
    def isatty(self):
        return True


def progress(n_done=3):
    rows = (
        ProgressRow(variant="baseline", n_done=2, n_planned=20, running=(2,), mean=0.95, sd=0.005),
        ProgressRow(
            variant="[red]x[/red]", n_done=1, n_planned=20, n_failed=1, n_diverged=1, text="open"
        ),
    )
    return Progress(
        study="digits",
        metric=ACCURACY,
        rows=rows,
        n_done=n_done,
        n_max=40,
        n_running=1,
        elapsed_s=14.0,
        eta_s=200.0,
        next_look=5,
    )


FINISHED = RunRecord(
    variant="baseline", seed=3, status=RunStatus.FINISHED, value=0.9504, seconds=2.0
)
FAILED = RunRecord(
    variant="baseline",
    seed=4,
    status=RunStatus.FAILED,
    failure=FailureKind.ERROR,
    error="Traceback\nValueError: \x1b[2Jno",
)


def test_the_display_fits_the_stream():
    kinds = {
        LiveTable: display_for(Terminal(), metric=ACCURACY, environ={}),
        PlainLines: display_for(io.StringIO(), metric=ACCURACY, environ={}),
        Silent: display_for(Terminal(), metric=ACCURACY, environ={}, quiet=True),
    }
    assert all(isinstance(display, kind) for kind, display in kinds.items())
    dumb = display_for(Terminal(), metric=ACCURACY, environ={"TERM": "dumb"})
    assert isinstance(dumb, PlainLines)


def test_plain_lines_are_one_per_run_and_look(reports):
    stream = io.StringIO()
    with PlainLines(stream, metric=ACCURACY) as lines:
        lines.update(progress())
        lines.run_ended(FINISHED)
        lines.run_ended(FAILED)
        lines.look_taken(reports["two"].looks)
        lines.note("resumed")
    written = stream.getvalue().splitlines()
    assert written[0] == "baseline/seed-3  val/accuracy 95.04  2.0 s  (3 of at most 40)"
    assert "failed (error): ValueError" in written[1]
    assert "\x1b" not in stream.getvalue()
    assert written[2].startswith("look 1 at 5 seeds: dropout: ")
    assert "+1.19 points [+0.98, +1.39], p " in written[2]
    assert written[-1] == "resumed"


def test_the_live_table_shows_rows_and_what_comes_next():
    stream = Terminal()
    with LiveTable(stream, metric=ACCURACY, color=False) as table:
        table.update(progress())
        table.run_ended(FAILED)
        table.run_ended(FINISHED)
        table.note("a note")
    text = stream.getvalue()
    assert "2/20" in text
    assert "[red]x[/red]" in text
    assert "1 failed · 1 diverged · open" in text
    assert "next look at 5 · up to 3 min 20 s left" in text
    assert "baseline/seed-4" in text
    assert "baseline/seed-3" not in text


def test_numbers_stay_whole_in_a_narrow_window(monkeypatch):
    monkeypatch.setenv("COLUMNS", "40")
    stream = Terminal()
    with LiveTable(stream, metric=ACCURACY, color=False) as table:
        table.update(progress())
    row = next(line for line in stream.getvalue().splitlines() if "2/20" in line)
    assert "95" in row
    assert "0.50" in row


def test_the_live_table_draws_at_most_four_times_a_second():
    stream = Terminal()
    with LiveTable(stream, metric=ACCURACY) as table:
        for n_done in range(200):
            table.update(progress(n_done))
    assert stream.getvalue().count("of at most 40") <= 3
