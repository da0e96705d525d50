"""Questionable rounds, and what is said of each."""

from dataclasses import replace

import pytest

from trialist.design.spacelint import lint
from trialist.values.metric import Goal, Metric
from trialist.values.searchplan import Method, PlannedTrial, Pruner, SearchPlan, Tuned
from trialist.values.space import Arm, Parameter, Role, Scale
from trialist.values.study import Study

LR = Parameter(name="lr", low=1e-4, high=1.0, scale=Scale.LOG)
SGD_LR, ADAM_LR = replace(LR, label="sgd.lr"), replace(LR, label="adam.lr")
MOMENTUM = Parameter(name="momentum", low=0.5, high=0.99, scale=Scale.ONE_MINUS_LOG)
DECAY = Parameter(name="weight_decay", low=1e-6, high=1e-2, scale=Scale.LOG, switch=True)
BETA1 = Parameter(name="beta1", low=0.5, high=0.99, scale=Scale.ONE_MINUS_LOG)
EPS = Parameter(name="eps", low=1e-10, high=1.0, scale=Scale.LOG)
SGD, ADAM = {"optimizer": "sgd"}, {"optimizer": "adam"}


def arm(variant, given=None, *parameters):
    return Arm(variant=variant, given=given or {}, parameters=parameters)


def searched(*arms, **changes):
    given = {
        "method": Method.QUASI_RANDOM,
        "arms": arms,
        "trials": 64,
        "replicates": 4,
        "seed": 0,
        "tuned": Tuned.RECIPE,
    }
    return SearchPlan(**{**given, **changes})


def said(search, **changes):
    given = {
        "trial": "train.py:train",
        "metric": Metric(name="val/accuracy", goal=Goal.MAXIMIZE),
        "config": {"lr": 0.1, "optimizer": "sgd"},
    }
    study = Study(**{**given, **changes})
    return [(one.level.value, one.key, one.message, one.todo) for one in lint(study, search)]


def tuned(*parameters, **changes):
    """A configuration that is tuned beside the one that is there."""
    arms = (arm("baseline"), arm("tuned", None, *parameters))
    defaults = {"trials": 16, "replicates": 1, "tuned": Tuned.CONFIGURATION}
    return searched(*arms, **{**defaults, **changes})


FAIR = searched(arm("sgd", SGD, SGD_LR, MOMENTUM), arm("adam", ADAM, ADAM_LR, BETA1))


def test_a_fair_round_is_not_questionable():
    assert said(FAIR) == []


def test_a_tuned_configuration_is_not_questionable():
    assert said(tuned(LR, MOMENTUM, DECAY)) == []


@pytest.mark.parametrize("config", [{"lr": 0.1}, {"lr": None}, {"opt": {"lr": 0.1}}])
def test_a_learning_rate_that_the_baseline_has_needs_no_word(config):
    lr = replace(LR, name="opt.lr") if "opt" in config else LR
    assert [one for one in said(tuned(lr), config=config) if one[1] == "config"] == []


def test_a_baseline_without_the_learning_rate_that_is_searched_is_told():
    (found,) = [one for one in said(tuned(LR), config={"width": 8}) if one[1] == "config"]
    assert found[0] == "advice"
    assert found[2].startswith("baseline is not tuned, and config has no lr: its runs come after")
    assert found[3] == "add it to config, with what the baseline should have"
    both = tuned(LR, replace(LR, name="opt.lr"), replace(LR, name="x.lr", when={"a": 1}))
    (found,) = [one for one in said(both, config={"width": 8}) if one[1] == "config"]
    assert "config has no lr and opt.lr: its runs" in found[2]


def finding(level, key, message, todo):
    return level, key, message, todo


