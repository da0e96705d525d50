"""A command whose study has a space."""

from trialist.design.commandspace import searched_command_problems
from trialist.values.command import Command
from trialist.values.metricsource import MetricSource

LR = {"low": 1e-4, "high": 1.0, "log": True}
OPTIMIZER = {"choices": ["sgd", "adam"], "role": "scientific"}


def problems(template, space, config=None, changes=None):
    source = MetricSource(name="val/a", pattern="a: ([0-9.]+)")
    found = searched_command_problems(
        Command(template=template, sources=(source,)),
        config=config or {},
        changes=changes or {},
        space=space,
    )
    return [(".".join(map(str, one.place)), one.message) for one in found]


def test_what_is_searched_may_be_named_in_the_command():
    space = {"optimizer": OPTIMIZER, "lr": LR}
    assert problems("python t.py --o {optimizer} --lr {lr} --seed {seed}", space) == []
    assert problems("python t.py {args} --seed {seed}", space) == []


def test_what_is_searched_has_to_reach_the_command():
    space = {"optimizer": OPTIMIZER, "opt.lr": LR}
    found = problems("python t.py --o {optimizer} --w {w} --seed {seed}", space, {"w": 1})
    assert found == [("space.opt.lr", "space.opt.lr never reaches the command")]
    left = problems("python t.py --o {optimizer} --seed {seed}", {"optimizer": OPTIMIZER}, {"w": 1})
    assert left == [("config.w", "config.w never reaches the command")]


def test_a_baseline_that_is_not_tuned_needs_its_values():
    command = "python t.py --lr {lr} --batch {batch} --seed {seed}"
    space = {"lr": LR, "batch": {"fixed": 8}}
    assert problems(command, space) == [
        ("space.lr", "the baseline runs config as it is, and config has no lr")
    ]
    assert problems(command, space, {"lr": 0.1}) == []
    changes = {"baseline": {}, "wide": {"width": 2}}
    config = {"width": 1}
    assert problems(f"{command} --w {{width}}", space, config, changes) == []


def test_a_wrong_entry_is_no_concern_of_the_command():
    assert problems("python t.py --lr {lr} --seed {seed}", {"lr": 0.1}) == []
