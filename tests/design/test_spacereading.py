"""The space of a study file: what cannot be meant is told where it stands, with what to do."""

from pathlib import Path

import pytest

from trialist.design.studyfile import load_study
from trialist.values.errors import ConfigError

HEAD = """\
trial: train.py:train
metric: {name: val/accuracy, goal: maximize}
config: {optimizer: sgd, lr: 0.1, model: {width: 8}}
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("train.py").write_text("def train(config, run): ...\n")
    return tmp_path


def mistakes_of(folder, text, *overrides):
    Path("study.yaml").write_text(HEAD + text)
    with pytest.raises(ConfigError) as caught:
        load_study(Path("study.yaml"), overrides)
    return [(one.where.removeprefix("study.yaml:"), one.message, one.todo)
            for one in caught.value.mistakes]  # fmt: skip


OPTIMIZER = "optimizer: {choices: [sgd, adam], role: scientific}"
LR = "lr: {low: 1e-4, high: 1.0, log: true}"

BAD = [
    # what is not a parameter at all
    ("{lr: 0.1}", "4:13", "space.lr is 0.1, expected a mapping",
     "write lr: {fixed: 0.1}, or a range: {low: 1e-4, high: 1.0, log: true}"),
    ("{lr: [0.1, 1]}", "4:13", "space.lr is a list, expected a mapping",
     "write lr: {choices: [...]}"),
    ("{lr: }", "4:9", "space.lr is empty, expected a mapping",
     "write lr: {low: 1e-4, high: 1.0, log: true}"),
    ("{lr: {role: nuisance}}", "4:13", "space.lr has no range, no choices and no fixed value",
     "give a range such as {low: 1e-4, high: 1.0, log: true}, {choices: [...]} or {fixed: VALUE}"),
    ("{lr: {lo: 0.1, high: 1}}", "4:14", "'lo' is not a key of a parameter (space.lr)",
     "did you mean 'low' or 'log'?"),
    ("{'model.': {choices: [1, 2]}}", "4:9",
     "space has the key 'model.', which names nothing of the configuration",
     "write a key, such as lr or opt.lr"),
    # ranges
    ("{lr: {low: 1, high: 0.1}}", "4:19", "space.lr: low 1 is not below high 0.1",
     "swap them: {low: 0.1, high: 1}"),
    ("{lr: {low: 1, high: 1}}", "4:19", "space.lr: low 1 is not below high 1",
     "hold it: {fixed: 1}, or widen the range"),
    ("{lr: {low: 1}}", "4:13", "space.lr has a low and no high", "give both ends of the range"),
    ("{lr: {log: true}}", "4:13", "space.lr has no low and no high",
     "give both ends of the range"),
    ("{lr: {low: '1', high: 2}}", "4:19", "space.lr.low is '1', expected a finite number",
     "remove the quotes"),
    ("{lr: {low: small, high: 2}}", "4:19", "space.lr.low is 'small', expected a finite number",
     "write a number such as 0.1"),
    ("{lr: {low: 1, high: .inf}}", "4:28", "space.lr.high is .inf, expected a finite number",
     "write a number such as 0.1"),
    ("{lr: {low: 0, high: 1, log: true}}", "4:19",
     "space.lr: low is 0, and a log scale begins above 0",
     "give a low above 0; switch: true adds 0 as a choice"),
    ("{lr: {low: 0, high: 1, log: true, switch: true}}", "4:19",
     "space.lr: low is 0, and a log scale begins above 0", "give a low above 0"),
    ("{lr: {low: -1, high: 1, scale: log}}", "4:19",
     "space.lr: low is -1, and a log scale begins above 0", "give a low above 0"),
    ("{m: {low: 0.5, high: 1.0, scale: one_minus_log}}", "4:29",
     "space.m: high is 1.0, and one_minus_log lies between 0 and 1",
     "for example {low: 0.5, high: 0.99}"),
    ("{m: {low: -0.5, high: 0.9, scale: one_minus_log}}", "4:18",
     "space.m: low is -0.5, and one_minus_log lies between 0 and 1",
     "for example {low: 0.5, high: 0.99}"),
    ("{m: {low: 1, high: 2, scale: logarithmic}}", "4:37", "space.m.scale is 'logarithmic'",
     "known: linear, log, one_minus_log"),
    ("{m: {low: 1, high: 2, log: true, scale: linear}}", "4:35",
     "space.m says log: true and scale: linear", "keep `scale`"),
    ("{n: {low: 1.5, high: 3, integer: true}}", "4:18",
     "space.n.low is 1.5, and integer says whole numbers", "write 1 or 2"),
    ("{n: {low: 1, high: 3, integer: 1}}", "4:39", "space.n.integer is 1, expected true or false",
     "write true, or leave it out"),
    ("{n: {low: 1, high: 10, step: 4}}", "4:18", "space.n.low is 1, which is no multiple of step 4",
     "values are rounded to multiples of step: let the ends be some"),
    ("{n: {low: 0, high: 10, step: 0}}", "4:37", "space.n.step is 0, expected more than 0",
     "values are rounded to multiples of it"),
    ("{d: {low: 0.0, high: 0.5, hard_low: 0.1}}", "4:44",
     "space.d: low 0.0 lies below hard_low 0.1", "no value below hard_low makes sense: raise low"),
    ("{d: {low: 0.0, high: 0.5, hard_high: 0.4}}", "4:45",
     "space.d: high 0.5 lies above hard_high 0.4",
     "no value above hard_high makes sense: lower high"),
    # choices
    ("{c: {choices: []}}", "4:22", "space.c.choices is empty", "list two values or more"),
    ("{c: {choices: [1]}}", "4:22", "space.c.choices has one value: nothing is chosen",
     "hold it: {fixed: 1}, or add choices"),
    ("{c: {choices: [1, 2, 1.0]}}", "4:29",
     "space.c.choices[2] is 1.0, which is choices[0] already", "remove one of them"),
    ("{c: {choices: 3}}", "4:22", "space.c.choices is 3, expected a list such as [sgd, adam]",
     "list the values"),
    ("{c: {choices: [1, .nan]}}", "4:26",
     "space.c.choices[1] is .nan, which cannot be written down", "give a finite value"),
    ("{c: {choices: [1, 2], low: 0, high: 1}}", "4:12",
     "space.c is a list of choices and a range: choices, low, high", "keep one of them"),
    ("{c: {choices: [1, 2], probabilities: [1]}}", "4:45",
     "space.c.probabilities does not fit 2 choices", "give one number from 0 for each choice"),
    # held
    ("{b: {fixed: 8, low: 1, high: 9}}", "4:12", "space.b is held and a range: fixed, low, high",
     "keep one of them"),
    ("{b: {caveat: not tuned}}", "4:12", "space.b has a caveat and no fixed value",
     "add fixed: VALUE"),
    ("{b: {fixed: 8, role: nuisance}}", "4:29",
     "space.b is held at 8, and its role says nuisance",
     "leave role out, or give a range or choices in place of fixed"),
    ("{b: {fixed: 8, when: {optimizer: sgd}}}", "4:29",
     "space.b is held, and when belongs to what is searched", "leave it out"),
    ("{b: {fixed: .inf}}", "4:20", "space.b.fixed is .inf, which cannot be written down",
     "give a finite value"),
    ("{b: {fixed: 8, caveat: 3}}", "4:31", "space.b.caveat is 3, expected text",
     "write it as text"),
    ("{lr: {fixed: 0.2}, m: {choices: [1, 2]}}", "4:21",
     "lr is held at 0.2, and config has 0.1", "let both say the same"),
    ("{b: {role: fixed, choices: [1, 2]}}", "4:19",
     "space.b has the role fixed, and values to search", "hold it: {fixed: VALUE}"),
    ("{b: {role: scientifc, choices: [1, 2]}}", "4:19", "space.b.role is 'scientifc'",
     "did you mean 'scientific'? (known: scientific, nuisance, fixed)"),
    # switches
    ("{w: {low: 1, high: 2, off: 0}}", "4:35", "space.w has a value for off, and no switch",
     "add switch: true, or leave off out"),
    ("{w: {low: 0, high: 2, switch: true}}", "4:38",
     "space.w is off at 0.0, which lies in its range",
     "say what it is when it is off (off: VALUE), or leave the switch out"),
    ("{w: {choices: [1, 0], switch: true, off: 0}}", "4:49",
     "space.w is off at 0, which is one of its choices",
     "remove the choice, or leave the switch out"),
    # conditions
    ("{lr: {low: 1, high: 2, when: {optimizr: sgd}}, optimizer: {choices: [sgd, adam]}}", "4:38",
     "when of lr names 'optimizr', which is no parameter of the space",
     "did you mean 'optimizer'? (known: optimizer)"),
    ("{lr: {low: 1, high: 2, when: {optimizer: rmsprop}}, optimizer: {choices: [sgd, adam]}}",
     "4:49", "lr exists when optimizer is 'rmsprop', which it never is", "known: sgd, adam"),
    ("{lr: {low: 1, high: 2, when: {lr: 1}}}", "4:38", "when of lr names itself",
     "add lr to the space, with choices"),
    ("{lr: {low: 1, high: 2, when: {m: 1}}, m: {low: 0, high: 1}}", "4:41",
     "lr exists for values of m, which is a range",
     "give it choices, or integer: true, or leave the condition out"),
    ("{lr: {low: 1, high: 2, when: {}}}", "4:37",
     "space.lr.when is empty, expected a mapping such as {optimizer: sgd}",
     "say what it depends on, or leave it out"),
    ("{a: {choices: [1, 2], when: {b: 1}}, b: {choices: [1, 2], when: {a: 1}}}", "4:36",
     "the conditions go round in a circle: a depends on b, which depends on a",
     "let one of them exist always"),
    ((f"{{{OPTIMIZER}, a: {{choices: [1, 2], when: {{optimizer: adam}}}}, "
     "b: {low: 0, high: 1, when: {a: 1, optimizer: sgd}}}"), "4:136",
     "b never exists: its conditions contradict each other over optimizer",
     "compare its conditions with those of the parameters that it depends on"),
    # per
    ("{lr: {low: 1, high: 2, per: optimzer}, optimizer: {choices: [sgd, adam]}}", "4:36",
     "per of lr names 'optimzer', which is no parameter of the space",
     "did you mean 'optimizer'? (known: optimizer)"),
    ("{lr: {low: 1, high: 2, per: optimizer}, optimizer: {choices: [sgd, adam]}}", "4:36",
     "lr is per optimizer, whose values are no variants",
     "give optimizer choices and role: scientific, or use `when`"),
    ("{lr: {low: 1, high: 2, ranges: {sgd: {low: 1, high: 2}}}}", "4:39",
     "space.lr has ranges, and does not say of what",
     "add per: the parameter whose values they belong to"),
    (f"{{{OPTIMIZER}, lr: {{per: optimizer, ranges: {{sgd: {{low: 1, high: 2}}}}}}}}", "4:91",
     "lr has no range for adam",
     "add it, or give low and high for all that have none of their own"),
    ((f"{{{OPTIMIZER}, lr: {{per: optimizer, low: 1, high: 2, "
     "ranges: {sdg: {low: 1, high: 2}}}}"),
     "4:109", "lr has a range for 'sdg', which optimizer never is",
     "did you mean 'sgd'? (known: sgd, adam)"),
    (f"{{{OPTIMIZER}, lr: {{per: optimizer, low: 1, high: 2, ranges: {{sgd: [1, 2]}}}}}}", "4:114",
     "space.lr.ranges.sgd is a list, expected {low: ..., high: ...}", "give two numbers"),
    # roles and variants
    ("{lr: {low: 1, high: 2, role: scientific, when: {optimizer: sgd}}}", "4:55",
     "space.lr is scientific, and when makes it differ by variant",
     "leave it out; for values of some variants only, list the variants"),
    (f"{{{OPTIMIZER}}}", "4:1", "nothing in the space is searched",
     ("add a nuisance parameter, such as lr: {low: 1e-4, high: 1.0, log: true}; variants that need "
     "no tuning are listed under `variants`")),
    ("{b: {fixed: 8}}", "4:1", "nothing in the space is searched",
     "add a nuisance parameter, such as lr: {low: 1e-4, high: 1.0, log: true}"),
    (f"{{{OPTIMIZER}, {LR}}}\nvariants: {{wide: {{model: {{width: 16}}}}}}", "4:49",
     "optimizer is scientific, and the study names its variants itself",
     "leave `variants` out, or give it the role nuisance"),
    ("{lr: {choices: [1, 2]}, model.width: {fixed: 8}}\nvariants: {wide: {model: {width: 16}}}",
     "5:27", "variant wide sets model.width, which the space holds",
     "leave it out of the space, or search it: model.width: {choices: [...]}"),
    (f"{{{OPTIMIZER}, {LR}}}\nbaseline: rmsprop", "5:11",
     "baseline is 'rmsprop', which is not a variant", "known: sgd, adam"),
    ("{lr: {choices: [1, 2]}}\nvariants: {a: {lr: 1}, b: {lr: 2}}", "4:1",
     "every variant sets all that is in the space: nothing is searched",
     "leave in `variants` what makes them differ only"),
    # steps
    ("{max_train_steps: {choices: [100, 200]}}", "4:9",
     "max_train_steps is never a search dimension: more steps always look better",
     "give every run the same: budget: {max_train_steps: 600}"),
    (f"{{{LR}}}\nvariants: {{long: {{max_train_steps: 900}}}}\nbudget: {{max_train_steps: 600}}",
     "5:19", "variant long has steps of its own: more always look better",
     "give every run the same: budget: {max_train_steps: 900}"),
    # names
    ("{lr.decay: {choices: [1, 2]}}", "4:9", "lr.decay leads into config.lr, which is 0.1",
     "name a key of config, or one inside of a mapping"),
    ("{model: {choices: [1, 2]}, model.width: {choices: [1, 2]}}", "4:35",
     "model.width lies inside of model, and both are in the space", "keep one of them"),
    # laws, as sweep files have them
    ("{x: {law: normal}}", "4:12", "space.x has a law and a shape that do not fit",
     "law: normal with shape: [mean, sd], or law: beta with shape: [a, b]"),
    ("{x: {law: normal, shape: [0, 1], low: 0, high: 1}}", "4:46",
     "space.x has a normal law, which has no ends, and low", "leave it out"),
]  # fmt: skip


@pytest.mark.parametrize(("space", "place", "message", "todo"), BAD)
def test_a_bad_space_is_told_where_it_stands(folder, space, place, message, todo):
    found = mistakes_of(folder, f"space: {space}\n")
    assert (place, message, todo) in [(p, m, _short(t, todo)) for p, m, t in found], found


def _short(given, wanted):
    """Give the beginning of a list of known names, where the test names only that."""
    is_prefix = wanted is not None and given is not None and given.startswith(wanted)
    return wanted if is_prefix else given


def test_there_are_enough_bad_spaces():
    assert len(BAD) >= 20


def test_all_mistakes_of_a_space_are_told_at_once(folder):
    found = mistakes_of(
        folder,
        "space:\n"
        "  lr: {low: 1, high: 0.1, per: optimzer}\n"
        "  optimizer: {choices: [sgd, sgd], role: scientific}\n"
        "search: {method: tpee, trials: 2, replicates: 4}\n"
        "budget: {max_train_steps: 0}\n",
    )
    assert [place for place, _, _ in found] == [
        *("8:27", "5:13", "6:30", "5:32", "7:18", "7:32"),
    ]


def test_all_mistakes_of_a_parameter_are_told_at_once(folder):
    space = "{optimizer: {choices: [sgd, sgd], role: scientifc, switch: 1, when: {lr: 2}}}"
    assert [message for _, message, _ in mistakes_of(folder, f"space: {space}\n")] == [
        "space.optimizer.role is 'scientifc'",
        "space.optimizer.switch is 1, expected true or false",
        "space.optimizer.choices[1] is 'sgd', which is choices[0] already",
        "when of optimizer names 'lr', which is no parameter of the space",
    ]


BAD_SEARCH = [
    ("search: {trials: 8}", "4:1", "search has no space to search",
     "add space: {lr: {low: 1e-4, high: 1.0, log: true}}, or leave search out"),
    ("space: {}", "4:1", "space is empty: nothing would be searched",
     "write space: {lr: {low: 1e-4, high: 1.0, log: true}}, or leave it out"),
    (f"space: {{{LR}}}\nsearch: {{trials: many}}", "5:18",
     "search.trials is 'many', expected a whole number", "write a whole number"),
    (f"space: {{{LR}}}\nsearch: {{trails: 8}}", "5:10", "'trails' is not a key of search",
     "did you mean 'trials'?"),
    (f"space: {{{LR}}}\nsearch: {{method: bayes}}", "5:18", "search.method is 'bayes'",
     "did you mean 'tpe'?"),
    (f"space: {{{LR}}}\nsearch: {{claim: recip}}", "5:17", "search.claim is 'recip'",
     "did you mean 'recipe'?"),
    (f"space: {{{LR}}}\nsearch: {{trials: 0}}", "5:18", "search.trials is 0, expected 1 to 100,000",
     "leave it out"),
    (f"space: {{{LR}}}\nsearch: {{seed: -1}}", "5:16",
     "search.seed is -1, expected a number from 0", "leave it out"),
    (f"space: {{{LR}}}\nsearch: {{price: -1}}", "5:17",
     "search.price is -1.0, expected a number from 0",
     "give the least gain for which the change is adopted, in the metric's unit"),
    (f"space: {{{LR}}}\nsearch: {{replicates: 4}}", "5:22",
     "a configuration is the winner of one search, and search.replicates is 4",
     "leave replicates out; a claim about recipes needs two variants that are tuned"),
    (f"space: {{{LR}}}\nsearch: {{claim: recipe}}", "5:17",
     "a claim about recipes needs two variants that are tuned, and one is",
     "leave search.claim out: the verdict is about the configuration that is found"),
    (f"space: {{{LR}}}\nseeds: [0, 5, 6]", "5:8",
     "seeds names 0, which the search uses: a winner needs fresh seeds",
     "name seeds from 1 on, or say how many you want"),
    (f"space: {{{OPTIMIZER}, {LR}}}\nseeds: 10", "5:1",
     "seeds says how often each winner is run, and the searches say that already",
     ("leave seeds out and set search.replicates: the winner of each search is run once; or set "
     "search.claim: configuration")),
    (f"space: {{{LR}}}\nsearch: {{pruner: asha}}", "5:18",
     "search.pruner is asha, and nothing says how long a trial is",
     "give every run the same number of steps: budget: {max_train_steps: 600}"),
    (f"space: {{{LR}}}\nsearch: {{pruner: {{name: asha, eta: 1}}}}", "5:36",
     "search.pruner.eta is 1, expected a whole number from 2", "leave it out"),
    (f"space: {{{LR}}}\nsearch: {{pruner: {{nam: asha}}}}", "5:19",
     "'nam' is not a key of search.pruner", "did you mean 'name'?"),
    (f"space: {{{LR}}}\nsearch: {{pruner: {{eta: 3}}}}", "5:18", "search.pruner has no name",
     "add name: asha"),
    (f"space: {{{LR}}}\nsearch: {{method: grid}}", "4:9",
     "a grid needs choices, and lr is a range",
     "list its values: lr: {choices: [...]}, or choose another method"),
    ("space: {m: {choices: [1, 2, 3]}}\nsearch: {method: grid, trials: 8}", "5:32",
     "the grid has 3 trials per variant, and search.trials is 8", "leave trials out"),
    ((f"space: {{{OPTIMIZER}, m: {{choices: [1, 2]}}, n: {{choices: [1, 2], when: "
     "{optimizer: sgd}}}\nsearch: {method: grid}"), "5:18",
     "the grids of the variants differ in size: sgd 4, adam 2",
     "a fair comparison gives each variant the same number of trials"),
    (f"space: {{{LR}}}\nsearch: {{objectives: {{val/accuracy: minimize}}}}", "5:23",
     "val/accuracy is the goal metric already", "name further metrics only"),
    (f"space: {{{LR}}}\nsearch: {{objectives: {{val/loss: lower}}}}", "5:33",
     "search.objectives: the goal of val/loss is 'lower'", "known: maximize, minimize"),
    ((f"space: {{{LR}}}\nsearch: {{objectives: {{val/loss: minimize}}, pruner: median}}\n"
     "budget: {max_train_steps: 5}"), "5:52",
     "a search with several objectives cannot end trials early",
     "leave pruner or objectives out: which trial is behind depends on the objective"),
    ("budget: {runs: 0}", "4:16", "budget.runs is 0, expected more than 0", "leave it out"),
    ("budget: {wall_clock: soon}", "4:22",
     "budget.wall_clock is 'soon', expected seconds, or a time such as 90s, 20m or 2h",
     "write seconds, or a time such as 90s, 20m or 2h"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "place", "message", "todo"), BAD_SEARCH)
def test_a_bad_search_is_told_where_it_stands(folder, text, place, message, todo):
    found = mistakes_of(folder, f"{text}\n")
    assert [(place, message, todo)] == [(p, m, _short(t, todo)) for p, m, t in found]


def test_steps_in_two_places_must_agree(folder):
    text = "space: {m: {choices: [1, 2]}}\nbudget: {max_train_steps: 600}\n"
    found = mistakes_of(folder, text, "+config.max_train_steps=300")
    assert found == [
        ("5:27", "budget.max_train_steps is 600, and config.max_train_steps is 300",
         "keep one of them")
    ]  # fmt: skip


@pytest.mark.parametrize("wrong", ["config: 3", "variants: [1]", "ablate: [q]"])
def test_a_space_is_not_judged_beside_a_study_that_is_wrong_itself(folder, wrong):
    head = HEAD if "config" not in wrong else "\n".join(HEAD.splitlines()[:2]) + "\n"
    Path("study.yaml").write_text(f"{head}{wrong}\nspace: {{lr: {{choices: [1]}}}}\n")
    with pytest.raises(ConfigError) as caught:
        load_study(Path("study.yaml"))
    assert not any("choices" in one.message for one in caught.value.mistakes)


def test_what_is_searched_counts_as_a_key_of_config(folder):
    Path("train.py").write_text("def train(lr, momentum, max_train_steps, seed): ...\n")
    Path("study.yaml").write_text(
        "trial: train.py:train\n"
        "metric: {name: val/accuracy, goal: maximize}\n"
        "config: {lr: 0.1}\n"
        "space: {momentum: {low: 0.0, high: 0.9}}\n"
        "budget: {max_train_steps: 600, wall_clock: 2h}\n"
    )
    study = load_study(Path("study.yaml"), ("space.momentum.high=0.8", "search.trials=16"))
    assert study.space == {"momentum": {"low": 0.0, "high": 0.8}}
    assert study.search.trials == 16
    assert study.budget.wall_clock == 7200.0


def test_a_variant_may_set_what_only_the_space_knows(folder):
    Path("study.yaml").write_text(
        f"{HEAD}space: {{momentum: {{low: 0.0, high: 0.9}}, {LR}}}\n"
        "variants: {baseline: {}, held: {momentum: 0.5}}\nablate: [model]\n".replace(
            "ablate: [model]\n", ""
        )
    )
    assert load_study(Path("study.yaml")).variants["held"] == {"momentum": 0.5}


def test_an_ablation_is_searched_too(folder):
    Path("study.yaml").write_text(f"{HEAD}space: {{{LR}}}\nablate: {{model.width: 0}}\n")
    assert load_study(Path("study.yaml")).ablate == {"model.width": 0}
