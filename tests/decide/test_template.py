from __future__ import annotations

import pytest

from trialist.decide.template import filled
from trialist.values.methods import MethodsPart
from trialist.values.metric import Goal, Metric

ACCURACY = Metric(name="val/accuracy", goal=Goal.MAXIMIZE, relevant=0.005)
DATA = {
    "n": 1200,
    "name": "wide{n}",
    "looks": [5, 8],
    "level": 0.95,
    "p": 0.0054321,
    "alpha": 0.05,
    "relevant": 0.005,
    "hash": "sha256:3f9a12c4ffff",
    "methods": {"version": "0.1.0"},
}


def text_of(template):
    return "".join(part.text for part in filled(template, DATA, ACCURACY))


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("n is {n}.", "n is 1,200."),
        ("{looks:count} looks", "2 looks"),
        ("at {looks[1]}", "at 8"),
        ("{level:percent} %", "95 %"),
        ("{p:p}", "0.00543"),
        ("{alpha}", "0.05"),
        ("{relevant:unit} points", "0.5 points"),
        ("{hash:hash}", "3f9a12c4"),
        ("{methods.version}", "0.1.0"),
        ("no hole", "no hole"),
    ],
)
def test_a_hole_is_filled_from_its_field(template, text):
    assert text_of(template) == text


def test_a_name_with_braces_is_no_template():
    assert text_of("{name} runs") == "wide{n} runs"


def test_parts_know_their_field_and_whether_they_are_numbers():
    assert list(filled("{name} has {n} runs", DATA, ACCURACY)) == [
        MethodsPart(text="wide{n}", field="name"),
        MethodsPart(text=" has "),
        MethodsPart(text="1,200", field="n", is_number=True),
        MethodsPart(text=" runs"),
    ]
    (version,) = filled("{methods.version}", DATA, ACCURACY)
    assert version.is_number


def test_a_field_that_does_not_exist_is_an_error():
    with pytest.raises(KeyError):
        text_of("{nothing}")
