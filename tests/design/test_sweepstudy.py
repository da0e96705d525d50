"""What the other keys of a sweep mean."""

import pytest

from trialist.design.sweepstudy import as_study_document
from trialist.design.yamlnodes import parse_leniently

HEAD = "metric: {name: val/x, goal: minimize}\nparameters: {lr: {values: [1, 2]}}\n"


@pytest.fixture
def read(tmp_path):
    (tmp_path / "t.py").write_text("wandb.config")

    def read(text, script=None, changed=("", "")):
        if script is not None:
            (tmp_path / "t.py").write_text(script)
        return as_study_document(parse_leniently(HEAD.replace(*changed, 1) + text, "s"), tmp_path)

    return read


SOUND = "method: random\nrun_cap: 4\nprogram: t.py\n"


def test_names_and_descriptions_are_taken(read):
    made = read(SOUND + "name: My sweep, 2!\ndescription: Which rate?\nproject: p\nentity: e\n"
                "apiVersion: v1\nkind: sweep\ncontroller: {type: local}\n")  # fmt: skip
    assert made.document.mistakes == ()
    assert made.document.data["name"] == "My-sweep-2"
    assert made.document.data["question"] == "Which rate?"
    assert made.notes == ("project and entity mean nothing here: nothing is sent to W&B",)
    assert "name" not in read(SOUND + "name: '!'\n").document.data


@pytest.mark.parametrize(("method", "ours"), [("bayes", "gp"), ("random", "random"),
                                              ("grid", "grid")])  # fmt: skip
def test_methods_have_their_counterparts(read, method, ours):
    made = read(SOUND.replace("random", method))
    assert made.document.data["search"]["method"] == ours


@pytest.mark.parametrize(
    ("text", "message", "where"),
    [
        (SOUND.replace("method: random\n", ""), "the sweep has no 'method'", "s:1:1"),
        (SOUND.replace("random", "rnadom"), "method is 'rnadom'", "s:3:9"),
        (SOUND.replace("random", "[random]"), "method is a list", "s:3:9"),
        (SOUND.replace("random", "custom"), ("method: custom is a scheduler of your own, which is "
         "not run here"), "s:3:9"),
        (SOUND.replace("program: t.py\n", ""), "the sweep has no 'program'", "s:1:1"),
        (SOUND + "command: python t.py\n", "command is 'python t.py', expected a list", "s:6:10"),
        (SOUND + "command: []\n", "command is a list, expected a list", "s:6:10"),
        (SOUND + "command: [python, '${argz}']\n", "${argz} is no macro here", "s:6:19"),
        (SOUND + "name: 3\n", "name is 3, expected text", "s:6:7"),
        (SOUND + "kind: job\n", "kind is 'job', expected sweep", "s:6:7"),
        (SOUND + "controller: cloud\n", "controller is 'cloud': nothing here asks the cloud",
         "s:6:13"),
        (SOUND.replace("run_cap: 4", "run_cap: 0"), "run_cap is 0, expected a whole number from 1",
         "s:4:10"),
        (SOUND + "scheduler: {engine: optuna}\n",
         "'scheduler' cannot be honoured: trialist is the scheduler", "s:6:1"),
        (SOUND + "image_uri: x\n", "'image_uri' cannot be honoured: trialist starts no containers",
         "s:6:1"),
        (SOUND + "paramters: x\n", "'paramters' is not a key of a sweep", "s:6:1"),
    ],
)  # fmt: skip
def test_what_cannot_be_honoured_is_told_with_its_place(read, text, message, where):
    (mistake,) = read(text).document.mistakes
    assert (mistake.message, mistake.where) == (message, where)
    assert mistake.todo


def test_the_seed_comes_the_way_that_the_script_takes_it(read):
    assert read(SOUND).document.data["seed"] == "inject"
    made = read(SOUND, "add_argument('--seed')")
    assert "seed" not in made.document.data
    assert made.document.data["config"] == {"seed": "{seed}"}
    assert made.notes == ("the script takes a seed, so it is given one in every run",)
    made = read(SOUND, "trialist.start_run()")
    assert "seed" not in made.document.data
    assert made.document.data["config"] == {}


def test_a_seed_among_the_parameters_of_a_grid_is_seeds_of_every_trial(read):
    with_seed = ("{lr:", "{seed: {values: [1, 2, 3]}, lr:")

    def made(method, cap):
        return read(f"method: {method}\nrun_cap: {cap}\nprogram: t.py\n", changed=with_seed)

    grid = made("grid", 100)
    assert grid.document.data["search"]["seeds"] == 3
    assert grid.document.data["search"]["trials"] == 2
    assert grid.document.data["config"] == {"seed": "{seed}"}
    assert "3 seeds" in grid.notes[0]
    (mistake,) = made("grid", 3).document.mistakes
    assert "the grid has 6 runs" in mistake.message
    drawn = made("random", 5)
    assert "seeds" not in drawn.document.data["search"]
    assert "gives each trial its seed" in drawn.notes[0]


def test_variables_of_the_command_are_those_of_the_study(read):
    made = read(SOUND + "command: ['${env}', A=1, python, '${program}', '${args}']\n")
    assert made.document.data["env"] == {"A": "1"}
    assert made.document.data["command"] == "python t.py {wandb.args}"


def test_words_that_are_no_command_leave_the_seed_alone(read):
    made = read("method: random\nrun_cap: 4\ncommand: ['']\n")
    assert made.document.data["command"] == "''"
