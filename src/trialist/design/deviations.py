"""What an amendment changed, as sentences: one for each thing that a reader has to know."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from trialist.design.amendment import Standing, standing
from trialist.design.difference import plan_difference
from trialist.values.amendment import Amendment
from trialist.values.numbers import counted, series
from trialist.values.plan import Plan

_SAID_APART = (
    *("seeds", "looks at", "metric.", "code ", "variant ", "config of "),
    *("data ", "data:"),
)


def amendment_deviations(
    number: int, amendment: Amendment, earlier: Plan, plan: Plan
) -> tuple[str, ...]:
    """Give what one amendment changed, the reason first.

    Args:
        number: The amendment's place among those of the study, from 1.
        amendment: What the log says of it.
        earlier: The plan before it.
        plan: The plan after it.
    """
    label = f"Amendment {number}"
    when = f"after {counted(amendment.n_results, 'result')}"
    if amendment.n_looks:
        when += f" and {counted(amendment.n_looks, 'look')}"
    names = f"plan {_short(earlier.hash)} became {_short(plan.hash)}"
    found = [said for find in _KINDS for said in find(amendment, earlier, plan)]
    return (
        f'{label}, {when}: "{amendment.reason}" ({names}).',
        *(f"{label}: {said}." for said in found),
    )


def _short(plan_hash: str) -> str:
    return plan_hash.removeprefix("sha256:")[:8]


def seeds_changed(_: Amendment, earlier: Plan, plan: Plan) -> Iterator[str]:
    """Say that seeds were added, taken away or exchanged."""
    before, after = earlier.seeds, plan.seeds
    if before == after:
        return
    if after[: len(before)] == before:
        yield f"seeds were added, {len(before)} -> {len(after)} per variant"
    elif before[: len(after)] == after:
        yield f"seeds were taken away, {len(before)} -> {len(after)} per variant"
    else:
        kept = len(set(before) & set(after))
        yield f"seeds were exchanged, {kept} of {len(before)} are kept and {len(after)} planned"


def looks_changed(_: Amendment, earlier: Plan, plan: Plan) -> Iterator[str]:
    """Say that results are judged at other moments."""
    before, after = (tuple(look.n for look in one.looks) for one in (earlier, plan))
    if before != after:
        yield f"the looks were changed, {_seeds(before)} -> {_seeds(after)}"


def _seeds(looks: tuple[int, ...]) -> str:
    return f"{series(looks)} seeds"


def metric_changed(_: Amendment, earlier: Plan, plan: Plan) -> Iterator[str]:
    """Say that another metric, goal or relevant difference judges the runs."""
    before, after = earlier.to_dict()["metric"], plan.to_dict()["metric"]
    words = {
        "name": "the metric was changed",
        "goal": "the goal was changed",
        "relevant": "the smallest relevant difference was changed",
    }
    for key in dict.fromkeys((*before, *after)):
        was, now = before.get(key), after.get(key)
        if was != now:
            yield f"{words.get(key, f'metric.{key} was changed')}, {_said(was)} -> {_said(now)}"


def _said(value: object) -> str:
    return "none" if value is None else str(value)


def code_changed(amendment: Amendment, earlier: Plan, plan: Plan) -> Iterator[str]:
    """Say which files of the code changed, and whether somebody declared the two codes equal."""
    before = {file.path: file.digest for file in earlier.code}
    after = {file.path: file.digest for file in plan.code}
    paths = sorted(path for path in before | after if before.get(path) != after.get(path))
    if not paths:
        return
    if amendment.declared_by is not None:
        said = f"declared equal by {amendment.declared_by}"
    else:
        said = "runs of both codes are never judged together"
    yield f"code was changed, {', '.join(paths)}; {said}"


def variants_changed(_: Amendment, earlier: Plan, plan: Plan) -> Iterator[str]:
    """Say which variants were dropped or added."""
    before = [variant.name for variant in earlier.variants]
    after = [variant.name for variant in plan.variants]
    yield from (f"variant {name} was dropped" for name in before if name not in after)
    yield from (f"variant {name} was added" for name in after if name not in before)


def runs_dropped(_: Amendment, earlier: Plan, plan: Plan) -> Iterator[str]:
    """Say whose runs no longer count because they are made another way."""
    names = {variant.name for variant in plan.variants}
    found = [
        variant.name
        for variant in earlier.variants
        if variant.name in names and standing(earlier, plan, variant.name) is Standing.APART
    ]
    if not found:
        return
    whose = "every variant" if len(found) == len(names & _names(earlier)) > 1 else ", ".join(found)
    lines = [line for line in plan_difference(earlier, plan) if line.startswith("config of ")]
    why = f" ({'; '.join(lines)})" if lines else ""
    yield f"the earlier runs of {whose} no longer count and are made again{why}"


def _names(plan: Plan) -> set[str]:
    return {variant.name for variant in plan.variants}


def data_changed(_: Amendment, earlier: Plan, plan: Plan) -> Iterator[str]:
    """Say that the runs read other data than before."""
    if earlier.to_dict().get("data") != plan.to_dict().get("data"):
        yield "the data were changed"


def rest_changed(_: Amendment, earlier: Plan, plan: Plan) -> Iterator[str]:
    """Say everything else that differs, in the words of the difference."""
    for line in plan_difference(earlier, plan):
        if not line.startswith(_SAID_APART):
            yield f"also changed, {line}"


_KINDS: tuple[Callable[[Amendment, Plan, Plan], Iterator[str]], ...] = (
    *(seeds_changed, looks_changed, metric_changed, code_changed),
    *(variants_changed, runs_dropped, data_changed, rest_changed),
)
