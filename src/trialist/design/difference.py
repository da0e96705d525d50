"""What differs between two plans, in lines a person can act on."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from trialist.design.document import Keys, dotted
from trialist.design.merge import changed_keys, value_at
from trialist.design.searchdifference import search_difference
from trialist.values.baselinehistory import KeyChange
from trialist.values.numbers import series
from trialist.values.plan import Plan
from trialist.values.study import Config

_NOTHING = object()
_PLAIN = ("study", "question", "trial", "baseline", "mode", "alpha")
_RARE = ("variance", "prior", "open", "parent", "ablation", "data", "test", "determinism", "names")
_RESOURCES = ("threads", "retries", "timeout", "memory", "gpus")


def plan_difference(old: Plan, new: Plan) -> tuple[str, ...]:
    """Give every difference as a line such as `config of dropout: dropout 0.3 -> 0.5`.

    Empty exactly where the two plans have the same hash.
    """
    lines = (
        *_named(old, new, _PLAIN),
        *_code(old, new),
        *_metric(old, new),
        *_variants(old, new),
        *_configs(old, new),
        *_seeds(old, new),
        *_looks(old, new),
        *_searches(old, new),
        *_named(old, new, ("paired", "vary")),
        *_expected(old, new),
        *_named(old, new, _RARE),
        *_vectorized(old, new),
        *_named(old, new, _RESOURCES),
        *_named(old, new, ("format",)),
    )
    if not lines and old.hash != new.hash:
        return ("the stored form of the plan",)
    return lines


def config_changes(before: Config, after: Config) -> tuple[KeyChange, ...]:
    """Give what differs between two configurations, key by key."""
    return tuple(_change(before, after, way) for way in changed_keys(before, after))


def _change(before: Config, after: Config, way: Keys) -> KeyChange:
    old, new = (_at(config, way) for config in (before, after))
    key = dotted(way)
    if old is _NOTHING:
        return KeyChange(key=key, after=new, is_new=True)
    if new is _NOTHING:
        return KeyChange(key=key, before=old, is_gone=True)
    return KeyChange(key=key, before=old, after=new)


def _at(config: Config, way: Keys) -> Any:
    try:
        return value_at(config, way)
    except KeyError:
        return _NOTHING


def _named(old: Plan, new: Plan, names: tuple[str, ...]) -> Iterator[str]:
    before, after = old.to_dict(), new.to_dict()
    for name in names:
        was, now = before.get(name, _NOT_SET), after.get(name, _NOT_SET)
        if was != now:
            label = f"resources.{name}" if name in _RESOURCES else name
            yield _line(label, was, now)


def _searches(old: Plan, new: Plan) -> Iterator[str]:
    for name, was, now in search_difference(old.search, new.search):
        yield _line(name, *(_NOT_SET if value is None else value for value in (was, now)))


def _expected(old: Plan, new: Plan) -> Iterator[str]:
    # The text says it all: the range of "~ 0" follows from metric.relevant.
    before = {one.variant: one.text for one in old.expect}
    after = {one.variant: one.text for one in new.expect}
    for name in dict.fromkeys((*before, *after)):
        was, now = before.get(name, _NOT_SET), after.get(name, _NOT_SET)
        if was != now:
            yield _line(f"expect of {name}", was, now)


def _vectorized(old: Plan, new: Plan) -> Iterator[str]:
    if old.vectorize != new.vectorize:
        was, now = (
            _NOT_SET if one.vectorize is None else one.vectorize.words for one in (old, new)
        )
        yield _line("vectorize", was, now)


def _code(old: Plan, new: Plan) -> Iterator[str]:
    before = {file.path: file.digest for file in old.code}
    after = {file.path: file.digest for file in new.code}
    for path in sorted({*before, *after}):
        if path not in before:
            yield f"code {path} added"
        elif path not in after:
            yield f"code {path} no longer used"
        elif before[path] != after[path]:
            yield f"code {path} changed"


def _metric(old: Plan, new: Plan) -> Iterator[str]:
    before, after = old.to_dict()["metric"], new.to_dict()["metric"]
    for key in before:
        if before[key] != after[key]:
            yield _line(f"metric.{key}", before[key], after[key])


def _variants(old: Plan, new: Plan) -> Iterator[str]:
    before = [variant.name for variant in old.variants]
    after = [variant.name for variant in new.variants]
    yield from (f"variant {name} added" for name in after if name not in before)
    yield from (f"variant {name} removed" for name in before if name not in after)
    kept = [name for name in before if name in after]
    reordered = [name for name in after if name in before]
    if kept != reordered:
        yield f"order of variants {', '.join(before)} -> {', '.join(after)}"


def _configs(old: Plan, new: Plan) -> Iterator[str]:
    names = {variant.name for variant in old.variants}
    shared = [variant.name for variant in new.variants if variant.name in names]
    changes: dict[str, list[str]] = {}
    for name in shared:
        before, after = old.config_of(name), new.config_of(name)
        for way in changed_keys(before, after):
            change = _line(dotted(way), _found(before, way), _found(after, way))
            changes.setdefault(change, []).append(name)
    for change, owners in changes.items():
        everyone = len(owners) == len(shared) > 1
        yield f"config of {'every variant' if everyone else ', '.join(owners)}: {change}"


def _found(config: Any, way: Keys) -> Any:
    try:
        return value_at(config, way)
    except KeyError:
        return _NOT_SET


def _seeds(old: Plan, new: Plan) -> Iterator[str]:
    if old.seeds == new.seeds:
        return
    first = old.seeds[0]
    if all(plan.seeds == tuple(range(first, first + len(plan.seeds))) for plan in (old, new)):
        key = "seeds.max" if len(old.looks) > 1 or len(new.looks) > 1 else "seeds"
        yield _line(key, len(old.seeds), len(new.seeds))
    else:
        yield _line("seeds", list(old.seeds), list(new.seeds))


def _looks(old: Plan, new: Plan) -> Iterator[str]:
    before, after = [look.n for look in old.looks], [look.n for look in new.looks]
    if before != after:
        yield f"looks at {series(before)} -> {series(after)}"
    elif len(old.looks[0].thresholds) != len(new.looks[0].thresholds):
        return  # follows from the number of variants, which has its own line
    elif old.looks != new.looks and bool(old.paired) == bool(new.paired):
        yield "thresholds of the looks"


class _NotSet:
    def __repr__(self) -> str:
        return "not set"


_NOT_SET = _NotSet()


def _line(name: str, before: Any, after: Any) -> str:
    return f"{name} {_written(before)} -> {_written(after)}"


def _written(value: Any) -> str:
    if value is None:
        return "none"
    if isinstance(value, _NotSet):
        return repr(value)
    if isinstance(value, str):
        return repr(value) if not value or " " in value else value
    return json.dumps(value, ensure_ascii=False)
