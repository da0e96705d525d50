import os
import time

import pytest

from trialist.execute.command.sources.datafile import reader
from trialist.execute.command.sources.source import Place
from trialist.values.errors import ConfigError


@pytest.fixture
def place(tmp_path):
    def place(name, text=None):
        path = tmp_path / name
        if text is not None:
            path.write_text(text, encoding="utf-8")
        return Place(run_dir=tmp_path, cwd=tmp_path, path=path, began=time.time() - 60)

    return place


def values(found):
    return [row.values for row in found.rows]


def test_lines_come_as_they_are_written(place):
    here = place("m.jsonl", '{"a": 1}\n[1]\n\n{"a": 2}\n{"a"')
    first = reader.collect(here, {}, ended=False)
    assert values(first) == [{"a": 1}, {"a": 2}]
    with here.path.open("a") as file:
        file.write(': 3}\n{"a": 4}')
    second = reader.collect(here, first.since, ended=False)
    assert values(second) == [{"a": 3}]
    assert values(reader.collect(here, second.since, ended=True)) == [{"a": 4}]


@pytest.mark.parametrize(("name", "comma"), [("m.csv", ","), ("m.tsv", "\t")])
def test_a_table_gives_its_rows_under_its_header(place, name, comma):
    here = place(name, "step, acc\n1, 0.5\n\n2, ".replace(", ", comma))
    first = reader.collect(here, {}, ended=False)
    assert values(first) == [{"step": "1", "acc": "0.5"}]
    with here.path.open("a") as file:
        file.write("0.75\n")
    assert values(reader.collect(here, first.since, ended=False)) == [{"step": "2", "acc": "0.75"}]
    assert reader.collect(place("e" + name, ""), {}, ended=True).rows == ()


@pytest.mark.parametrize(
    ("text", "rows"), [('{"a": 1}', [{"a": 1}]), ('[{"a": 1}, 3, {"a": 2}]', [{"a": 1}, {"a": 2}])]
)
def test_a_document_is_read_once_the_script_is_gone(place, text, rows):
    here = place("m.json", text)
    assert reader.collect(here, {}, ended=False).rows == ()
    assert values(reader.collect(here, {}, ended=True)) == rows


def test_a_file_that_is_not_there_or_is_older_than_the_run_gives_nothing(place):
    assert reader.collect(place("gone.csv"), {}, ended=True).rows == ()
    old = place("old.csv", "a\n1\n")
    os.utime(old.path, (1, 1))
    assert reader.collect(old, {}, ended=True).rows == ()


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("m.jsonl", "nonsense\n", "m.jsonl holds a line that is no JSON"),
        ("m.json", "{", "m.json holds no JSON"),
        ("m.txt", "x", "no file of metrics by its name"),
    ],
)
def test_a_file_that_cannot_be_read_is_named(place, name, text, message):
    with pytest.raises(ConfigError, match=message):
        reader.collect(place(name, text), {}, ended=True)


def test_needs_no_variables(tmp_path):
    assert reader.environment(tmp_path, {}, 0) == {}