BAD = {
    "a fixed learning rate": (
        searched(arm("sgd", SGD, MOMENTUM), arm("adam", ADAM, ADAM_LR)),
        {},
        finding(
            "error",
            "space.optimizer",
            "optimizer is what is asked about, and sgd has a fixed learning rate (lr: 0.1): the "
            "best learning rate depends on it",
            "search it in every variant: lr: {low: 1e-4, high: 1.0, log: true, role: nuisance, "
            "per: optimizer}",
        ),
    ),
    "a learning rate that nothing names": (
        searched(arm("sgd", SGD, MOMENTUM), arm("adam", ADAM, BETA1)),
        {"config": {}},
        finding(
            "warning",
            "space.optimizer",
            "optimizer is what is asked about, and sgd and adam have no learning rate that is "
            "tuned: the best learning rate depends on it",
            "make the learning rate a nuisance parameter with a name that says so, such as lr or "
            "learning_rate",
        ),
    ),
    "a shared learning rate": (
        searched(arm("sgd", SGD, LR, MOMENTUM), arm("adam", ADAM, LR, BETA1)),
        {"space": {"optimizer": {}, "lr": {}}},
        finding(
            "error",
            "space.lr",
            "lr is one parameter for sgd and adam, and what is a good learning rate for one is "
            "none for the other",
            "add per: optimizer, and ranges: where they differ",
        ),
    ),
    "a shared learning rate of named variants": (
        searched(arm("a", SGD, LR, MOMENTUM), arm("b", ADAM, LR, BETA1)),
        {"variants": {"a": {}, "b": {"optimizer": "adam"}}},
        finding(
            "error",
            "space.lr",
            "lr is one parameter for a and b, and what is a good learning rate for one is none "
            "for the other",
            "add per: optimizer, and ranges: where they differ",
        ),
    ),
    "a batch size without its learning rate": (
        searched(
            arm("64", {"batch_size": 64}, MOMENTUM), arm("256", {"batch_size": 256}, MOMENTUM)
        ),
        {},
        finding(
            "error",
            "space.batch_size",
            "batch_size is what is asked about, and 64 and 256 have a fixed learning rate "
            "(lr: 0.1): the best learning rate depends on it",
            "search it in every variant: lr: {low: 1e-4, high: 1.0, log: true, role: nuisance}",
        ),
    ),
    "a model without its learning rate": (
        searched(arm("a", {"model": "mlp"}, DECAY), arm("b", {"model": "cnn"}, DECAY)),
        {},
        finding(
            "warning",
            "space.model",
            "model is what is asked about, and a and b have a fixed learning rate (lr: 0.1): the "
            "best learning rate depends on it",
            "search it in every variant: lr: {low: 1e-4, high: 1.0, log: true, role: nuisance}",
        ),
    ),
    "a variant without a search": (
        searched(arm("plain", {"norm": "none"}, LR), arm("norm", {"norm": "batch"})),
        {},
        finding(
            "warning",
            "search.trials",
            "norm has 0 of 64 trials: who is tried more often looks better",
            "give every variant the same parameters to tune, or the same number of trials",
        ),
    ),
    "weight decay fixed while the size changes": (
        searched(arm("64", {"width": 64}, LR), arm("256", {"width": 256}, LR)),
        {"config": {"lr": 0.1, "weight_decay": 1e-4, "width": 64}},
        finding(
            "warning",
            "space.width",
            "width changes the size of the model, and weight decay is fixed (weight_decay: "
            "0.0001): models of other sizes want other strengths",
            "make weight decay a nuisance parameter, or ask about models of one size",
        ),
    ),
    "weight decay fixed in the space": (
        searched(arm("2", {"layers": 2}, LR), arm("4", {"layers": 4}, LR)),
        {"space": {"wd": {"fixed": 0.01}}},
        finding(
            "warning",
            "space.layers",
            "layers changes the size of the model, and weight decay is fixed (wd: 0.01): models "
            "of other sizes want other strengths",
            "make weight decay a nuisance parameter, or ask about models of one size",
        ),
    ),
    "two questions at once": (
        searched(
            arm("a", {"dropout": 0.0, "model.norm": "none"}, LR),
            arm("b", {"dropout": 0.3, "model.norm": "batch"}, LR),
        ),
        {"question": "Does dropout help?"},
        finding(
            "warning",
            "question",
            "2 parameters are scientific at once (dropout and model.norm), and the question does "
            "not ask how they interact",
            "ask about one and make the others nuisance or fixed, or ask: do they interact?",
        ),
    ),
    "an adaptive search for a question": (
        replace(FAIR, method=Method.TPE),
        {},
        finding(
            "warning",
            "search.method",
            "tpe lets trials follow earlier values: they cannot show whether a range is too "
            "narrow, nor how a value does apart from the others",
            "answer the question with method: quasi_random; find the best configuration after it",
        ),
    ),
    "max_train_steps searched": (
        tuned(LR, Parameter(name="max_train_steps", low=100, high=1000, integer=True)),
        {},
        finding(
            "error",
            "space.max_train_steps",
            "max_train_steps is searched: more steps nearly always look better, and a winner with "
            "fewer would only have been tuned for a short run",
            "take it out of the space and give every run the same: budget.max_train_steps",
        ),
    ),
    "epochs searched": (
        tuned(LR, Parameter(name="n_epochs", low=5, high=50, integer=True)),
        {},
        finding(
            "warning",
            "space.n_epochs",
            "n_epochs is searched: more steps nearly always look better, and a winner with fewer "
            "would only have been tuned for a short run",
            "take it out of the space and give every run the same: budget.max_train_steps",
        ),
    ),
    "a batch size tuned": (
        tuned(LR, Parameter(name="batch_size", choices=(32, 64))),
        {},
        finding(
            "warning",
            "space.batch_size",
            "batch_size is tuned for val/accuracy: any batch size can reach the same where the "
            "rest is tuned for it; it decides the speed",
            "fix it at what the machine is fast with: `trialist batch-find`",
        ),
    ),
    "a learning rate on a linear scale": (
        tuned(replace(LR, scale=Scale.LINEAR)),
        {},
        finding(
            "warning",
            "space.lr",
            "lr is searched on a linear scale: learning rates differ by factors",
            "write log: true",
        ),
    ),
    "a momentum on a log scale": (
        tuned(LR, replace(MOMENTUM, scale=Scale.LOG)),
        {},
        finding(
            "warning",
            "space.momentum",
            "momentum is searched on a log scale: from 0.9 to 0.99 is as far as from 0 to 0.9",
            "write scale: one_minus_log",
        ),
    ),
    "weight decay on a linear scale": (
        tuned(LR, Parameter(name="weight_decay", low=0.0, high=0.1)),
        {},
        finding(
            "warning",
            "space.weight_decay",
            "weight_decay is searched on a linear scale: strengths of weight decay differ by "
            "factors",
            "write log: true, with a low above 0; switch: true tries it without",
        ),
    ),
    "weight decay that is never off": (
        tuned(LR, replace(DECAY, switch=False)),
        {},
        finding(
            "advice",
            "space.weight_decay",
            "weight_decay is never off",
            "add switch: true: a fifth of the trials go without",
        ),
    ),
    "batch sizes that are no powers of two": (
        searched(
            arm("64", {"batch_size": 64}, LR),
            arm("100", {"batch_size": 100}, LR),
            arm("x", {"batch_size": 48.5}, LR),
        ),
        {},
        finding(
            "warning",
            "space.batch_size",
            "batch_size has 100 and 48.5: no power of two",
            "take powers of two, which fill the machine evenly",
        ),
    ),
    "a width that heads do not divide": (
        searched(arm("128", {"d_model": 128}, LR), arm("100", {"d_model": 100}, LR)),
        {"config": {"lr": 0.1, "n_heads": 8, "d_model": 128}},
        finding(
            "warning",
            "space.d_model",
            "d_model cannot be divided among the heads: 100 by 8",
            "take multiples of the number of heads (low and step of a range)",
        ),
    ),
    "a range of widths": (
        tuned(LR, Parameter(name="d_model", low=64, high=512, integer=True)),
        {"config": {"lr": 0.1, "n_heads": 8}},
        finding(
            "warning",
            "space.d_model",
            "d_model is a range in which few values can be divided among 8 heads",
            "take multiples of the number of heads (low and step of a range)",
        ),
    ),
    "Adam's eps with few trials": (
        tuned(LR, BETA1, EPS),
        {"config": {"optimizer": "AdamW", "lr": 0.1}},
        finding(
            "warning",
            "space.eps",
            "tuned tunes eps with 16 trials per search: so few are better spent on the learning "
            "rate",
            "fix it, or give 25 trials per search",
        ),
    ),
    "beta1 and eps of nobody's optimizer with few trials": (
        tuned(LR, BETA1, EPS, trials=9),
        {"config": {"lr": 0.1}},
        finding(
            "warning",
            "space.beta1",
            "tuned tunes beta1 and eps with 9 trials per search: so few are better spent on the "
            "learning rate",
            "fix them, or give 25 trials per search",
        ),
    ),
    "more parameters than few trials cover": (
        tuned(DECAY, MOMENTUM, LR, trials=10),
        {},
        finding(
            "advice",
            "search.trials",
            "10 trials per search cover 2 parameters, and tuned has 3",
            "fix weight_decay, which matters least, or give more trials",
        ),
    ),
    "runs of other lengths, cut at a step": (
        tuned(LR, Parameter(name="steps", choices=(100, 200)), pruner=Pruner(name="asha")),
        {},
        finding(
            "error",
            "space.steps",
            "steps differs between trials, and asha compares them at the same step",
            "give every run the same budget.max_train_steps, or write search.pruner: none",
        ),
    ),
    "batch sizes, cut at a step": (
        searched(
            arm("64", {"bs": 64}, LR), arm("128", {"bs": 128}, LR), pruner=Pruner(name="median")
        ),
        {},
        finding(
            "warning",
            "space.bs",
            "bs differs between trials, and median compares them at the same step: larger batches "
            "have seen more examples by then",
            "write search.pruner: none",
        ),
    ),
    "a warm-up that is cut": (
        tuned(
            LR,
            Parameter(name="warmup_steps", low=0, high=200, integer=True),
            pruner=Pruner(name="asha", resource=1000),
        ),
        {},
        finding(
            "warning",
            "space.warmup_steps",
            "warmup_steps goes up to 200 steps, and asha ends trials from step 100 on: who is "
            "still warming up looks bad and is not",
            "begin at twice the longest warm-up or later: a larger pruner.first",
        ),
    ),
}


