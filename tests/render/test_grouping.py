from types import SimpleNamespace

from trialist.render.grouping import SIGNS, grouped_lines, groups_of
from trialist.render.style import TextStyle
from trialist.values.verdict import VerdictCode


def verdicts(**codes):
    return [SimpleNamespace(variant=name, baseline="base", name=VerdictCode(code))
            for name, code in codes.items()]  # fmt: skip


def test_names_stand_by_what_was_found_and_none_is_lost():
    found = groups_of(verdicts(a="regression", b="improvement", c="regression", d="refused"))
    assert [(one.words, one.names) for one in found] == [
        ("better", ("b",)),
        ("worse", ("a", "c")),
        ("cannot be answered", ("d",)),
    ]


def test_lines_say_how_often_and_fit_the_width():
    names = {f"variant-{k}": "improvement" for k in range(30)}
    lines = grouped_lines(verdicts(**names, other="inconclusive"), TextStyle(width=60))
    assert lines[0] == "31 comparisons with base:"
    assert lines[1].startswith("  better (30): variant-0, variant-1,")
    assert lines[-1] == "  the data does not show a difference (1): other"
    assert max(map(len, lines)) <= 62


def test_no_verdict_is_no_line():
    assert grouped_lines([], TextStyle()) == []


def test_every_code_has_a_sign_and_words():
    assert set(SIGNS) == set(VerdictCode)
    assert all(one.words for one in groups_of(verdicts(**{c.value: c.value for c in VerdictCode})))
