import xml.etree.ElementTree as ET

import pytest

from trialist.render.figures.palette import looks_of
from trialist.render.figures.searches import searches_figure
from trialist.render.reportdata import ReportData
from trialist.render.sections.searches import searches
from trialist.values.evidence import Interval
from trialist.values.metric import Goal, Metric
from trialist.values.missing import Missing
from trialist.values.results import Results
from trialist.values.searches import BestOf, BestOfCurve, Claim, Searches

NAMES = ("sgd", "adam", "lion", "lamb", "adafactor")
NS = "{http://www.w3.org/2000/svg}"


def results(*lengths, bare=False):
    curves = tuple(
        BestOfCurve(
            variant=name,
            over="blocks",
            points=tuple(
                BestOf(
                    m=m,
                    value=0.9 + m / 100,
                    interval=Missing("too few") if bare else Interval(low=0.89, high=0.99),
                    n_groups=3,
                )
                for m in range(1, n + 1)
            ),
            reason="" if n else "2 trials in a search are too few",
        )
        for name, n in zip(NAMES, lengths, strict=False)
    )
    return Results(
        study="s",
        plan_hash=None,
        metric=Metric(name="val/accuracy", goal=Goal.MAXIMIZE),
        variants=(),
        comparisons=(),
        searches=Searches(claim=Claim.NOTHING, level=0.95, searches=(), curves=curves),
    )


def figure(*lengths, bare=False):
    return searches_figure(results(*lengths, bare=bare), looks_of(NAMES, "sgd"))


def bands(found):
    return [
        path for path in ET.fromstring(found.wide).iter(f"{NS}path") if path.get("fill-opacity")
    ]


def test_without_searches_there_is_no_figure_and_no_section():
    bare = Results(
        study="s",
        plan_hash=None,
        metric=Metric(name="val/loss", goal=Goal.MINIMIZE),
        variants=(),
        comparisons=(),
    )
    assert searches_figure(bare, {}) is None
    assert searches(ReportData(results=bare)) == ""


def test_a_search_that_is_too_small_gives_an_empty_figure_with_its_reason():
    found = figure(0, 0)
    assert found.is_empty
    assert found.caption.startswith("No expected best to show: None for sgd: 2 trials")


def test_each_curve_has_a_line_and_a_band():
    found = figure(6, 4)
    assert len(bands(found)) == 2
    assert found.caption.startswith(
        "What the best of m trials scores on average when it is chosen: sgd 96.0 at m = 6, adam "
        "94.0 at m = 4."
    )
    assert ET.fromstring(found.narrow).tag == f"{NS}svg"


def test_many_variants_are_drawn_without_bands():
    assert bands(figure(6, 6, 6, 6, 6)) == []


@pytest.mark.parametrize("lengths", [(1,), (1, 6)])
def test_a_single_point_has_an_upright_interval(lengths):
    found = figure(*lengths)
    assert not found.is_empty
    assert len(bands(found)) == len(lengths) - 1


def test_a_point_without_an_interval_is_drawn_as_it_is():
    assert figure(3, bare=True).csv.splitlines()[1] == "sgd,1,0.91,0.91,0.91,3,blocks"


def test_the_numbers_behind_the_figure_are_all_there():
    lines = figure(2, 1).csv.splitlines()
    assert lines[0] == "variant,m,value,low,high,n_groups,over"
    assert lines[1:] == [
        "sgd,1,0.91,0.89,0.99,3,blocks",
        "sgd,2,0.92,0.89,0.99,3,blocks",
        "adam,1,0.91,0.89,0.99,3,blocks",
    ]


def test_the_section_has_a_table_of_points_where_there_are_some():
    page = searches(ReportData(results=results(6, 4)))
    assert "<h2>What the searches say</h2>" in page
    assert "m = 6" in page
    assert "m = " not in searches(ReportData(results=results(0, 0)))
