import xml.etree.ElementTree as ET

from trialist.render.figures.lineage import lineage_figures
from trialist.render.figures.palette import looks_of
from trialist.render.populationdata import Line, Population, Takeover

LOOKS = looks_of(["pbt"], "pbt")


def population(n=8, **more):
    fields = {
        "variant": "pbt",
        "search": 0,
        "members": tuple(range(n)),
        "takeovers": (
            Takeover(step=100, target=3, donor=0, params={"lr": 0.12}),
            Takeover(step=200, target=n - 1, donor=3, params={"lr": 0.096}),
        ),
        "line": (
            Line(member=0, step=0, params={"lr": 0.1}),
            Line(member=3, step=100, params={"lr": 0.12}),
        ),
        "steps": 300,
    }
    return Population(**(fields | more))


def test_takeovers_and_the_winners_line_are_drawn():
    (found,) = lineage_figures([population()], LOOKS)
    assert found.name == "population-pbt-0"
    assert found.caption == (
        "2 takeovers among 8 members (bars, from the donor); the winner's line is thick: from step "
        "0 lr 0.1; from step 100 lr 0.12."
    )
    assert found.csv.splitlines() == ["step,target,donor,lr", "100,3,0,0.12", "200,7,3,0.096"]
    root = ET.fromstring(found.wide)
    thick = [path for path in root.iter() if path.get("stroke-width") == "3"]
    assert len(thick) == 1


def test_a_large_population_is_cut_and_says_so():
    (found,) = lineage_figures([population(n=100)], LOOKS)
    assert "the first 40 members are shown" in found.caption
    ET.fromstring(found.narrow)


def test_without_a_winner_there_is_no_line():
    (found,) = lineage_figures([population(line=())], LOOKS)
    assert "winner" not in found.caption
    assert lineage_figures([population(members=())], LOOKS) == ()


def test_a_long_line_is_told_in_short():
    line = tuple(Line(member=k % 8, step=10 * k, params={"lr": 0.1}) for k in range(9))
    (found,) = lineage_figures([population(line=line)], LOOKS)
    assert "and 3 more parts" in found.caption
