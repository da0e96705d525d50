from trialist.lab.trialcurves import pictured
from trialist.values.metric import Goal
from trialist.values.trialcurve import Track, TrialCurve


def curve(name, *, is_best=True, run="sgd-1/seed-3/attempt-1", train=None):
    return TrialCurve(
        variant="sgd",
        name=name,
        run=run,
        steps=(1, 2),
        val=Track(metric="val/loss", goal=Goal.MINIMIZE, values=(2.0, 1.0)),
        train=train,
        is_best=is_best,
    )


def test_the_curves_of_the_best_trials_are_pictured():
    train = Track(metric="train/loss", goal=Goal.MINIMIZE, values=(3.0, 0.5))
    found = pictured([curve("a", train=train), curve("b", is_best=False)])
    assert [(one.metric, one.variant, one.seed) for one in found] == [
        ("val/loss", "sgd", 3),
        ("train/loss", "sgd", 3),
    ]
    assert found[0].values == (2.0, 1.0)


def test_a_curve_from_elsewhere_has_no_seed():
    assert pictured([curve("trial 7", run=None)])[0].seed == 0
    assert pictured([curve("trial 7", run="odd/name")])[0].seed == 0
