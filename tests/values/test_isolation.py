from trialist.values.evidence import Interval
from trialist.values.isolation import (
    DesignLine,
    GroupDifference,
    Isolated,
    Isolation,
    IsolationDot,
    IsolationGroup,
)
from trialist.values.metric import Goal
from trialist.values.missing import Missing


def group(label, best, *, tied):
    return IsolationGroup(
        label=label, n_complete=1, n_infeasible=0, best=best, best_trial=None, tied=tied
    )


def difference(interval):
    return GroupDifference(
        group="b", against="a", value=-1.0, interval=interval, n=5, shared=True
    )  # fmt: skip


def test_a_plot_is_plain_data_with_the_reasons_of_what_is_missing():
    plot = Isolation(
        parameter="lr",
        variant="adam",
        kind=Isolated.CONTINUOUS,
        metric="val/loss",
        goal=Goal.MINIMIZE,
        groups=(group("a", 1.0, tied=True), group("b", Missing("none"), tied=False)),
        dots=(
            IsolationDot(
                name="t", variant="adam", search=0, number=1, group=0, unit=0.5, value=1.0
            ),
        ),
        differences=(difference(Interval(low=-2.0, high=0.5)), difference(Missing("few"))),
        lines=(DesignLine(search=0, number=1, values=(1.0, None)),),
    )
    plain = plot.to_dict()
    assert plot.tied == ("a",)
    assert plain["tied"] == ["a"]
    assert "missing" not in plain["groups"][0]
    assert plain["groups"][1]["best"] is None
    assert plain["groups"][1]["missing"] == {"best": "none"}
    assert plain["differences"][0]["interval"] == [-2.0, 0.5]
    assert plain["differences"][1]["missing"] == {"interval": "few"}
    assert plain["lines"] == [{"search": 0, "number": 1, "values": [1.0, None]}]
    assert plain["dots"][0]["unit"] == 0.5