@pytest.mark.parametrize(("search", "changes", "expected"), BAD.values(), ids=BAD)
def test_a_bad_plan_is_named_with_its_cure(search, changes, expected):
    assert expected in said(search, **changes)


def test_errors_come_first():
    bad = searched(
        arm("sgd", SGD, replace(LR, scale=Scale.LINEAR)), arm("adam", ADAM, replace(LR, low=1e-3))
    )
    levels = [level for level, *_ in said(bad)]
    assert levels == ["error", "warning"]


@pytest.mark.parametrize(
    "question", ["How do dropout and norm interact?", "Dropout or norm?", "Both: DROPOUT, norm"]
)
def test_a_question_about_both_allows_two_at_once(question):
    search, _, _ = BAD["two questions at once"]
    assert said(search, question=question) == []


def test_a_sampled_scientific_parameter_is_no_nuisance():
    size = Parameter(name="batch_size", choices=(32, 64), role=Role.SCIENTIFIC)
    found = said(tuned(LR, size))
    assert found == []


def test_a_sampled_scientific_parameter_wants_even_trials():
    rate = replace(DECAY, role=Role.SCIENTIFIC)
    found = said(tuned(LR, rate, method=Method.GP))
    assert [key for _, key, *_ in found] == ["search.method"]


def test_an_adaptive_search_for_a_configuration_is_not_questionable():
    assert said(tuned(LR, method=Method.TPE)) == []


