import pytest

from trialist.design.commandrules import command_problems, program_name
from trialist.values.command import Command, Cwd
from trialist.values.metricsource import MetricSource, SourceKind

CONFIG = {"lr": 0.1, "model": {"width": 64}}


def problems(template, *, config=CONFIG, changes=None, scripts="", **fields):
    command = Command(template=template, **fields)
    found = command_problems(command, config=config, changes=changes or {}, scripts=scripts)
    return [(one.place, one.message, one.todo) for one in found]


@pytest.mark.parametrize(
    "template",
    [
        "python train.py --lr {lr} --width {model.width} --seed {seed}",
        "python train.py --lr {lr} --model {model} --seed {seed.init}",
        "python train.py {args} {seed}",
        "./train {config_file} $TRIALIST_SEED",
        "./train {config_json} {seed} {run_dir} {study_dir}",
        "./train {wandb.args_no_equals} {seed} {env.HOME}",
        "python app.py --config-path {run_dir} --config-name config ++seed={seed}",
    ],
)
def test_a_command_that_passes_everything_is_sound(template):
    assert problems(template) == []


def test_a_script_may_read_its_configuration_and_seed_itself():
    assert problems("python train.py", scripts="run = trialist.start_run()") == []
    (found,) = problems("python train.py", scripts="os.environ['TRIALIST_CONFIG']")
    assert "does not pass the seed" in found[1]


def test_under_wandb_the_configuration_comes_as_from_a_sweep():
    source = MetricSource(name="val/x", kind=SourceKind.WANDB)
    assert problems("python train.py {seed}", sources=(source,)) == []
    reads = "import wandb; wandb.init(config=args); train(wandb.config.lr)"
    assert problems("python train.py {seed}", sources=(source,), scripts=reads) == []


def test_a_script_that_only_tells_wandb_its_configuration_never_gets_the_studys():
    source = MetricSource(name="val/x", kind=SourceKind.WANDB)
    tells = "import wandb; wandb.init(); wandb.config.update(args); train(args.lr)"
    found = problems("python train.py {seed}", sources=(source,), scripts=tells)
    assert [place for place, _, _ in found] == [("config", "lr"), ("config", "model", "width")]
    assert "let the script read it: wandb.config" in found[0][2]


def test_event_files_have_to_be_written_into_the_runs_folder():
    source = MetricSource(name="val/x", kind=SourceKind.TFEVENTS)
    ((place, message, _),) = problems("python train.py {args} {seed}", sources=(source,))
    assert place == ("metric", "from")
    assert "does not write there" in message


@pytest.mark.parametrize(
    ("fields", "config"),
    [
        ({"cwd": Cwd.RUN}, CONFIG),
        ({"env": {"LOGS": "{run_dir}"}}, CONFIG),
        ({}, {**CONFIG, "work-dir": "{run_dir}/logs"}),
    ],
)
def test_event_files_get_there_in_several_ways(fields, config):
    source = MetricSource(name="val/x", kind=SourceKind.TFEVENTS)
    template = "python train.py {args} {seed}"
    assert problems(template, config=config, sources=(source,), **fields) == []
    scripts = "SummaryWriter(os.environ['TRIALIST_RUN_DIR'])"
    assert problems(template, sources=(source,), scripts=scripts) == []


def test_an_unknown_name_has_a_near_one():
    ((place, message, todo), *_) = problems("./train {lrr} {model.width} {seed}")
    assert place == ("command",)
    assert message == "{lrr} is not a key of config"
    assert "did you mean 'lr'?" in todo
    assert "{{lrr}}" in todo


def test_names_are_looked_for_in_the_environment_and_in_files_too():
    source = MetricSource(name="val/x", kind=SourceKind.FILE, file="{run_dir}/{z}.csv")
    other = MetricSource(name="val/y", kind=SourceKind.FILE, file="{run_dir}/{w}.csv")
    found = problems("./train {args} {seed}", env={"E": "{x}"}, sources=(source, other))
    assert [place for place, _, _ in found] == [
        ("env", "E"),
        ("metric", "file"),
        ("metrics", "val/y", "file"),
    ]


