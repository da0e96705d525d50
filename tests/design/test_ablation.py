import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialist.design.ablation import ablation_of, targets_of
from trialist.design.difference import plan_difference
from trialist.design.merge import changed_keys, merged
from trialist.design.protocol import build_plan
from trialist.design.studyfile import load_study
from trialist.values.errors import ConfigError
from trialist.values.metric import Goal, Metric
from trialist.values.plan import Plan
from trialist.values.study import Study

CONFIG = {
    "lr": 0.1,
    "layers": 3,
    "norm": "batch",
    "mixup": False,
    "augment": {"shift": 2, "scale": 0.1},
    "encoder": {"residual": True, "dropout": 0.3},
    "decoder": {"residual": True, "bias": None},
}
METRIC = Metric(name="val/accuracy", goal=Goal.MAXIMIZE, relevant=0.005)
TEXT = """\
trial: train.py:train
metric: {name: val/accuracy, goal: maximize, relevant: 0.005}
config: {norm: batch, dropout: 0.3, aug: {shift: 2}}
"""


def made(ablate, *, variants=None, baseline=None, config=CONFIG):
    return ablation_of(config, targets_of(ablate), variants=variants or {}, baseline=baseline)


def said(ablate, **more):
    return [problem.message for problem in made(ablate, **more).problems]


def plan(**changes):
    fields = {"trial": "train.py:train", "metric": METRIC, "config": CONFIG, **changes}
    return build_plan(Study(**fields), code=(), trial="train.py:train")


@pytest.fixture
def file(tmp_path):
    (tmp_path / "train.py").write_text("def train(config, run): ...\n")

    def read(more, overrides=()):
        path = tmp_path / "study.yaml"
        path.write_text(TEXT + more)
        return load_study(path, overrides)

    return read


def mistakes_of(file, more, overrides=()):
    with pytest.raises(ConfigError) as caught:
        file(more, overrides)
    return [
        (mistake.message, mistake.where.partition("study.yaml:")[2], mistake.todo)
        for mistake in caught.value.mistakes
    ]


def test_leaves_out_one_component_at_a_time():
    found = made(["layers", "lr", "augment", "encoder.residual"])
    assert found.problems == ()
    assert found.changes == {
        "full": {},
        "no-layers": {"layers": 0},
        "no-lr": {"lr": 0.0},
        "no-augment": {"augment": None},
        "no-residual": {"encoder": {"residual": False}},
    }
    assert isinstance(found.changes["no-layers"]["layers"], int)
    assert isinstance(found.changes["no-lr"]["lr"], float)
    assert found.components["no-residual"] == "encoder.residual"


def test_takes_the_values_that_a_mapping_gives():
    found = made({"norm": "none", "augment": {"shift": 0}, "layers": 1})
    assert found.problems == ()
    assert found.changes["no-norm"] == {"norm": "none"}
    assert found.changes["no-augment"] == {"augment": {"shift": 0}}
    assert found.changes["no-layers"] == {"layers": 1}


def test_names_are_as_long_as_they_must_be():
    found = made(["encoder.residual", "decoder.residual", "encoder.dropout"])
    assert list(found.components) == ["no-encoder-residual", "no-decoder-residual", "no-dropout"]


def test_names_can_be_folders_and_are_never_the_same():
    found = made(["a b", "a-b", "A b"], config={"a b": 1, "a-b": 1, "A b": 1})
    assert list(found.components) == ["no-a-b", "no-a-b-2", "no-A-b-3"]


def test_a_key_with_a_dot_is_a_key():
    found = made(["opt.lr"], config={"opt.lr": 0.1})
    assert found.changes["no-opt.lr"] == {"opt.lr": 0.0}


@pytest.mark.parametrize(
    ("ablate", "message"),
    [
        (["nrom"], "ablate: 'nrom' is not a key of config"),
        (["norm"], "ablate: 'norm' is 'batch', and what it is without the component is not known"),
        (["mixup"], "ablate: 'mixup' is false in config already, so it is off"),
        (["decoder.bias"], "ablate: 'decoder.bias' is null in config already, so it is off"),
        ({"lr": 0.1}, "ablate: 'lr' is 0.1 in config already, so it is off"),
        (
            {"augment": {"scale": 0.1}},
            "ablate: 'augment' is {shift: 2, scale: 0.1} in config already",
        ),
        ({"augment": {"flip": 0}}, "ablate: 'flip' is not a key of config.augment"),
        (["lr", "lr"], "ablate names 'lr' twice"),
    ],
)
def test_refuses_what_cannot_be_left_out(ablate, message):
    (found,) = said(ablate)
    assert found.startswith(message)


def test_an_empty_mapping_is_off_already():
    assert said(["aug"], config={"aug": {}}) == [
        "ablate: 'aug' is {} in config already, so it is off"
    ]


def test_an_off_mapping_for_an_empty_one_fits_nothing():
    assert "is not a key" in said({"aug": {"x": 1}}, config={"aug": {}, "b": {}})[0]


def test_true_and_one_are_not_the_same_value():
    assert said({"n": True}, config={"n": 1}) == []


