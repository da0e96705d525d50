"""The metric of a sweep."""

import pytest

from trialist.design.sweepdraft import Draft
from trialist.design.sweepmetric import read_metric
from trialist.design.yamlnodes import parse_leniently


def read(text):
    draft = Draft(parse_leniently(text, "s"))
    read_metric(draft)
    return draft


@pytest.mark.parametrize(
    ("name", "proper"),
    [("val_loss", "val/loss"), ("loss/val", "val/loss"), ("val/deep/acc", "val/deep/acc"),
     ("loss", "val/loss"), ("Best Score!", "val/best_score"), ("!", "val/loss")],
)  # fmt: skip
def test_the_name_is_that_in_wandb_log_and_recorded_with_a_split(name, proper):
    draft = read(f'metric: {{name: "{name}", goal: maximize}}')
    assert draft.mistakes == []
    assert draft.data["metric"] == {
        "name": proper, "goal": "maximize", "from": "wandb", "key": name,
    }  # fmt: skip
    assert len(draft.notes) == (name in ("loss", "Best Score!", "!"))


def test_a_goal_that_is_not_there_is_minimize_with_a_note():
    draft = read("metric: {name: val/loss}")
    assert draft.data["metric"]["goal"] == "minimize"
    assert draft.notes == ["the metric has no goal: W&B minimizes then, and so does this"]


def test_what_says_nothing_is_taken():
    draft = read("metric: {name: val/x, goal: minimize, impute: worst, impute_while_running: "
                 "'false'}")  # fmt: skip
    assert (draft.mistakes, draft.notes) == ([], [])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: 1", "the sweep has no metric"),
        ("metric: val/loss", "metric is 'val/loss'"),
        ("metric: {goal: minimize}", "metric has no 'name'"),
        ("metric: {goal: minimize, name: 3}", "metric.name is 3, expected the name in wandb.log"),
        ("metric: {name: a, goal: lower}", "metric.goal is 'lower', expected minimize or maximize"),
        ("metric: {name: a, goal: minimize, gaol: x}", "'gaol' is not a key of metric"),
        ("metric: {name: a, goal: minimize, target: 3}", "metric.target cannot be honoured"),
        ("metric: {name: a, goal: minimize, impute: best}", "metric.impute: best cannot be"),
        ("metric: {name: a, goal: minimize, impute: x}", "metric.impute is 'x', expected latest"),
        ("metric: {name: a, goal: minimize, impute_while_running: best}",
         "metric.impute_while_running: best cannot be"),
    ],
)  # fmt: skip
def test_what_cannot_be_honoured_is_told(text, message):
    (mistake,) = read(text).mistakes
    assert mistake.message.startswith(message)
    assert mistake.todo
