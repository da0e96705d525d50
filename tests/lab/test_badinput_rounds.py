"""Bad rounds as study files: every one is named at its place, with what to do."""

import textwrap

import pytest

import trialist
from trialist.values.errors import ConfigError

pytest.importorskip("trialist.design.searchplan", reason="reads a study's space")

HEAD = """\
question: Which is better?
trial: train.py:train
metric: {name: val/accuracy, goal: maximize}
config: {optimizer: sgd, lr: 0.1, width: 64, batch_size: 64, weight_decay: 0.0}
"""
LR = "lr: {low: 1e-4, high: 1.0, log: true}"
OWN_LR = "lr: {low: 1e-4, high: 1.0, log: true, per: optimizer}"
OPTIMIZER = "optimizer: {choices: [sgd, adam], role: scientific}"


@pytest.fixture
def round_of(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "train.py").write_text("def train(config, run):\n    return 1.0\n")

    def write(*space, **keys):
        text = HEAD
        for key, value in keys.items():
            old = next((line for line in text.splitlines() if line.startswith(f"{key}:")), None)
            text = text.replace(f"{old}\n", "") if old else text
            text += f"{key}: {value}\n"
        text += "space:\n" + textwrap.indent("\n".join(space), "  ") + "\n"
        (tmp_path / "round.yaml").write_text(text, encoding="utf-8")
        return "round.yaml"

    return write


ERRORS = {
    "an optimizer with a fixed learning rate": (
        (OPTIMIZER, "momentum: {low: 0.5, high: 0.99, scale: one_minus_log}"),
        {},
        (
            "optimizer is what is asked about, and sgd and adam have a fixed learning rate (lr: "
            "0.1): the best learning rate depends on it"
        ),
        "round.yaml:6:3",
    ),
    "an optimizer with a shared learning rate": (
        (OPTIMIZER, LR),
        {},
        (
            "lr is one parameter for sgd and adam, and what is a good learning rate for one is "
            "none for the other"
        ),
        "round.yaml:7:3",
    ),
    "a batch size with a fixed learning rate": (
        (
            "batch_size: {choices: [64, 256], role: scientific}",
            "weight_decay: {low: 1e-5, high: 1e-2, log: true}",
        ),
        {},
        (
            "batch_size is what is asked about, and 64 and 256 have a fixed learning rate (lr: "
            "0.1): the best learning rate depends on it"
        ),
        "round.yaml:6:3",
    ),
    "one trial per search": (
        (OPTIMIZER, OWN_LR),
        {"search": "{trials: 4}"},
        (
            "4 trials per variant in 4 searches leave fewer than 2 for each, and of one nothing is "
            "chosen"
        ),
        "round.yaml:5:10",
    ),
    "a budget that holds nothing": (
        (OPTIMIZER, OWN_LR),
        {"budget": "{runs: 10}"},
        "10 runs cannot hold this round: 2 trials per search and 8 fresh runs to confirm are 24",
        "round.yaml:5:10",
    ),
    "steps that differ, with trials that are cut": (
        (LR, "epochs: {choices: [5, 10]}"),
        {"search": "{trials: 40, pruner: asha}", "budget": "{max_train_steps: 100}"},
        "epochs differs between trials, and asha compares them at the same step",
        "round.yaml:9:3",
    ),
}


@pytest.mark.parametrize(("space", "keys", "message", "place"), ERRORS.values(), ids=ERRORS)
def test_what_is_no_comparison_is_an_error_at_its_place(round_of, space, keys, message, place):
    path = round_of(*space, **keys)
    for command in (trialist.plan, trialist.run):
        with pytest.raises(ConfigError) as error:
            command(path)
        found = [(one.message, one.where) for one in error.value.mistakes]
        assert (message, place) in found
        assert all(one.todo for one in error.value.mistakes)


