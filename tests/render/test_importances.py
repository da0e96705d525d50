import xml.etree.ElementTree as ET

from trialist.render.figures.importances import importance_figures
from trialist.render.figures.palette import looks_of
from trialist.values.evidence import Interval
from trialist.values.importance import Importance, Importances, RankCorrelation

LOOKS = looks_of(["sgd", "adam"], "sgd")


def found(n=2, variant="adam", caveats=()):
    return Importances(
        variant=variant,
        method="ped_anova",
        n=64,
        level=0.95,
        parameters=tuple(
            Importance(
                parameter=f"p{k}",
                shown=f"p{k}",
                share=1 / n,
                interval=Interval(low=0.0, high=min(1.0, 2 / n)),
            )
            for k in range(n)
        ),
        caveats=caveats,
    )


def test_a_bar_per_parameter_with_its_interval():
    (figure,) = importance_figures([found(caveats=("Few trials.",))], LOOKS)
    assert figure.caption == (
        "p0 mattered most, 50 % of the importance by PED-ANOVA "
        "(n\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}64); lines are 95 % intervals over resampled "
        "trials. Few trials."
    )
    assert figure.csv.splitlines()[1] == "adam,p0,0.5,0.0,1.0,ped_anova,64,"
    bars = [one for one in ET.fromstring(figure.wide).iter() if one.get("fill-opacity")]
    assert len(bars) == 2


def slope(value, half=0.1):
    return RankCorrelation(
        parameter="p0",
        shown="p0",
        variant="adam",
        n=64,
        value=value,
        interval=Interval(low=value - half, high=value + half),
        level=0.95,
    )


def words(figure):
    return {text.text for text in ET.fromstring(figure.wide).iter() if text.text}


def test_a_slope_is_told_where_there_is_one():
    (up,) = importance_figures([found()], LOOKS, [slope(0.6)])
    (down,) = importance_figures([found()], LOOKS, [slope(-0.6)])
    (flat,) = importance_figures([found()], LOOKS, [slope(0.05)])
    assert "better when higher, rank r +0.60" in words(up)
    assert "better when lower, rank r -0.60" in words(down)
    assert "no slope to tell" in words(flat)
    assert "a rank correlation tells a slope only" in up.caption
    assert up.csv.splitlines()[1].endswith(",0.6")


def test_many_parameters_are_cut_and_that_is_said():
    (figure,) = importance_figures([found(n=20)], LOOKS)
    assert "the first 12 of 20 parameters are shown" in figure.caption


def test_variants_of_like_names_have_files_of_their_own():
    looks = looks_of(["a b", "a-b"], None)
    names = [f.name for f in importance_figures([found(variant=v) for v in looks], looks)]
    assert len(set(names)) == 2
