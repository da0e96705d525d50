from dataclasses import replace

import pytest

from trialist.design.followup import LARGEST_SEED, changed_code, follow_up_mistakes
from trialist.design.protocol import build_plan
from trialist.values.metric import Goal, Metric
from trialist.values.plan import CodeFile
from trialist.values.study import Study

ACCURACY = Metric(name="val/accuracy", goal=Goal.MAXIMIZE, relevant=0.005)
VARIANTS = {"baseline": {}, "wide": {"width": 2}, "deep": {"opt": {"depth": 3}}}


def plan(name="first", *, first_seed=0, code=(), **changes):
    fields = {
        "trial": "train.py:train",
        "name": name,
        "metric": ACCURACY,
        "config": {"width": 1, "opt": {"depth": 1, "lr": 0.1}},
        "variants": VARIANTS,
        "seeds": 5,
    }
    study = Study(**{**fields, **changes})
    return build_plan(study, code=code, trial="train.py:train", first_seed=first_seed)


PARENT = plan()


def messages(child, used=range(5)):
    return [one.message for one in follow_up_mistakes(child, PARENT, used=used)]


@pytest.mark.parametrize(
    "variants",
    [VARIANTS, {"baseline": {}, "wide": {"width": 2}}, {"wide": {"width": 2}, "baseline": {}}],
)
def test_the_same_variants_or_some_of_them_on_new_seeds_are_a_follow_up(variants):
    assert messages(plan("again", first_seed=5, variants=variants)) == []


def test_another_baseline_among_the_same_variants_is_another_comparison():
    assert messages(plan("again", first_seed=5, baseline="wide")) == []


def test_every_mistake_is_told_with_its_cure():
    child = plan(
        "again",
        metric=Metric(name="val/loss", goal=Goal.MINIMIZE),
        config={"width": 1, "opt": {"depth": 1, "lr": 0.2}},
        variants={"baseline": {}, "wide": {"width": 3}, "dep": {}},
        seeds=(4, 2, 9),
    )
    found = follow_up_mistakes(child, PARENT, used=range(5))
    assert [one.message for one in found] == [
        "metric.name is val/loss, and that of first is val/accuracy",
        "metric.goal is minimize, and that of first is maximize",
        "variant baseline differs from that of first in opt.lr",
        "variant wide differs from that of first in width, opt.lr",
        "variant dep is not in first",
        "seeds 2, 4 were used by first or a study before it",
    ]
    assert all(one.where and one.todo for one in found)
    assert "did you mean 'deep'?" in found[4].todo


def test_one_seed_and_many_keys_are_told_in_short():
    assert messages(plan("again", seeds=(3, 7))) == [
        "seed 3 was used by first or a study before it"
    ]
    many = {f"k{i}": i for i in range(6)}
    (message,) = [
        one
        for one in messages(plan("again", first_seed=5, config={**many}, variants={"baseline": {}}))
        if "baseline" in one
    ]
    assert message.endswith(", ...")


def test_seeds_that_no_run_can_have_are_refused():
    (message,) = messages(plan("again", first_seed=LARGEST_SEED), used=(LARGEST_SEED - 1, 0))
    assert "the largest that can be" in message


def test_code_that_changed_is_named():
    one, two = CodeFile(path="a.py", digest="1"), CodeFile(path="b.py", digest="2")
    before = replace(PARENT, code=(one, two))
    after = plan(code=(replace(one, digest="3"), two, CodeFile(path="c.py", digest="4")))
    assert changed_code(after, before) == ("a.py", "c.py")
    assert changed_code(before, before) == ()
