import dataclasses
import math
import re
import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialist.render.figures.all import figures_of
from trialist.render.figures.axis import Scale, span_of, tick_labels, ticks
from trialist.render.figures.canvas import (
    NARROW,
    WIDE,
    fitted,
    horizontal_axis,
    label_places,
    text_width,
)
from trialist.render.figures.curvedata import MOST_LINES, CurveData
from trialist.render.figures.curves import curves_figures
from trialist.render.figures.decimate import decimated
from trialist.render.figures.meancurve import mean_curve
from trialist.render.figures.palette import looks_of
from trialist.render.reportdata import Curve

NUMBERS = st.floats(-1e12, 1e12).map(lambda x: float(f"{x:.6g}"))
NS = "{http://www.w3.org/2000/svg}"


@given(st.lists(NUMBERS, min_size=1, max_size=8), st.integers(2, 9))
def test_ticks_lie_within_the_range_and_are_round(values, count):
    low, high = span_of(values)
    found = ticks(low, high, count=count)
    assert len(found) >= 2
    slack = (high - low) * 1e-6
    assert low - slack <= found[0] < found[-1] <= high + slack
    step = found[1] - found[0]
    leading = f"{step:.0e}"[0]
    assert leading in "125"
    assert found[0] - low <= step * (1 + 1e-6)
    assert high - found[-1] <= step * (1 + 1e-6)


@given(st.lists(st.floats(allow_nan=True, allow_infinity=True), max_size=8))
def test_a_range_holds_all_finite_values_and_is_never_empty(values):
    finite = [value for value in values if math.isfinite(value) and abs(value) < 1e300]
    low, high = span_of(finite)
    assert low < high
    assert all(low <= value <= high for value in finite)


@given(NUMBERS, st.floats(1e-9, 1e9), st.sampled_from([WIDE, NARROW]))
def test_axis_labels_never_overlap_and_differ(low, width, sheet):
    low, high = span_of([low, low + width])
    axis = horizontal_axis(Scale(low=low, high=high, start=20, end=sheet.width - 20), sheet.small)
    places = label_places(axis, sheet.small)
    halves = [text_width(text, sheet.small) / 2 for text in axis.labels.texts]
    for i in range(len(places) - 1):
        assert places[i] + halves[i] < places[i + 1] - halves[i + 1]
    assert len(set(axis.labels.texts)) == len(axis.labels.texts)


def test_large_and_small_numbers_share_one_power_of_ten():
    labels = tick_labels((0.0, 1e-7, 2e-7))
    assert labels.texts == ("0", "1", "2")
    assert labels.factor == "\N{MULTIPLICATION SIGN}10⁻⁷"


def test_a_value_off_the_scale_is_drawn_at_its_end():
    scale = Scale(low=0, high=1, start=10, end=20)
    assert (scale.at(-5), scale.at(0.5), scale.at(9)) == (10, 15, 20)


@given(st.lists(st.floats(), min_size=1, max_size=400), st.integers(4, 60))
def test_a_decimated_curve_is_short_and_keeps_its_extremes(values, most):
    stretches = decimated(range(len(values)), values, most=most)
    points = [point for stretch in stretches for point in stretch.points]
    finite = [value for value in values if math.isfinite(value)]
    assert len(points) <= most
    assert all(values[step] == value for step, value in points)
    if finite:
        assert max(value for _, value in points) == max(finite)
        assert min(value for _, value in points) == min(finite)
    assert [step for step, _ in points] == sorted({step for step, _ in points})


def test_a_curve_that_meets_nan_breaks_off_there():
    stretches = decimated((1, 2, 3, 4), (1.0, math.nan, 3.0, 4.0), most=10)
    assert [stretch.breaks_off for stretch in stretches] == [True, False]


def curve(values, *, steps=None, seed=0):
    steps = steps or tuple(range(len(values)))
    return Curve(metric="m/x", variant="a", seed=seed, steps=steps, values=tuple(values))


