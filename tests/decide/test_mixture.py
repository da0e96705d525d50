"""Caveats for runs that were not made alike."""

from trialist.decide.mixture import MIXED, mixture_caveats
from trialist.values.runfacts import RunFacts


def run(variant, seed, **facts):
    return RunFacts(
        variant=variant, seed=seed, facts={key.replace("_", " "): v for key, v in facts.items()}
    )


def test_runs_that_are_alike_give_nothing():
    runs = [run(name, seed, GPUs="H200") for name in ("baseline", "wide") for seed in range(3)]
    assert mixture_caveats(runs, baseline="baseline") == ()
    assert mixture_caveats([], baseline="baseline") == ()


def test_two_versions_are_named_with_their_runs():
    runs = [run(name, seed, versions_of_torch="2.5.1" if seed < 4 else "2.6.0")
            for name in ("baseline", "wide") for seed in range(5)]  # fmt: skip
    (said,) = mixture_caveats(runs, baseline="baseline")
    assert said == (
        "Runs of this study were made with different versions of torch: 2.5.1 (baseline/seed-0, "
        "baseline/seed-1, baseline/seed-2 and 5 more); 2.6.0 (baseline/seed-4, wide/seed-4)."
    )


def test_a_variant_that_shares_nothing_with_the_baseline_is_warned_of():
    runs = [run("baseline", 0, GPUs="H200"), run("wide", 0, GPUs="T4"), run("deep", 0, GPUs="T4")]
    (said,) = mixture_caveats(runs, baseline="baseline")
    assert said.endswith(
        "No such run of wide and deep is like one of baseline: a difference between them may come "
        "from that alone."
    )


def test_each_thing_has_its_own_sentence():
    runs = [run("baseline", 0, GPUs="a", CPUs="x"), run("baseline", 1, GPUs="b", CPUs="y")]
    found = mixture_caveats(runs, baseline="baseline")
    assert [one.removeprefix(MIXED).partition(":")[0] for one in found] == ["GPUs", "CPUs"]


def test_what_is_not_known_of_a_run_is_not_held_against_it():
    runs = [run("baseline", 0, GPUs="a"), run("baseline", 1), run("wide", 0, GPUs="a")]
    assert mixture_caveats(runs, baseline="baseline") == ()


def test_without_a_known_baseline_nobody_is_apart_from_it():
    runs = [run("baseline", 0), run("wide", 0, GPUs="a"), run("wide", 1, GPUs="b")]
    (said,) = mixture_caveats(runs, baseline="baseline")
    assert said.endswith("b (wide/seed-1).")
