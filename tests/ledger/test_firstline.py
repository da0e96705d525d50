"""The first line of a journal or a log, at a glance."""

import pytest

from trialist.ledger.firstline import begun_at, first_line


def test_only_the_first_line_is_read(tmp_path):
    path = tmp_path / "journal.jsonl"
    path.write_text('{"k":"start","t":12.5}\n{"k":"metric", damaged\n', encoding="utf-8")
    assert first_line(path) == {"k": "start", "t": 12.5}
    assert begun_at(path) == 12.5


@pytest.mark.parametrize("text", ["", "{", "[1, 2]", "\udcff", '{"t": "noon"}', '{"t": null}'])
def test_a_file_that_says_nothing_has_no_beginning(tmp_path, text):
    path = tmp_path / "journal.jsonl"
    path.write_text(text, encoding="utf-8", errors="surrogateescape")
    assert begun_at(path) is None


def test_a_file_that_is_not_there_says_nothing(tmp_path):
    assert first_line(tmp_path / "journal.jsonl") == {}
    assert first_line(tmp_path) == {}
