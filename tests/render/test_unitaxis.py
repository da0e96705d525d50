import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialist.render.figures.canvas import NARROW, WIDE, label_places, text_width
from trialist.render.figures.unitaxis import short, unit_axis, value_words
from trialist.stats.unitscale import unit_of
from trialist.values.space import Law, Parameter, Scale


def axis(parameter, units=(), *, width=300.0, size=14.0, upright=False):
    ends = (width, 0.0) if upright else (20.0, 20.0 + width)
    return unit_axis(parameter, units, ends=ends, size=size, upright=upright)


@pytest.mark.parametrize(
    ("parameter", "texts"),
    [
        (Parameter(name="lr", low=1e-4, high=1.0, scale=Scale.LOG), "0.0001 0.001 0.01 0.1 1"),
        (Parameter(name="b", low=0.5, high=0.999, scale=Scale.ONE_MINUS_LOG), "0.9 0.99 0.999"),
        (Parameter(name="d", low=0.0, high=0.5), "0 0.1 0.2 0.3 0.4 0.5"),
        (Parameter(name="n", low=1, high=4, integer=True), "1 2 3 4"),
        (Parameter(name="o", choices=("sgd", "adam")), "sgd adam"),
        (Parameter(name="s", law=Law.NORMAL, shape=(0.0, 1.0)), "-2 -1 0 1 2"),
    ],
)
def test_ticks_are_round_values_at_their_places(parameter, texts):
    found = axis(parameter, width=420)
    assert list(found.labels.texts) == texts.split()
    for place, text in zip(found.values, found.labels.texts, strict=True):
        value = text if parameter.choices else float(text)
        assert place == pytest.approx(unit_of(parameter, value), abs=1e-6)


RANGES = st.tuples(st.floats(1e-6, 1e3), st.floats(1.01, 1e6)).map(lambda x: (x[0], x[0] * x[1]))


@given(RANGES, st.sampled_from([Scale.LINEAR, Scale.LOG]), st.sampled_from([WIDE, NARROW]))
def test_labels_fit_beside_each_other_and_differ(ends, scale, sheet):
    parameter = Parameter(name="x", low=ends[0], high=ends[1], scale=scale)
    found = axis(parameter, width=sheet.width / 3, size=sheet.small)
    assert len(found.values) >= 2
    assert len(set(found.labels.texts)) == len(found.labels.texts)
    places = label_places(found, sheet.small)
    halves = [text_width(text, sheet.small) / 2 for text in found.labels.texts]
    for (x, half), (next_x, next_half) in itertools.pairwise(zip(places, halves, strict=True)):
        assert x + half <= next_x - next_half + 1e-6 or len(places) == 2


@given(RANGES)
def test_labels_of_an_upright_axis_stand_above_each_other(ends):
    parameter = Parameter(name="x", low=ends[0], high=ends[1], scale=Scale.LOG)
    found = axis(parameter, width=200, upright=True)
    heights = [found.scale.at(value) for value in found.values]
    assert all(one - two >= 14 * 1.4 for one, two in itertools.pairwise(heights))


def test_trials_of_an_earlier_round_lie_beyond_the_range():
    found = axis(Parameter(name="x", low=0.0, high=1.0), units=(-0.5, 1.2))
    assert (found.scale.low, found.scale.high) == pytest.approx((-0.56, 1.26))


def test_many_choices_have_as_many_labels_as_there_is_room_for():
    found = axis(Parameter(name="x", choices=tuple(range(40))))
    assert 2 <= len(found.values) < 40


def test_values_are_short():
    assert [short(x) for x in (0.1, 1e-6, 12345678.0)] == ["0.1", "1e-6", "1.23457e7"]
    assert [value_words(x) for x in (0.123456, True, "a", 3)] == ["0.1235", "True", "a", "3"]