def test_the_mean_curve_is_the_mean_and_sd_of_the_seeds():
    points = mean_curve([curve([1.0, 2.0]), curve([3.0, 6.0], seed=1)])
    assert [(p.mean, p.n) for p in points] == [(2.0, 2), (4.0, 2)]
    assert points[1].sd == pytest.approx(math.sqrt(8))


def test_the_mean_curve_ends_where_most_runs_have_ended():
    points = mean_curve([curve([1.0] * 9), curve([1.0] * 3, seed=1), curve([1.0] * 3, seed=2)])
    assert len(points) == 3


def test_runs_that_log_at_different_steps_are_joined():
    steps = tuple(range(0, 1000, 2)), tuple(range(1, 1001, 2))
    points = mean_curve([curve([1.0] * 500, steps=s, seed=i) for i, s in enumerate(steps)])
    assert 100 < len(points) <= 150
    assert {point.n for point in points} == {2}


def test_nothing_finite_has_no_mean_curve():
    assert mean_curve([curve([math.nan, math.inf])]) == ()
    assert mean_curve([]) == ()


def test_fifty_variants_are_told_apart_by_color_or_shape():
    looks = looks_of(["base", *map(str, range(50))], "base")
    assert len({(look.color, look.shape) for look in looks.values()}) == 51
    assert looks["base"].shape == "circle"


def test_a_variant_keeps_its_look_in_every_figure(reports):
    for figure in figures_of(reports["two"]):
        assert 'class="v1 edge"' in figure.wide


def all_figures(reports):
    return [(name, f) for name, data in reports.items() for f in figures_of(data)]


def test_every_picture_is_well_formed_and_described(reports):
    for _, figure in all_figures(reports):
        if figure.is_empty:
            continue
        for text in (figure.wide, figure.narrow, figure.file):
            root = ET.fromstring(text.encode())
            assert root.tag == f"{NS}svg"
            assert root.find(f"{NS}title").text
            assert root.find(f"{NS}desc").text == figure.caption
            assert "nan" not in re.sub(r">[^<]*<", "><", text)


def boxes(root):
    for text in root.iter(f"{NS}text"):
        size, words = float(text.get("font-size")), text.text or ""
        width = text_width(words, size) * 0.86  # the estimate is on the safe side
        x, y = float(text.get("x")), float(text.get("y"))
        anchor = text.get("text-anchor", "start")
        start = x - {"start": 0, "middle": width / 2, "end": width}[anchor]
        yield words, start, start + width, y - size * 0.72, y + size * 0.2


def test_no_two_labels_overlap_in_any_picture(reports):
    for name, figure in all_figures(reports):
        for text in filter(None, (figure.wide, figure.narrow)):
            found = list(boxes(ET.fromstring(text.encode())))
            for i, one in enumerate(found):
                for other in found[i + 1 :]:
                    apart = (
                        one[2] <= other[1]
                        or other[2] <= one[1]
                        or one[4] <= other[3]
                        or other[4] <= one[3]
                    )
                    assert apart, (name, figure.name, one, other)


def test_every_label_stays_on_its_sheet(reports):
    for name, figure in all_figures(reports):
        for text in filter(None, (figure.wide, figure.narrow)):
            root = ET.fromstring(text.encode())
            width = float(root.get("viewBox").split()[2])
            for words, start, end, _, _ in boxes(root):
                assert start >= -1, (name, words)
                assert end <= width + 1, (name, words)


def test_empty_figures_say_why(reports):
    captions = [figure.caption for figure in figures_of(reports["empty"])]
    assert captions[0] == "No differences to show: no run has given a value yet."
    assert captions[1].startswith("No seeds to show")
    assert captions[2].startswith("No learning curves")
    assert "one variant" in figures_of(reports["alone"])[0].caption


def test_captions_say_what_the_intervals_do(reports):
    assert "wholly on the better side of zero" in figures_of(reports["two"])[0].caption
    assert "across zero" in figures_of(reports["inconclusive"])[0].caption
    assert "12 of 12 pairs" in figures_of(reports["two"])[1].caption
    assert "2 diverged, 1 failed" in figures_of(reports["diverged"])[1].caption


