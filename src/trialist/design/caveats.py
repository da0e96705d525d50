"""What limits a plan's answer, said before anything runs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations

from trialist.design.document import dotted
from trialist.design.merge import changed_keys, value_at
from trialist.design.onechange import several_changes
from trialist.values.canonical import canonical_json
from trialist.values.judging import Mode
from trialist.values.metricsource import Take
from trialist.values.plan import Plan
from trialist.values.seeds import SOURCES

_SOURCE_WORDS = {
    "split": "the data split",
    "order": "the order of the data",
    "init": "the initial weights",
    "train": "the randomness while training",
}


def caveats_of_plan(plan: Plan) -> tuple[str, ...]:
    """Give what the plan's verdicts will not say, most important first, as sentences."""
    return (
        *_about_seeds(plan),
        *_about_seed_key(plan),
        *_about_variants(plan),
        *(() if plan.search is None else plan.search.caveats),
        *_about_metric(plan),
        *_about_sources(plan),
        *_about_command(plan),
        *_about_mode(plan),
    )


def _about_seeds(plan: Plan) -> Iterator[str]:
    n, first = plan.looks[-1].n, plan.looks[0].n
    if plan.is_of_searches:
        return  # its caveats speak of searches
    if n < 3:
        count = "One seed" if n == 1 else f"{n} seeds"
        yield (
            f"{count} per variant cannot answer this: run at least 3, "
            "and 5 or more to claim something."
        )
    elif n < 5:
        yield f"{n} seeds per variant find only large differences: 5 or more can claim something."
    if first < 3 <= n:
        yield (
            f"The look at {first} seed{'s' if first > 1 else ''} can answer next to nothing: "
            "set seeds.min to 3 or more."
        )


def _about_seed_key(plan: Plan) -> Iterator[str]:
    for variant in plan.variants:
        if "seed" in variant.config and plan.command is None:
            yield (
                "config has the key 'seed': a trial that uses it gives the same run for every "
                "seed. Use run.seed."
            )
            break


def _about_variants(plan: Plan) -> Iterator[str]:
    if len(plan.variants) == 1:
        yield "There is one variant, so nothing is compared: the result is its mean and interval."
        return
    for one, other in combinations(plan.variants, 2):
        if _is_searched(plan, one.name) or _is_searched(plan, other.name):
            continue  # its configuration is yet to be found
        if canonical_json(one.config) == canonical_json(other.config):
            yield (
                f"{one.name} and {other.name} have the same configuration: "
                "any difference between them is chance."
            )
    yield from several_changes(plan)
    baseline = plan.config_of(plan.baseline)
    for variant in plan.variants:
        for way in changed_keys(baseline, variant.config):
            yield from _about_text_for_number(plan, variant.name, way)


def _is_searched(plan: Plan, variant: str) -> bool:
    return plan.search is not None and bool(plan.search.arm(variant).parameters)


def _about_text_for_number(plan: Plan, variant: str, way: tuple[str | int, ...]) -> Iterator[str]:
    try:
        before = value_at(plan.config_of(plan.baseline), way)
        after = value_at(plan.config_of(variant), way)
    except KeyError:
        return
    is_number = isinstance(before, int | float) and not isinstance(before, bool)
    if is_number and isinstance(after, str):
        yield f"{variant} sets {dotted(way)} to the text {after!r}, the baseline to a number."


def _about_metric(plan: Plan) -> Iterator[str]:
    metric = plan.metric
    split = metric.name.split("/")[0]
    if split == "test":
        yield (
            f"{metric.name} is measured on test data: after choosing by it, "
            "the test set is no longer a test."
        )
    if split == "train":
        yield f"{metric.name} is measured on training data: it says nothing about new data."
    if metric.relevant is None:
        yield (
            "No relevant difference is set: a verdict cannot say that there is no difference that "
            "matters, nor how many more seeds would tell. Set metric.relevant."
        )
    elif not metric.is_fraction and replace(metric, relevant=None).is_fraction:
        yield (
            f"The relevant difference is {metric.relevant:g}: {metric.name} is taken to be in "
            "percent. If it is a fraction, 0.01 is 1 point."
        )


def _about_sources(plan: Plan) -> Iterator[str]:
    fixed = [source for source in SOURCES if source not in plan.vary]
    if fixed:
        words = _listed([_SOURCE_WORDS[source] for source in fixed])
        verb = "is" if len(fixed) == 1 else "are"
        other = "another one" if len(fixed) == 1 else "others"
        yield (
            f"{words[0].upper()}{words[1:]} {verb} the same for every seed: "
            f"a verdict does not hold for {other}."
        )
    if plan.paired and not set(plan.paired) & set(plan.vary):
        yield (
            "paired names only sources that do not vary: equal seeds share nothing that unequal "
            "ones do not, so pairing costs power and brings none."
        )


def _about_command(plan: Plan) -> Iterator[str]:
    command = plan.command
    if command is None:
        return
    if any(source.take is not Take.LAST for source in command.sources):
        yield (
            f"The best {plan.metric.name} of each run counts, not the last (take: best): it is "
            "more favourable than the value of a model that was chosen without looking at it."
        )
    if not plan.code:
        yield (
            "The command names no file of its code from the study's folder: a change of the code "
            "between two runs is not seen."
        )
    if "split" not in plan.vary and "seed.split" not in command.names:
        yield (
            "A command gets one seed: whether that changes the data split too, only its code "
            "says. If it does, add split to vary."
        )


def _about_mode(plan: Plan) -> Iterator[str]:
    if plan.mode is Mode.EXPLORE:
        count = len(plan.variants) - 1
        comparisons = "1 comparison" if count == 1 else f"{count} comparisons"
        yield (
            f"Explored, not confirmed: {comparisons}, judged once at {plan.looks[-1].n} seeds. "
            "Confirm a finding with fresh seeds and mode: confirm."
        )


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
