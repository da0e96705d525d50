"""The parts of a sentence that differ where single examples are compared, not runs."""

from __future__ import annotations

from trialist.values.evidence import Contrast, Examples, Problem
from trialist.values.numbers import counted
from trialist.values.verdict import Verdict

THESE_MODELS = "these models"
RECIPES = "the recipes, on the population of examples"
_MIN_RUNS = 3


def basis_of(verdict: Verdict, examples: Examples) -> str:
    """Give what a verdict rests on and is about: "999 examples, these models"."""
    basis = counted(examples.n, "example")
    if examples.n_clusters is not None:
        basis += f" in {counted(examples.n_clusters, 'cluster')}"
    if verdict.n_variant == verdict.n_baseline == 1:
        return f"{basis}, these models"
    seeds = verdict.replicate.plural
    if "paired" in verdict.test:
        return f"{verdict.n} paired {seeds} on {basis}, these recipes"
    return f"{verdict.n_variant} + {verdict.n_baseline} {seeds} on {basis}, these recipes"


def refusal_lead(verdict: Verdict, examples: Examples) -> str:
    """Give the bold lead of a refusal."""
    runs = (verdict.n_variant, verdict.n_baseline)
    if examples.n < 2 or min(runs) == 0:
        return "Nothing to compare"
    if max(runs) > 1 and min(runs) < _MIN_RUNS:
        lone = verdict.variant if verdict.n_variant == 1 else verdict.baseline
        one = f"One run of {lone} cannot answer this"
        return one if min(runs) == 1 else "Two runs cannot answer this"
    if examples.n_clusters is not None:
        return "These clusters cannot answer this"
    return "Nothing tells them apart"


def example_reason(contrast: Contrast, examples: Examples) -> str:
    """Give why a comparison on single examples is not answered; it has a problem."""
    variant, baseline = contrast.variant, contrast.baseline
    if contrast.problem is Problem.NOT_FINITE:
        return contrast.hint or "an example has NaN"
    if contrast.problem is Problem.FEW_RUNS:
        return _few_runs(contrast)
    if contrast.problem is Problem.FEW_EXAMPLES:
        return _few_examples(contrast, examples)
    if contrast.problem is Problem.CONSTANT:
        return "the difference is the same on every example: there is no spread to judge it by"
    same = "are right and wrong on the same examples" if examples.is_share else "gave equal values"
    return f"{variant} and {baseline} {same}"


def _few_examples(contrast: Contrast, examples: Examples) -> str:
    if examples.n_clusters is not None and examples.n > 1:
        return (
            f"{counted(examples.n_clusters, 'cluster')} of examples cannot speak for others: "
            "it takes 5 of similar size"
        )
    n = counted(examples.n, "example") if examples.n else "no example"
    return f"{n} has a value in every run of {contrast.variant} and {contrast.baseline}"


def _few_runs(contrast: Contrast) -> str:
    few, many = sorted((contrast.n_variant, contrast.n_baseline))
    if few == 0:
        return f"no seed has a run of both {contrast.variant} and {contrast.baseline}"
    if few == 1:
        one, other = contrast.variant, contrast.baseline
        if contrast.n_baseline == 1:
            one, other = other, one
        return (
            f"{other} has {many} runs, and one run of {one} says nothing about how runs of {one} "
            f"differ. Run at least {_MIN_RUNS} seeds of each, or keep one seed of each (--where)."
        )
    return (
        "two runs never support a claim about a recipe. Where seeds shift accuracy by 1.5 points, "
        "a test on the examples alone finds a difference between equal recipes in 34 % of cases. "
        f"Run at least {_MIN_RUNS} seeds of each, 5 or more to claim something."
    )