def test_pairs_are_joined_only_in_paired_designs(reports, report):
    groups = {"baseline": [0.9, 0.91, 0.93], "new": [0.92, 0.91, 0.95]}
    paired = figures_of(report(groups, paired=True))[1].wide
    unpaired = figures_of(report(groups, paired=False))[1].wide
    assert paired.count('stroke-opacity="0.55"') == 3
    assert 'stroke-opacity="0.55"' not in unpaired


def test_a_diverged_curve_is_marked_and_far_values_do_not_rule_the_axis(reports):
    data = reports["two"]
    first = data.curves[1]
    wild = dataclasses.replace(first, values=(*first.values[:50], 1e30, *(math.nan,) * 149))
    figures = figures_of(dataclasses.replace(data, curves=(wild, *data.curves[2:])))
    figure = next(f for f in figures if first.metric.replace("/", "-") in f.name)
    assert "1 curve broke off" in figure.caption
    assert "cut at the edge" in figure.caption
    assert 'class="lost"' in figure.wide
    assert "e+30" not in figure.wide


def test_the_goal_metric_comes_first_and_six_metrics_are_the_most(reports):
    data = reports["two"]
    curves = [
        dataclasses.replace(curve([1.0, 2.0]), metric=f"train/m{i}", variant="dropout")
        for i in range(9)
    ]
    figures = figures_of(dataclasses.replace(data, curves=(*curves, *data.curves)))[2:]
    assert len(figures) == 6
    assert figures[0].name == "curves-val-accuracy"


def test_metrics_with_near_names_get_figures_of_their_own(reports):
    data = reports["two"]
    curves = tuple(
        dataclasses.replace(curve([1.0, 2.0]), metric=metric, variant="dropout")
        for metric in ("train/a_b", "train/a/b", "train/a__b")
    )
    names = [f.name for f in figures_of(dataclasses.replace(data, curves=curves))]
    assert len(set(names)) == len(names) == 5


def test_long_text_is_cut_to_its_room():
    assert text_width(fitted("w" * 100, 14, 100), 14) <= 100


def test_the_mean_of_a_curve_that_was_made_short_is_that_of_its_stretches():
    short = Curve(
        metric="a/x", variant="wide", seed=0, steps=(0, 9), values=(0.0, 9.0),
        mean_steps=(4.5,), mean_values=(2.0,),
    )  # fmt: skip
    (point,) = mean_curve([short])
    assert (point.step, point.mean, point.n) == (4.5, 2.0, 1)


def test_of_very_many_runs_an_even_share_is_drawn_and_the_mean_is_that_of_all():
    curves = [
        dataclasses.replace(curve([0.0, float(seed)], seed=seed), variant=name)
        for name in ("baseline", "wide")
        for seed in range(MOST_LINES)
    ]
    data = CurveData.of(curves[0].metric, curves, ("baseline", "wide"))
    assert [len(one.runs) for one in data.variants] == [MOST_LINES // 2] * 2
    assert [one.n for one in data.variants] == [MOST_LINES] * 2
    assert [run.seed for run in data.variants[0].runs][:3] == [0, 2, 4]
    assert data.variants[0].mean[-1].n == MOST_LINES
    few = CurveData.of(curves[0].metric, curves[:3], ("baseline",))
    assert [run.seed for run in few.variants[0].runs] == [0, 1, 2]


def test_a_figure_says_that_it_does_not_draw_every_run():
    curves = [curve([0.0, float(seed)], seed=seed) for seed in range(MOST_LINES + 100)]
    name = curves[0].variant
    (figure,) = curves_figures(curves, looks_of([name], baseline=name), goal=curves[0].metric)
    assert "400 of 500 runs are drawn, spread evenly over the seeds" in figure.caption
    assert "thin lines are runs" in figure.caption