def test_the_cure_names_the_whole_mapping():
    (problem,) = made(["norm", "lr", "unknown", "mixup"][:2]).problems
    assert problem.todo == "say it: ablate: {norm: none, lr: 0.0}"
    first = made(["norm", "unknown"]).problems[0]
    assert first.todo == "say it: ablate: {norm: none}"


@pytest.mark.parametrize(
    ("variants", "baseline", "message"),
    [
        ({"no-LR": {"lr": 1}}, None, "variant 'no-LR' is what ablate makes of 'lr'"),
        ({"full": {"lr": 1}}, None, "variant 'full' is the configuration as it is"),
        ({"Full": {}}, None, "variant 'Full' is the configuration as it is"),
        ({"baseline": {}}, None, "with ablate the baseline is called 'full'"),
        ({"wide": {"lr": 1}}, "wide", "baseline is 'wide', and an ablation is compared with"),
    ],
)
def test_refuses_what_does_not_go_with_an_ablation(variants, baseline, message):
    (found,) = said(["lr"], variants=variants, baseline=baseline)
    assert found.startswith(message)


def test_further_variants_come_after_the_generated_ones():
    found = plan(ablate=["lr"], variants={"full": {}, "wide": {"layers": 4}}, baseline="full")
    assert [variant.name for variant in found.variants] == ["full", "no-lr", "wide"]
    assert found.baseline == "full"
    assert found.config_of("full") == CONFIG
    assert found.protocol.ablated == ("no-lr",)
    assert len(found.looks[0].thresholds) == 2


def test_a_plan_without_an_ablation_keeps_its_form():
    assert "ablation" not in plan().to_dict()


def test_a_plan_with_an_ablation_is_read_back_as_it_was():
    first = plan(ablate={"norm": "none", "lr": 0})
    again = Plan.from_dict(first.to_dict())
    assert again == first
    assert again.hash == first.hash
    assert first.to_dict()["ablation"] == {"no-norm": "norm", "no-lr": "lr"}


def test_another_ablation_is_another_plan_and_says_so():
    lines = plan_difference(plan(ablate=["lr"]), plan(ablate=["layers"]))
    assert "variant no-layers added" in lines
    assert any(line.startswith("ablation ") for line in lines)


def test_a_study_made_in_python_says_all_that_is_wrong():
    with pytest.raises(ConfigError) as caught:
        plan(ablate=["lrr", "norm"])
    assert len(caught.value.mistakes) == 2
    with pytest.raises(ConfigError, match="not a list"):
        plan(ablate="lr")
    with pytest.raises(ConfigError, match="ablate names 3"):
        plan(ablate=[3])
    with pytest.raises(ConfigError, match="cannot be written down"):
        plan(ablate={"lr": float("nan")})


def test_a_file_and_an_override_say_the_same(file):
    study = file("ablate: [dropout, aug]\n")
    assert study.ablate == ("dropout", "aug")
    assert study.baseline_name == "full"
    again = file("", ["ablate={dropout: 0.1}"])
    assert again.ablate == {"dropout": 0.1}


def test_all_mistakes_of_a_file_have_their_place(file):
    found = mistakes_of(file, "ablate: [dropuot, norm, 3]\nvariants: {baseline: {}}\nbaseline: x\n")
    assert [where for _, where, _ in found] == ["4:25", "4:10", "4:19", "5:12", "6:11"]
    assert found[0][0] == "ablate[2] is 3, expected a key of config"
    assert found[1][2].startswith("did you mean 'dropout'?")


def test_a_mapping_stands_at_its_keys(file):
    found = mistakes_of(file, "ablate: {drop: 0, norm: .nan}\n")
    assert [where for _, where, _ in found] == ["4:25", "4:10"]
    assert "finite numbers only" in found[0][0]


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ("ablate: []\n", "ablate is empty: nothing would be left out"),
        ("ablate: {}\n", "ablate is empty: nothing would be left out"),
        ("ablate: norm\n", "ablate is 'norm', expected a list such as"),
        ("ablate: [dropout]\nconfig: 3\n", "the key 'config' is here twice"),
    ],
)
def test_a_file_cannot_ablate_nothing(file, more, message):
    assert any(message in found for found, _, _ in mistakes_of(file, more)), mistakes_of(file, more)


def test_a_config_that_is_no_mapping_is_the_only_mistake(tmp_path):
    (tmp_path / "train.py").write_text("def train(config, run): ...\n")
    path = tmp_path / "study.yaml"
    path.write_text(
        TEXT.replace("{norm: batch, dropout: 0.3, aug: {shift: 2}}", "3") + "ablate: [a]\n"
    )
    with pytest.raises(ConfigError) as caught:
        load_study(path)
    assert len(caught.value.mistakes) == 1


@given(
    st.dictionaries(
        st.sampled_from("abcdef"),
        st.one_of(
            st.just(True),
            st.integers(1, 9),
            st.dictionaries(st.sampled_from("xyz"), st.just(1.5), min_size=1),
        ),
        min_size=1,
    )
)
def test_every_generated_variant_changes_exactly_its_component(config):
    found = ablation_of(config, targets_of(tuple(config)), variants={})
    assert found.problems == ()
    for name, key in found.components.items():
        assert list(changed_keys(config, merged(config, found.changes[name]))) == [(key,)]
