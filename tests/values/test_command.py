import pytest

from trialist.values.command import (
    ArgStyle,
    Command,
    Cwd,
    goal_first,
    sources_of,
    split_goal,
    variable_in,
)
from trialist.values.errors import ConfigError, MetricError
from trialist.values.metric import Goal, Metric
from trialist.values.metricsource import MetricSource, Take

GOAL = Metric(name="val/x", goal=Goal.MINIMIZE)


@pytest.mark.parametrize(
    ("template", "answer"),
    [
        ("python train.py --lr {lr}", False),
        ("python train.py --name 'a|b' --x \"c;d\" e\\&f", False),
        ("python train.py | tee log", True),
        ("cd src && python train.py", True),
        ("python train.py --data $DATA", True),
        ('python train.py --data "$DATA"', True),
        ("python train.py --data '$DATA'", False),
        ("LR=3 python train.py", True),
        ("python train.py --lr=3", False),
        ("python ~/train.py", True),
        ("python train~.py", False),
        ("cat *.csv", True),
        ('python train.py --say "it\'s"', False),
    ],
)
def test_tells_what_only_a_shell_does(template, answer):
    assert Command(template=template).needs_shell is answer


@pytest.mark.parametrize(
    ("template", "script"),
    [
        ("python train.py", (1, False, "train.py")),
        ("/usr/bin/python3.12 -u -W ignore -X dev src/train.py a", (6, False, "src/train.py")),
        ("python -m pack.train --x", (1, True, "pack.train")),
        ("python -m", None),
        ("python -c 'print(1)'", None),
        ("python", None),
        ("bash train.sh", None),
        ("python train.py | tee log", None),
    ],
)
def test_finds_the_python_script(template, script):
    found = Command(template=template).python_script
    assert (found and (found.at, found.module, found.name)) == script


@pytest.mark.parametrize(("template", "message"), [("  ", "is empty"), ("a 'b", "no closing")])
def test_a_template_that_is_no_command_says_so(template, message):
    with pytest.raises(ConfigError, match=message):
        _ = Command(template=template).words


def test_names_come_from_the_template_the_environment_and_the_files():
    command = Command(
        template="x {a}",
        env={"E": "{b}"},
        sources=(MetricSource(name="val/x", file="{run_dir}/{a}.csv"),),
    )
    assert command.names == ("a", "b", "run_dir")


@pytest.mark.parametrize(
    "command",
    [
        Command(template="x", sources=(MetricSource(name="val/x"),)),
        Command(
            template="x",
            args=ArgStyle.EQUALS,
            env={"A": "1"},
            terminal=True,
            cwd=Cwd.RUN,
            seed="inject",
            sources=(MetricSource(name="val/x", take=Take.LOWEST),),
        ),
    ],
)
def test_plain_data_gives_the_command_back(command):
    assert Command.from_dict(command.to_dict()) == command


def test_what_is_not_said_is_not_written():
    assert Command(template="x").to_dict() == {"template": "x", "sources": []}


def test_the_goal_comes_first_and_has_a_source_always():
    sources = sources_of({"train/y": "y (.*)", "val/x": {"take": "best"}}, GOAL)
    assert [one.name for one in goal_first(sources, GOAL)] == ["val/x", "train/y"]
    assert sources["val/x"].take is Take.LOWEST
    assert goal_first({}, GOAL) == (MetricSource(name="val/x"),)
    assert sources_of(sources, GOAL) == sources


def test_a_metric_has_the_name_of_the_house():
    with pytest.raises(ConfigError, match="'train_y', expected the form"):
        sources_of({"train_y": "(y)"}, GOAL)
    with pytest.raises(MetricError, match="no split"):
        sources_of({"y": "(y)"}, GOAL)


def test_a_goal_metric_is_split_into_what_and_where():
    assert split_goal({"name": "a", "pattern": "b", "from": "text"}) == (
        {"name": "a"},
        {"pattern": "b", "from": "text"},
    )


def test_the_configuration_may_come_from_the_runs_folder():
    assert Command(template="python a.py --config-path {run_dir} --config-name c").names_folder
    assert not Command(template="python a.py --config-name c").names_folder
    assert not Command(template="python a.py {run_dir}").names_folder


def test_a_name_may_mean_a_variable_of_the_environment():
    assert variable_in("env.DATA_DIR") == "DATA_DIR"
    assert variable_in("environment") is None
