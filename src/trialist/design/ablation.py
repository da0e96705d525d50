"""What `ablate` makes: the full model, and one variant without each component."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from trialist.design.document import Keys, dotted
from trialist.design.hints import hint
from trialist.design.merge import changed_keys, merged, unknown_keys, value_at
from trialist.design.onechange import written
from trialist.design.schema import shown
from trialist.values.study import FULL, Config

_LONGEST_NAME = 90
_NOT_IN_A_NAME = re.compile(r"[^A-Za-z0-9._-]+")


class _Inferred:
    """Stands for an off value that is not given."""


INFERRED = _Inferred()


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A component that is to be left out once.

    Attributes:
        place: Where it stands in the study, for a mistake.
        key: The dotted key of `config`.
        off: Its value without the component, where the study says it.
    """

    place: Keys
    key: str
    off: Any = INFERRED


@dataclass(frozen=True, slots=True, kw_only=True)
class AblationProblem:
    """What keeps a study from being ablated.

    Attributes:
        place: Where it stands in the study.
        message: What is wrong.
        todo: What to do.
        of_key: True where the key at `place` is at fault, not its value.
    """

    place: Keys
    message: str
    todo: str
    of_key: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Ablation:
    """The variants of an ablation.

    Attributes:
        changes: What each generated variant changes in the configuration, in order; `full` first.
        components: The dotted key that each variant leaves out; `full` is not among them.
        problems: What is wrong; the variants are usable only where this is empty.
    """

    changes: Mapping[str, Config]
    components: Mapping[str, str]
    problems: tuple[AblationProblem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Off:
    """A component that can be left out: its way in the configuration, and its value then."""

    way: Keys
    value: Any


def targets_of(ablate: Sequence[Any] | Mapping[str, Any]) -> tuple[Target, ...]:
    """Give the components that `ablate` names, with their places; what is not text is left out."""
    if isinstance(ablate, Mapping):
        return tuple(Target(place=("ablate", key), key=key, off=ablate[key]) for key in ablate)
    return tuple(
        Target(place=("ablate", place), key=key)
        for place, key in enumerate(ablate)
        if isinstance(key, str)
    )


def ablation_of(
    config: Config,
    targets: Sequence[Target],
    *,
    variants: Mapping[str, Config],
    baseline: str | None = None,
) -> Ablation:
    """Give the full model and full-minus-one variants of `config`.

    A component is a key of `config`. Without it true becomes false, a number 0, and a mapping
    null; what text or a list is without it only the study can say.

    Args:
        config: The whole configuration, every component on.
        targets: What is to be left out, one at a time.
        variants: Further variants that the study names itself.
        baseline: The baseline that the study names, if it does.
    """
    offs: list[_Off] = []
    problems: list[AblationProblem] = []
    for target in targets:
        found = _off(config, target, targets)
        if isinstance(found, AblationProblem):
            problems.append(found)
        elif any(found.way == other.way for other in offs):
            message = f"ablate names '{target.key}' twice"
            problems.append(_problem(target, message, "remove one of them"))
        else:
            offs.append(found)
    names = _names([off.way for off in offs])
    changes: dict[str, Config] = {FULL: {}}
    changes |= {name: _nested(off) for name, off in zip(names, offs, strict=True)}
    components = {name: _joined(off.way) for name, off in zip(names, offs, strict=True)}
    problems += _clashes(components, variants, baseline)
    return Ablation(changes=changes, components=components, problems=tuple(problems))


def _off(config: Config, target: Target, targets: Sequence[Target]) -> _Off | AblationProblem:
    way = _way(config, target.key)
    if way is None:
        known = [_joined(one) for one in _ways(config)]
        message = f"ablate: '{target.key}' is not a key of config"
        return _problem(target, message, hint(target.key, known, nothing="config has no keys"))
    value = value_at(config, way)
    off = _inferred(value) if target.off is INFERRED else target.off
    if off is INFERRED:
        message = (
            f"ablate: '{target.key}' is {shown(value)}, and what it is without the component "
            "is not known"
        )
        return _problem(target, message, f"say it: ablate: {{{_with_offs(config, targets)}}}")
    if isinstance(value, Mapping) and isinstance(off, Mapping):
        for lost in unknown_keys(value, off):
            message = f"ablate: '{dotted(lost)}' is not a key of {dotted(('config', *way))}"
            return _problem(target, message, f"known: {', '.join(map(str, value)) or 'none'}")
    if _is_same(value, off):
        message = f"ablate: '{target.key}' is {written(value)} in config already, so it is off"
        return _problem(target, message, "put the full model into config, with the component on")
    return _Off(way=way, value=off)


def _inferred(value: Any) -> Any:
    if isinstance(value, bool):
        return False
    if isinstance(value, int | float):
        return type(value)(0)
    if isinstance(value, Mapping):
        return None if value else {}
    return None if value is None else INFERRED


def _is_same(value: Any, off: Any) -> bool:
    if isinstance(value, Mapping) and isinstance(off, Mapping):
        return not any(changed_keys(value, merged(value, off)))
    return isinstance(value, bool) == isinstance(off, bool) and bool(value == off)


def _with_offs(config: Config, targets: Sequence[Target]) -> str:
    """Give the mapping form of a list of components, with what is to be filled in."""
    pieces = []
    for target in targets:
        way = _way(config, target.key)
        if way is None:
            continue
        off = _inferred(value_at(config, way))
        pieces.append(f"{target.key}: {'none' if off is INFERRED else written(off)}")
    return ", ".join(pieces)


def _way(config: Config, key: str) -> Keys | None:
    """Give the way to a dotted key; a key that itself has dots wins."""
    for way in _ways(config):
        if _joined(way) == key:
            return way
    return None


def _ways(config: Config, above: Keys = ()) -> Iterator[Keys]:
    for key, value in config.items():
        yield (*above, key)
        if isinstance(value, Mapping):
            yield from _ways(value, (*above, key))


def _joined(way: Keys) -> str:
    return ".".join(map(str, way))


def _nested(off: _Off) -> Config:
    change: Any = off.value
    for key in reversed(off.way):
        change = {key: change}
    return dict(change)


def _names(ways: Sequence[Keys]) -> list[str]:
    """Give `no-` and the last part of each way, with as many parts before it as tell it apart."""
    names: list[str] = []
    for way in ways:
        others = [other for other in ways if other != way]
        depth = 1
        while depth < len(way) and any(_part(way, depth) == _part(one, depth) for one in others):
            depth += 1
        name, count = f"no-{_part(way, depth, fold=False)}", 2
        while name.lower() in {taken.lower() for taken in names}:
            name = f"no-{_part(way, depth, fold=False)}-{count}"
            count += 1
        names.append(name)
    return names


def _part(way: Keys, depth: int, *, fold: bool = True) -> str:
    text = _NOT_IN_A_NAME.sub("-", "-".join(map(str, way[-depth:])))[:_LONGEST_NAME]
    return text.lower() if fold else text


def _clashes(
    components: Mapping[str, str], variants: Mapping[str, Config], baseline: str | None
) -> Iterator[AblationProblem]:
    generated = {name.lower(): name for name in components}
    for name, change in variants.items():
        message = todo = ""
        if name.lower() in generated:
            key = components[generated[name.lower()]]
            message = f"variant '{name}' is what ablate makes of '{key}'"
            todo = "rename it, or leave the key out of ablate"
        elif name.lower() == FULL and (change or name != FULL):
            message = f"variant '{name}' is the configuration as it is, and changes nothing"
            todo = "rename it, or write full: {}"
        elif name == "baseline" and not change:
            message = "with ablate the baseline is called 'full': 'baseline' would be it again"
            todo = "remove it"
        if message:
            place = ("variants", name)
            yield AblationProblem(place=place, message=message, todo=todo, of_key=True)
    if baseline is not None and baseline != FULL:
        message = f"baseline is {baseline!r}, and an ablation is compared with 'full'"
        yield AblationProblem(place=("baseline",), message=message, todo="leave baseline out")


def _problem(target: Target, message: str, todo: str) -> AblationProblem:
    is_key = isinstance(target.place[-1], str)
    return AblationProblem(place=target.place, message=message, todo=todo, of_key=is_key)
