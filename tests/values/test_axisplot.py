from trialist.values.axisplot import AxisDot, AxisPlot, ParallelLine, ParallelPlot
from trialist.values.events import RunStatus
from trialist.values.metric import Goal
from trialist.values.playbook import Level
from trialist.values.space import Parameter, Scale

LR = Parameter(name="lr", label="adam.lr", low=1e-4, high=0.1, scale=Scale.LOG)


def test_an_axis_is_plain_data():
    dot = AxisDot(
        name="t", search=0, number=1, unit=0.5, x=3e-3, y=None, status=RunStatus.DIVERGED
    )  # fmt: skip
    plot = AxisPlot(
        variant="adam", parameter=LR, metric="val/loss", goal=Goal.MINIMIZE, dots=(dot,),
        level=Level.EDGE,
    )  # fmt: skip
    plain = plot.to_dict()
    assert plain["parameter"] == "adam.lr"
    assert (plain["low"], plain["high"], plain["scale"]) == (1e-4, 0.1, "log")
    assert plain["level"] == "EDGE"
    assert plain["dots"][0]["status"] == "diverged"


def test_parallel_coordinates_are_plain_data():
    line = ParallelLine(name="t", units=(0.5, None), y=1.0, rank=0.0, status=RunStatus.FINISHED)
    plot = ParallelPlot(
        variant="adam", metric="val/loss", goal=Goal.MINIMIZE, axes=(LR,), lines=(line,)
    )  # fmt: skip
    assert plot.to_dict()["lines"][0]["units"] == [0.5, None]
    assert Parameter.from_dict(plot.to_dict()["axes"][0]) == LR