def test_a_range_of_batch_sizes_is_answered_with_its_powers():
    size = Parameter(name="batch_size", low=30, high=300, integer=True)
    todos = [todo for *_, todo in said(tuned(LR, size))]
    assert "give powers of two as choices: [32, 64, 128, 256]" in todos
    narrow = replace(size, low=33, high=60)
    todos = [todo for *_, todo in said(tuned(LR, narrow))]
    assert "give powers of two as choices: [32, 64, 128]" in todos


def test_words_for_batch_sizes_are_left_alone():
    found = said(searched(arm("a", {"batch": "auto"}, LR), arm("b", {"batch": True}, LR)))
    assert found == []


def test_a_design_with_fewer_trials_for_one_variant_is_named():
    def trial(variant, number):
        return PlannedTrial(
            variant=variant, search=0, number=number, units=(), params={}, config={}, seeds=(0,)
        )

    design = (trial("sgd", 0), trial("sgd", 1), trial("adam", 0))
    messages = [message for _, _, message, _ in said(replace(FAIR, design=design))]
    assert messages == ["adam has 1 of 2 trials: who is tried more often looks better"]


def test_a_range_of_widths_in_steps_of_the_heads_is_fine():
    width = Parameter(name="d_model", low=64, high=512, step=64, integer=True)
    assert said(tuned(LR, width), config={"lr": 0.1, "heads": 8}) == []


