"""Commands of sweep files: macros, variables, and the way of the seed."""

import shlex

import pytest

from trialist.design.sweepcommand import DEFAULT, seed_way, sweep_command
from trialist.values.command import Command
from trialist.values.placeholders import names_in


@pytest.mark.parametrize(
    ("words", "template"),
    [
        (DEFAULT, "python train.py {wandb.args}"),
        (["${interpreter}", "-u", "${program}", "${args_no_equals}"],
         "python -u train.py {wandb.args_no_equals}"),
        (["./run.sh", "${args_json_file}", "${args_json}"],
         "./run.sh {config_json} {wandb.args_json}"),
        (["${env}", "-i", "python", "${program}"], "/usr/bin/env -i python train.py"),
        (["${env}"], "/usr/bin/env"),
        (["python", "${program}", "--data=${envvar:DATA_DIR}/x", "${envvar:HOME}", "a b", "", 3],
         "python train.py --data={env.DATA_DIR}/x {env.HOME} 'a b' '' 3"),
        (["x", "{lr}", "$HOME", "*.csv", "{{y}}", "it's"],
         "x '{{lr}}' '$HOME' '*.csv' '{{y}}' " + shlex.quote("it's")),
    ],
)  # fmt: skip
def test_macros_become_names_in_braces(words, template):
    made = sweep_command(words, "train.py")
    assert made.template == template
    assert (made.problems, made.env) == ([], {})
    assert not Command(template=template).needs_shell


def test_text_in_braces_stays_text():
    assert names_in(sweep_command(["x", "{lr}"], None).template) == ()


def test_variables_before_the_program_are_those_of_the_study():
    made = sweep_command(["${env}", "A=1", "B=x=y", "python", "${program}", "C=2"], "t.py")
    assert made.template == "python t.py C=2"
    assert made.env == {"A": "1", "B": "x=y"}


@pytest.mark.parametrize(
    ("words", "place", "message", "todo"),
    [
        (["python", "${progam}"], 1, "${progam} is no macro here", "did you mean '${program}'?"),
        (["python", "--x=${args}"], 1, "${args} is no macro here", "a macro is a word of its own"),
        (["python", "${args_dict}"], 1, "${args_dict} is no macro here", "${args_json"),
        (["python", ["a"]], 1, "command[1] is a list, expected a word", "write text"),
        (["python", "${program}"], 1, "the command wants ${program}, and the sweep has none",
         "add program: train.py"),
    ],
)  # fmt: skip
def test_what_is_no_macro_is_told(words, place, message, todo):
    ((found_place, found_message, found_todo),) = sweep_command(words, None).problems
    assert (found_place, found_message) == (place, message)
    assert todo in found_todo


@pytest.mark.parametrize(
    ("text", "template", "way"),
    [
        ("x = 1", "python t.py {wandb.args}", "inject"),
        ("x = 1", "./t.py {wandb.args}", None),
        ("os.environ['TRIALIST_SEED']", "./t.py {wandb.args}", "itself"),
        ("run = trialist.start_run()", "python t.py", "itself"),
        ("p.add_argument('--seed', type=int)", "python t.py {wandb.args}", "config"),
        ("p.add_argument('--seed', type=int)", "python t.py", "inject"),
        ("torch.manual_seed(wandb.config.seed)", "python t.py", "config"),
        ("seed(run.config['seed'])", "python t.py", "config"),
        ("seed(config.get('seed', 3))", "python t.py", "config"),
    ],
)
def test_a_script_shows_how_it_takes_its_seed(tmp_path, text, template, way):
    (tmp_path / "t.py").write_text(text)
    assert seed_way(Command(template=template), tmp_path) == way
