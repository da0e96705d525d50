from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialist.execute.command.lines import MOST_BYTES, Lines, plain


def cut(*chunks):
    lines = Lines()
    found = [line for chunk in chunks for line in lines.feed(chunk)]
    return found + lines.end()


@pytest.mark.parametrize(
    ("chunks", "lines"),
    [
        ([b"a\nb\n"], ["a", "b"]),
        ([b"a", b"b\nc"], ["ab", "c"]),
        ([b"1%\r2%\r3%\r\n\n"], ["1%", "2%", "3%"]),
        ([b"12\x08\x0834"], ["12", "34"]),
        ([b"\x1b[32mgreen\x1b[0m\x1b]0;title\x07\x1b[A\n"], ["green"]),
        ([b"caf\xe9 \xc3", b"\xa9\n"], ["caf� é"]),
        ([b"form\x0bfeed\n"], ["form\x0bfeed"]),
        ([b""], []),
    ],
)
def test_cuts_what_is_printed_into_lines(chunks, lines):
    assert cut(*chunks) == lines


def test_an_endless_line_takes_bounded_memory():
    lines = Lines()
    found = [line for _ in range(50) for line in lines.feed(b"x" * 10_000)]
    assert [len(line) for line in found] == [MOST_BYTES]
    assert lines.feed(b"xx\nval: 1\n") == ["val: 1"]
    assert lines.feed(b"y" * (MOST_BYTES + 5)) == ["y" * MOST_BYTES]
    assert lines.feed(b"y\n") == []
    assert lines.feed(b"z\n") == ["z"]


def test_a_long_line_in_one_piece_is_cut():
    assert [len(line) for line in cut(b"x" * (MOST_BYTES + 9) + b"\n")] == [MOST_BYTES]


def test_plain_text_stays():
    assert plain("a [b]") == "a [b]"


@given(st.binary(max_size=300), st.lists(st.integers(0, 300), max_size=6))
def test_where_the_stream_is_cut_does_not_matter(data, places):
    edges = [0, *sorted(place for place in places if place <= len(data)), len(data)]
    chunks = [data[a:b] for a, b in pairwise(edges)]
    assert cut(*chunks) == cut(data)
