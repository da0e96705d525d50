import zlib

import numpy as np
import pytest

from trialist.analysis.overtasks import over_tasks
from trialist.analysis.scales import Scale, Scaling
from trialist.decide.overtasks import told_of_tasks
from trialist.values.metric import Goal
from trialist.values.missing import Missing


@pytest.fixture(name="told")
def _told(judged):
    """Say what is said of tasks: values by task and variant, the first one the baseline."""

    def say(tasks, relevant=None):
        results = {name: judged(groups, relevant=relevant) for name, groups in tasks.items()}
        verdicts = {name: tuple(one.verdicts.values()) for name, one in results.items()}
        samples = {
            name: {one.name: one.sample for one in result.summaries}
            for name, result in results.items()
        }
        variants = tuple(dict.fromkeys(who for task in tasks.values() for who in task))
        over = over_tasks(
            samples,
            variants=variants,
            baseline=variants[0],
            scale=Scale(scaling=Scaling.SD, goal=Goal.MAXIMIZE),
            relevant=relevant,
            rng_of=lambda name: np.random.default_rng(zlib.crc32(name.encode())),
        )
        return told_of_tasks(verdicts, over, baseline=variants[0]), over

    return say


def tasks(n_tasks, n=5, seed=0, **gains):
    rng = np.random.default_rng(seed)
    return {
        f"t{task}": {
            name: [float(0.5 + gain + 0.01 * value) for value in rng.standard_normal(n)]
            for name, gain in {"base": 0.0, **gains}.items()
        }
        for task in range(n_tasks)
    }


def test_counts_are_about_these_tasks_and_name_the_seeds(told):
    said, _ = told(tasks(6, up=0.1, down=-0.1))
    up = next(tally for tally in said.tallies if tally.variant == "up")
    assert (len(up.better), len(up.worse), up.n_judged) == (6, 0, 6)
    assert said.sentences["up"].startswith(
        "**up over 6 tasks:** better than base on 6, worse on 0, open on 0 (5 seeds each)."
    )
    assert "better than base on 0, worse on 6" in said.sentences["down"]


def test_tallies_come_by_average_rank(told):
    said, _ = told(tasks(6, down=-0.1, up=0.1))
    assert [tally.variant for tally in said.tallies] == ["up", "down"]


def test_a_variant_is_told_apart_from_the_baseline_by_ranks_only(told):
    said, over = told(tasks(8, up=0.1, down=-0.1))
    assert over.ranking.rejects
    assert "In general: its ranks are not told apart from those of base" in said.sentences["up"]
    said, _ = told(tasks(12, up=0.1, down=-0.1))
    assert (
        "In general: ranks better than base (average rank 1.0 against 2.0)"
        in (said.sentences["up"])
    )
    assert "In general: ranks worse than base" in said.sentences["down"]


def test_the_headline_says_what_ranks_carry(told):
    said, _ = told(tasks(12, up=0.1, down=-0.1))
    assert said.headline[0].startswith("**The tasks rank these variants alike, beyond chance:**")
    assert said.headline[1] == "**Best average rank:** up (1.0), apart from all others."
    said, over = told(tasks(8, up=0.1, down=-0.1))
    assert said.headline[1].endswith("not told apart from it: base.")
    assert f"more than {over.ranking.difference:.1f} apart" in said.headline[0]


def test_no_common_ranking_is_said_with_the_same_weight(told):
    said, over = told(tasks(8, one=0.0, two=0.0))
    assert not over.ranking.rejects
    assert said.headline[0].startswith("**No common ranking shows:** average ranks over 8 tasks")
    assert "In general" not in said.sentences["one"]


def test_two_variants_show_the_p_of_the_sign_test_and_no_f(told):
    said, _ = told(tasks(8, up=0.1))
    assert "F(" not in said.headline[0]
    assert "(p 0.0078)" in said.headline[0]


def test_few_tasks_say_nothing_of_tasks_in_general(told):
    said, over = told(tasks(3, up=0.1))
    assert isinstance(over.ranking, Missing)
    assert said.headline == (
        "**Nothing is said about tasks in general:** ranks of 2 variants on 3 tasks carry no test.",
    )
    assert "ahead on 3 and behind on 0." in said.sentences["up"]


def test_every_kind_of_verdict_has_its_place(told):
    found = tasks(6, same=0.0)
    found["t0"]["same"] = found["t0"]["same"][:1]
    found["t1"] = {name: values * 6 for name, values in found["t1"].items()}
    del found["t2"]["same"]
    found["t2"]["other"] = found["t2"]["base"]
    said, _ = told(found, relevant=0.03)
    tally = next(one for one in said.tallies if one.variant == "same")
    assert tally.refused == ("t0",)
    assert "t3" in tally.alike
    assert tally.absent == ("t2",)
    assert tally.seeds == (1, 30)
    text = said.sentences["same"]
    assert text.startswith("**same over 5 of 6 tasks:**")
    assert "without a difference worth having on" in text
    assert "not to be judged on 1 (1 to 30 seeds)" in text


def test_equal_means_have_no_sign(told):
    found = {f"t{k}": {"base": [1.0, 2.0, 3.0], "same": [3.0, 2.0, 1.0]} for k in range(6)}
    said, _ = told(found)
    assert "ahead" not in said.sentences["same"]
    found["t0"]["same"] = [5.0, 6.0, 7.0]
    said, _ = told(found)
    assert "ahead on 1 and behind on 0, tied on 5." in said.sentences["same"]


def test_caveats_say_how_many_comparisons_there_are_and_what_they_are_about(told):
    said, _ = told(tasks(8, up=0.1, down=-0.1))
    assert said.caveats[0].startswith("Each task is a family of its own: 16 comparisons in all.")
    assert "0.4 of the 8 tasks" in said.caveats[0]
    assert "about these tasks" in said.caveats[1]


def test_one_task_has_no_families_to_warn_of(told):
    said, _ = told(tasks(1, up=0.1))
    assert not any("family" in text for text in said.caveats)


def test_a_task_that_is_not_ranked_is_named_with_the_reason(told):
    found = tasks(8, one=0.0, two=0.0, three=0.0, four=0.0, five=0.0)
    for name in ("one", "two", "three", "four", "five"):
        del found["t3"][name]
    found["t3"]["six"] = found["t3"]["base"]
    for task in found.values():
        task.setdefault("six", task["base"][::-1])
    said, _ = told(found)
    assert said.caveats[-1] == (
        "t3: without a value of one, two, three, four and 1 more, so not ranked and not in the "
        "pooled scores (7 of 8 tasks are)."
    )