WARNINGS = {
    "fewer trials for a value": (
        (
            "width: {choices: [64, 128], role: scientific}",
            "lr: {low: 1e-4, high: 1.0, log: true, when: {width: 64}}",
        ),
        {"search": "{trials: 16}"},
        "128 has 0 of 16 trials: who is tried more often looks better",
    ),
    "a model's size with a fixed weight decay": (
        ("width: {choices: [64, 128], role: scientific}", LR),
        {},
        (
            "width changes the size of the model, and weight decay is fixed (weight_decay: 0.0): "
            "models of other sizes want other strengths"
        ),
    ),
    "a fixed value of the space": (
        ("width: {choices: [64, 128], role: scientific}", LR, "weight_decay: {fixed: 0.1}"),
        {"config": "{lr: 0.1, width: 64}"},
        (
            "width changes the size of the model, and weight decay is fixed (weight_decay: 0.1): "
            "models of other sizes want other strengths"
        ),
    ),
    "two questions": (
        ("width: {choices: [64, 128], role: scientific}", OPTIMIZER, OWN_LR),
        {},
        (
            "2 parameters are scientific at once (width and optimizer), and the question does not "
            "ask how they interact"
        ),
    ),
    "a tuned batch size": (
        (LR, "batch_size: {choices: [32, 64]}"),
        {},
        (
            "batch_size is tuned for val/accuracy: any batch size can reach the same where the "
            "rest is tuned for it; it decides the speed"
        ),
    ),
    "batch sizes that are no powers of two": (
        ("batch_size: {choices: [64, 100], role: scientific}", LR),
        {},
        "batch_size has 100: no power of two",
    ),
    "a linear learning rate": (
        ("lr: {low: 1e-4, high: 1.0}",),
        {},
        "lr is searched on a linear scale: learning rates differ by factors",
    ),
    "a linear momentum": (
        (LR, "momentum: {low: 0.5, high: 0.99}"),
        {},
        "momentum is searched on a linear scale: from 0.9 to 0.99 is as far as from 0 to 0.9",
    ),
    "a linear weight decay": (
        (LR, "weight_decay: {low: 0, high: 0.1}"),
        {},
        "weight_decay is searched on a linear scale: strengths of weight decay differ by factors",
    ),
    "weight decay without a switch": (
        (LR, "weight_decay: {low: 1e-6, high: 0.1, log: true}"),
        {},
        "weight_decay is never off",
    ),
    "widths that heads do not divide": (
        (LR, "width: {choices: [64, 100]}"),
        {"config": "{lr: 0.1, heads: 8}"},
        "width cannot be divided among the heads: 100 by 8",
    ),
    "a model with a fixed learning rate": (
        ("width: {choices: [64, 128], role: scientific}", "weight_decay: {low: 1e-6, high: 0.1}"),
        {},
        (
            "width is what is asked about, and 64 and 128 have a fixed learning rate (lr: 0.1): "
            "the best learning rate depends on it"
        ),
    ),
    "Adam tuned too far": (
        (LR, "eps: {low: 1e-10, high: 1, log: true}"),
        {"config": "{optimizer: adam}", "search": "{trials: 12}"},
        "tuned tunes eps with 12 trials per search: so few are better spent on the learning rate",
    ),
    "an adaptive search for a question": (
        (OPTIMIZER, OWN_LR),
        {"search": "{method: tpe}"},
        (
            "tpe lets trials follow earlier values: they cannot show whether a range is too "
            "narrow, nor how a value does apart from the others"
        ),
    ),
    "more parameters than trials cover": (
        (
            LR,
            "momentum: {low: 0.5, high: 0.99, scale: one_minus_log}",
            "dropout: {low: 0, high: 1}",
        ),
        {"search": "{trials: 10}"},
        "10 trials per search cover 2 parameters, and tuned has 3",
    ),
    "epochs searched": (
        (LR, "epochs: {low: 5, high: 50, integer: true}"),
        {},
        (
            "epochs is searched: more steps nearly always look better, and a winner with fewer "
            "would only have been tuned for a short run"
        ),
    ),
}


@pytest.mark.parametrize(("space", "keys", "message"), WARNINGS.values(), ids=WARNINGS)
def test_what_makes_a_verdict_weaker_is_said_in_the_plan(round_of, space, keys, message):
    report = trialist.plan(round_of(*space, **keys))
    assert message in [one.message for one in report.lint]
    assert report.to_dict()["round"]["lint"]


def test_a_fair_round_has_no_remark(round_of):
    report = trialist.plan(round_of(OPTIMIZER, OWN_LR, search="{trials: 64}"))
    assert report.lint == ()
    assert report.cost.max_runs == report.round.allocation.cost.n_runs == 136


def test_a_round_above_its_budget_is_told_with_offers_and_not_run(round_of):
    path = round_of(OPTIMIZER, OWN_LR, search="{trials: 64}", budget="{runs: 100}")
    report = trialist.plan(path)
    assert report.is_refused
    assert report.round.allocation.excess == (
        "This needs at most 136 runs, and budget.runs allows 100."
    )
    with pytest.raises(trialist.TrialistError, match=r"budget\.runs allows 100"):
        trialist.run(path)
