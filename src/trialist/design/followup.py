"""What a follow-up must have in common with its parent, and what must be new."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from trialist.design.document import dotted
from trialist.design.hints import hint
from trialist.design.merge import changed_keys
from trialist.values.errors import Mistake
from trialist.values.numbers import series
from trialist.values.plan import Plan

LARGEST_SEED = 2**63 - 1
_MOST_KEYS = 4


def follow_up_mistakes(plan: Plan, parent: Plan, *, used: Collection[int]) -> tuple[Mistake, ...]:
    """Give what keeps `plan` from following up `parent`; empty where nothing does.

    Args:
        plan: The plan of the follow-up.
        parent: The registered plan of the study that it names.
        used: Every seed that this study and those before it have started.
    """
    return (*_metric(plan, parent), *_variants(plan, parent), *_seeds(plan, parent, used))


def changed_code(plan: Plan, parent: Plan) -> tuple[str, ...]:
    """Give the files of the code that are not as the parent's, by path."""
    before = {file.path: file.digest for file in parent.code}
    after = {file.path: file.digest for file in plan.code}
    paths = sorted({*before, *after})
    return tuple(path for path in paths if before.get(path) != after.get(path))


def _metric(plan: Plan, parent: Plan) -> Iterator[Mistake]:
    ours, theirs = plan.metric, parent.metric
    for key, now, before in (
        ("metric.name", ours.name, theirs.name),
        ("metric.goal", ours.goal.value, theirs.goal.value),
    ):
        if now != before:
            yield Mistake(
                message=f"{key} is {now}, and that of {parent.study} is {before}",
                where=key,
                todo=f"a follow-up asks the same: write {before}, or leave `parent` out",
            )


def _variants(plan: Plan, parent: Plan) -> Iterator[Mistake]:
    known = [variant.name for variant in parent.variants]
    for variant in plan.variants:
        if variant.name not in known:
            near = hint(variant.name, known, nothing="")
            yield Mistake(
                message=f"variant {variant.name} is not in {parent.study}",
                where=f"variants.{variant.name}",
                todo=f"a follow-up takes its parent's variants: {near}",
            )
            continue
        ways = list(changed_keys(parent.config_of(variant.name), variant.config))
        if ways:
            named = ", ".join(dotted(way) for way in ways[:_MOST_KEYS])
            more = ", ..." if len(ways) > _MOST_KEYS else ""
            yield Mistake(
                message=f"variant {variant.name} differs from that of {parent.study} in "
                f"{named}{more}",
                where=f"variants.{variant.name}",
                todo="give it the same configuration, or leave `parent` out",
            )


def _seeds(plan: Plan, parent: Plan, used: Collection[int]) -> Iterator[Mistake]:
    again = sorted(set(plan.seeds) & set(used))
    if again:
        many = len(again) > 1
        yield Mistake(
            message=f"seed{'s' if many else ''} {series(again)} {'were' if many else 'was'} used "
            f"by {parent.study} or a study before it",
            where="seeds",
            todo="a follow-up takes new seeds: give a range or a number, and they are new",
        )
    if max(plan.seeds) > LARGEST_SEED:
        yield Mistake(
            message=f"the seeds go up to {max(plan.seeds)}, and the largest that can be is "
            f"{LARGEST_SEED}",
            where="seeds",
            todo="list seeds that are free and smaller, such as seeds: [100, 101, 102]",
        )
