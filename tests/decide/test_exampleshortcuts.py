from dataclasses import replace

import numpy as np
import pytest

from trialist.decide.exampleshortcuts import example_shortcuts
from trialist.decide.examplesummaries import example_summaries
from trialist.values.evidence import Interval, Sensitivity
from trialist.values.metric import Goal


def said(found):
    metric = found.protocol.metric
    return example_shortcuts(metric, found.verdicts, example_summaries(found.means))


def crossed(shift, *, seed=0):
    rng = np.random.default_rng(seed)
    return {
        (name, s): (rng.normal(size=50) + (shift if name == "new" else 0)).tolist()
        for name in ("base", "new")
        for s in range(3)
    }


def test_the_averages_alone_always_have_an_answer(on_examples):
    found = on_examples({("base", 0): "1100", ("new", 0): "0111"})
    assert said(found) == ("The averages alone: new is better (75 against 50 points).",)
    even = on_examples({("base", 0): "1100", ("new", 0): "0011"})
    assert said(even) == ("The averages alone: neither is better.",)


def test_a_family_names_each(on_examples):
    runs = {("base", 0): "1100", ("new", 0): "0111", ("old", 0): "0100"}
    assert said(on_examples(runs))[1].startswith("old: the averages alone: base is better")


def test_half_of_the_noise_is_named_as_half(on_examples):
    texts = said(on_examples(crossed(1.0)))
    assert texts[1].startswith("Examples alone, as if these runs were the recipes: new is better (")
    assert texts[2].startswith(
        "Seeds alone, as if these were all examples there are: new is better"
    )
    assert "base is better" in said(on_examples(crossed(-1.0)))[1]
    assert "no difference is shown" in said(on_examples(crossed(0.0)))[1]


def test_where_lower_is_better_plus_is_explained(on_examples):
    texts = said(on_examples(crossed(-1.0), goal=Goal.MINIMIZE))
    assert "new is better" in texts[1]
    assert "where plus is better)" in texts[1]


def test_no_mean_is_no_shortcut(on_examples):
    assert said(on_examples({("base", 0): ["", "1"], ("new", 0): ["", ""]})) == ()


@pytest.mark.parametrize(
    ("interval", "words"),
    [(Interval(low=-0.0002, high=0.02), "(-0.02 to 2.00)"), (None, None)],
)
def test_an_end_is_not_rounded_onto_zero(on_examples, interval, words):
    found = on_examples(crossed(0.0))
    other = Sensitivity(name="seeds alone", p=0.1, interval=interval)
    examples = replace(found.verdict.examples, alone=(other,))
    found.verdicts = (replace(found.verdict, examples=examples),)
    texts = said(found)
    assert len(texts) == (1 if words is None else 2)
    assert words is None or words in texts[1]


def test_a_verdict_on_runs_has_only_the_averages(on_examples):
    found = on_examples(crossed(1.0))
    found.verdicts = (replace(found.verdict, examples=None),)
    assert len(said(found)) == 1