def test_widths_and_heads_that_fit_are_fine():
    width = Parameter(name="hidden", choices=(64, 128))
    heads = Parameter(name="heads", choices=(2, 8))
    assert said(tuned(LR, width, heads)) == []


def test_a_pruner_alone_is_fine():
    warm = Parameter(name="warmup_epochs", low=0, high=10)
    pruner = Pruner(name="asha", resource=1000, rungs=(500,))
    short = Parameter(name="warmup", choices=(10, 20))
    assert said(tuned(LR, warm, pruner=pruner)) == []
    assert said(tuned(LR, short, pruner=pruner)) == []
    assert said(tuned(LR, pruner=Pruner(name="asha"))) == []


def test_a_sweep_file_with_epochs_runs_as_it_is():
    epochs = Parameter(name="epochs", choices=(5, 10))
    levels = {level for level, *_ in said(tuned(LR, epochs, pruner=Pruner(name="wandb")))}
    assert levels == {"warning"}


def test_parameters_that_adam_does_not_have_are_not_counted_as_its():
    found = said(tuned(LR, MOMENTUM, EPS, trials=20), config={"optimizer": "rmsprop", "lr": 0.1})
    assert found == []


def test_variants_with_the_same_to_fix_are_named_together():
    arms = (
        arm("sgd", SGD, SGD_LR, MOMENTUM, DECAY, EPS),
        arm("adam", ADAM, ADAM_LR, MOMENTUM, DECAY, EPS),
    )
    found = [one for one in said(searched(*arms)) if one[1] == "search.trials"]
    assert found == [
        finding(
            "advice",
            "search.trials",
            "16 trials per search cover 3 parameters, and sgd and adam have 4",
            "fix eps, which matters least, or give more trials",
        )
    ]
    todos = [todo for *_, todo in said(searched(*arms, trials=32))]
    assert "fix weight_decay and eps, which matter least, or give more trials" in todos


def test_a_grid_tries_everything():
    assert said(tuned(LR, MOMENTUM, DECAY, method=Method.GRID, trials=8)) == []


def test_variants_of_one_optimizer_may_share_a_learning_rate():
    adam_lr = Parameter(name="adam_lr", low=1e-5, high=0.1, scale=Scale.LOG)
    arms = (
        arm("sgd-64", {**SGD, "width": 64}, LR),
        arm("sgd-256", {**SGD, "width": 256}, LR),
        arm("adam-64", {**ADAM, "width": 64}, adam_lr),
    )
    assert said(searched(*arms), question="How do optimizer and width interact?") == []


def test_a_model_in_one_size_says_nothing_of_weight_decay():
    search = searched(arm("64", {"width": 64}, LR, DECAY), arm("128", {"width": 128}, LR, DECAY))
    assert said(search, config={"lr": 0.1, "weight_decay": 0.0}) == []


def test_trials_without_values_are_of_no_optimizer():
    assert said(tuned(LR, trials=4), config={"lr": 0.1, "optimizer": None}) == []


def test_names_lead_into_nested_configurations():
    config = {"optimizer": {"name": "sgd", "lr": 0.1}, "model": {"width": 64}}
    search = searched(arm("a"), arm("b"))
    variants = {"a": {}, "b": {"optimizer": {"name": "adam", "lr": 0.001}}}
    found = said(search, config=config, variants=variants)
    assert found[0][2].startswith(
        "optimizer.name is what is asked about, and a and b have a fixed learning rate "
        "(optimizer.lr: 0.001, optimizer.lr: 0.1)"
    )
