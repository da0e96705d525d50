"""The end of a run's stderr."""

from trialist.ledger.output import last_lines, quoted, stderr_tail


def test_the_last_lines_that_say_something_are_given(tmp_path):
    text = "".join(f"line {n}\n" for n in range(30)) + "\n  1/0\n  ~^~\n\n"
    (tmp_path / "stderr.log").write_text(text)
    assert stderr_tail(tmp_path, lines=3) == ("line 28", "line 29", "  1/0")
    assert len(stderr_tail(tmp_path)) == 20


def test_of_a_progress_bar_the_last_state_counts(tmp_path):
    (tmp_path / "stderr.log").write_bytes(b"  1%\r 50%\r100%\r\nwarning\r\n 7%\r 8%")
    assert stderr_tail(tmp_path) == ("100%", "warning", " 8%")


def test_only_the_end_of_a_long_file_is_read(tmp_path):
    (tmp_path / "stderr.log").write_bytes(b"x" * 10**6 + b"\nlast \xff\n")
    first, last = stderr_tail(tmp_path)
    assert (len(first), last) == (400, "last \ufffd")


def test_a_run_that_wrote_nothing_has_no_last_words(tmp_path):
    assert stderr_tail(tmp_path) == ()
    (tmp_path / "stderr.log").touch()
    assert stderr_tail(tmp_path) == ()


def test_the_end_of_any_file_is_quoted_below_a_message(tmp_path):
    log = tmp_path / "workers.log"
    assert quoted(last_lines(log)) == ""
    log.write_text("".join(f"line {k}\n" for k in range(30)))
    assert quoted(last_lines(log)).splitlines()[1::7] == [
        "         | line 22",
        "         | line 29",
    ]