def test_a_key_that_never_reaches_the_command_is_named_with_its_variant():
    found = problems("./train {lr} {seed}", changes={"a": {}, "wide": {"model": {"width": 128}}})
    assert [(place, message) for place, message, _ in found] == [
        (
            ("config", "model", "width"),
            "config.model.width never reaches the command, and variant wide differs in it",
        )
    ]
    (found,) = problems("./train {model} {seed}")
    assert found[1] == "config.lr never reaches the command"


def test_the_seed_has_to_be_passed():
    ((place, message, todo),) = problems("python train.py {args}")
    assert place == ("command",)
    assert "every seed would give the same run" in message
    assert "seed: inject" in todo
    ((_, _, todo),) = problems("./train {args}")
    assert "TRIALIST_SEED" in todo
    assert problems("python train.py {args}", seed="inject") == []
    assert problems("./train {args}", env={"S": "{seed}"}) == []
    assert problems("./train {args}", config={"seed": "{seed}"}) == []
    assert problems("./train {args}", env={"S": "$TRIALIST_SEED"}) == []


def test_a_seed_in_config_is_a_name_or_a_mistake():
    found = problems("./train {args}", config={"seed": 3})
    assert found[0][0] == ("config", "seed")
    assert "write seed: '{seed}'" in found[0][2]


def test_a_key_may_not_have_a_name_that_means_something_else():
    (found,) = problems("./train {args} {seed}", config={"args": 1})
    assert found[:2] == (
        ("config", "args"),
        "config has the key 'args', and {args} means something else here",
    )


def test_only_a_python_script_can_be_seeded_from_outside():
    (found,) = problems("bash train.sh {args}", seed="inject")
    assert found[0] == ("seed",)


@pytest.mark.parametrize(
    ("file", "cwd", "is_shared"),
    [
        ("m.csv", Cwd.STUDY, True),
        ("m.csv", Cwd.RUN, False),
        ("/tmp/m.csv", Cwd.RUN, True),
        ("{run_dir}/m.csv", Cwd.STUDY, False),
        ("{seed}/m.csv", Cwd.STUDY, True),
    ],
)
def test_runs_may_not_share_a_file_of_metrics(file, cwd, is_shared):
    source = MetricSource(name="val/x", kind=SourceKind.FILE, file=file)
    found = problems("./train {args} {seed}", cwd=cwd, sources=(source,))
    assert bool(found) is is_shared
    assert not found or "{run_dir}/m.csv" in found[0][2]


def test_a_command_that_cannot_be_split_is_one_mistake():
    ((place, message, todo),) = problems("./train 'x")
    assert place == ("command",)
    assert "cannot be split" in message
    assert todo


@pytest.mark.parametrize(
    ("template", "name"),
    [
        ("python src/train.py", "train"),
        ("python -m pack.fit", "fit"),
        ("./bin/go.sh x", "go"),
        ("... x", "study"),
    ],
)
def test_a_command_is_called_after_its_program(template, name):
    assert program_name(Command(template=template)) == name


@pytest.mark.parametrize("name", ["WANDB_API_KEY", "HF_TOKEN", "AWS_SECRET_ACCESS_KEY", "PASSWORD"])
def test_a_secret_is_kept_out_of_the_plan(name):
    ((place, message, todo),) = problems("./train {args} {seed}", env={name: "abc"})
    assert place == ("env", name)
    assert message == f"env.{name} looks like a secret, and the plan would keep it"
    assert f"export {name}=..." in todo
    assert "abc" not in message + todo
    assert problems("./train {seed}", env={name: "{lr}"}, config={"lr": 1}) == []
    assert problems("./train {args} {seed}", env={name: ""}) == []


def test_other_variables_are_no_secrets():
    env = {"TOKENIZERS_PARALLELISM": "false", "PAD_TOKEN": "0", "KEY": "lr", "AUTHOR": "me"}
    assert problems("./train {args} {seed}", env=env) == []


@pytest.mark.parametrize("env", [{"": "1"}, {"A=B": "1"}, {"A\0": "1"}, {"A": "\0"}])
def test_a_variable_that_no_program_can_be_given_is_refused(env):
    ((place, message, _),) = problems("./train {args} {seed}", env=env)
    assert place == ("env", *env)
    assert "which no program can be given" in message
