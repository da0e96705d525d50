"""Study files with a command: every mistake with its place."""

import pytest

from trialist.design.studyfile import load_study
from trialist.values.command import ArgStyle, Cwd
from trialist.values.errors import ConfigError
from trialist.values.metricsource import SourceKind, Take

HEAD = "metric: {name: val/x, goal: minimize}\nconfig: {lr: 0.1}\n"
SOUND = "command: python train.py --lr {lr} --seed {seed}\n"


@pytest.fixture
def load(tmp_path):
    (tmp_path / "train.py").write_text("def train(config, run): ...\ndef main(lr, seed): ...\n")

    def load(text):
        path = tmp_path / "study.yaml"
        path.write_text(text, encoding="utf-8")
        return load_study(path)

    return load


@pytest.fixture
def mistakes(load, tmp_path):
    def mistakes(text):
        with pytest.raises(ConfigError) as caught:
            load(text)
        path = str(tmp_path / "study.yaml")
        return [
            (one.message, (one.where or "").replace(path, "s"), one.todo)
            for one in caught.value.mistakes
        ]

    return mistakes


def test_reads_a_whole_command(load):
    study = load(
        "metric: {name: val/x, goal: minimize, pattern: 'x ([0-9]+)', take: best, scale: 2}\n"
        "config: {lr: 0.1}\n"
        "command: python train.py {args} {seed}\n"
        "metrics: {train/y: 'y (.*)', val/z: {from: json, key: a.b}}\n"
        "args: keyvalue\nenv: {A: 1, B: '{lr}'}\nterminal: true\ncwd: run\nseed: inject\n"
    )
    command = study.script
    assert command.args is ArgStyle.KEYVALUE
    assert command.env == {"A": "1", "B": "{lr}"}
    assert (command.terminal, command.cwd, command.seed) == (True, Cwd.RUN, "inject")
    goal, other, third = command.sources
    assert (goal.name, goal.take, goal.scale) == ("val/x", Take.LOWEST, 2.0)
    assert other.pattern == "y (.*)"
    assert (third.kind, third.key) == (SourceKind.JSON, "a.b")
    assert study.trial is None
    assert study.metric.name == "val/x"


def test_empty_mappings_are_left_out(load):
    assert load(HEAD + SOUND + "env:\nmetrics:\n") == load(HEAD + SOUND)


@pytest.mark.parametrize(
    ("text", "place", "message", "todo"),
    [
        ("command: 5", "3:10", "command is 5, expected a command", ""),
        ("command: ''", "3:10", "the command is empty", "python train.py"),
        ("command: python gone.py {args} {seed}", "3:10", "no file 'gone.py'", "train.py"),
        ("command: python train.py {seed}", "2:10", "config.lr never reaches", "{args}"),
        ("command: python train.py {args}", "3:10", "does not pass the seed", "{seed}"),
        (SOUND + "args: spaced", "4:7", "args is 'spaced'", "mean 'space'"),
        (SOUND + "cwd: here", "4:6", "cwd is 'here', expected study or run", "study"),
        (SOUND + "terminal: 1", "4:11", "terminal is 1, expected true or false", ""),
        (SOUND + "seed: 5", "4:7", "seed is 5, expected inject", "`seeds`"),
        (SOUND + "seed: injected", "4:7", "seed is 'injected', expected inject", "`seeds`"),
        (SOUND + "env: [A]", "4:6", "env is a list, expected a mapping", ""),
        (SOUND + "env: {A: true}", "4:10", "env.A is true", "quotes"),
        (SOUND + "env: {A: '{lrr}'}", "4:10", "{lrr} is not a key", "mean 'lr'"),
        (SOUND + "metrics: [x]", "4:10", "metrics is a list", ""),
        (SOUND + "metrics: {val/y: 3}", "4:18", "metrics.val/y is 3", "Loss"),
        (SOUND + "metrics: {val/y: x}", "4:18", "has no group", "brackets"),
        (SOUND + "metrics: {val/y: {form: x}}", "4:19", "'form' is not a key", "mean 'from'"),
        (SOUND + "metrics: {val/y: {from: 3}}", "4:25", "metrics.val/y.from is 3", "text"),
        (SOUND + "metrics: {val/y: {from: jsn}}", "4:25", "from is 'jsn'", "mean 'json'"),
        (SOUND + "metrics: {val_y: '(y)'}", "4:11", "'val_y', expected the form", "val/y"),
        (SOUND + "metrics: {y: '(y)'}", "4:11", "'y' has no split", "val/y"),
        (SOUND + "trial: train.py:train", "3:1", "both trial and command", "keep"),
        ("trial: train.py:train\nterminal: true", "4:1", "terminal belongs to a command", "leave"),
        ("trial: train.py:train\nseed: inject", "4:1", "seed belongs to a command", "`seeds`"),
    ],
)
def test_names_the_place_and_the_cure(mistakes, text, place, message, todo):
    found = mistakes(HEAD + text)
    assert len(found) == 1, found
    assert message in found[0][0]
    assert found[0][1] == f"s:{place}"
    assert todo in found[0][2]


@pytest.mark.parametrize(
    ("metric", "place", "message"),
    [
        ("pattern: x", "1:48", "no group"),
        ("from: return", "1:45", "a command returns no value"),
        ("scale: x", "1:46", "metric.scale is 'x', expected a number"),
        ("patern: x", "1:39", "'patern' is not a key of metric"),
    ],
)
def test_the_goal_metric_says_where_it_is_found(mistakes, metric, place, message):
    text = f"metric: {{name: val/x, goal: minimize, {metric}}}\n" + SOUND + "config: {lr: 1}\n"
    found = mistakes(text)
    assert [(where, message in said) for said, where, _ in found] == [(f"s:{place}", True)]


def test_a_function_says_its_metric_itself(mistakes):
    text = "metric: {name: val/x, goal: minimize, pattern: '(x)'}\ntrial: train.py:train\n"
    ((message, where, todo),) = mistakes(text)
    assert message == "metric.pattern is about the output of a command"
    assert where == "s:1:39"
    assert "run.log" in todo


def test_a_metric_is_found_in_one_way(mistakes):
    text = "metric: {name: val/x, goal: minimize, pattern: '(x)'}\nconfig: {lr: 1}\n" + SOUND
    found = mistakes(text + "metrics: {val/x: '(y)'}\n")
    assert [message for message, _, _ in found] == ["val/x is found in two ways"]


def test_the_sources_of_a_metric_without_a_name_wait_for_it(mistakes):
    found = mistakes("metric: {goal: minimize, pattern: '(x)'}\nconfig: {lr: 1}\n" + SOUND)
    assert [message for message, _, _ in found] == ["metric has no 'name'"]


def test_neither_function_nor_command_is_a_missing_trial(mistakes):
    ((message, where, todo),) = mistakes(HEAD)
    assert message == "the study has no 'trial'"
    assert where == "s:1:1"
    assert "command: python" in todo
