"""What is odd about the ranges and the choices of a space."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from trialist.design.hyperparameters import Kind, kind_of
from trialist.design.lintwords import Rule, advice, error, listed, warning
from trialist.design.onechange import written
from trialist.design.round import Round
from trialist.values.lint import Lint
from trialist.values.space import Parameter, Role, Scale

MAX_TRAIN_STEPS = "max_train_steps"


def _length_of_training(asked: Round) -> Iterator[Lint]:
    for one in asked.parameters(Kind.LENGTH):
        say = error if one.name.rpartition(".")[2] == MAX_TRAIN_STEPS else warning
        yield say(
            f"space.{one.name}",
            f"{one.name} is searched: more steps nearly always look better, and a winner with "
            "fewer would only have been tuned for a short run",
            "take it out of the space and give every run the same: budget.max_train_steps",
        )


def _batch_size_as_nuisance(asked: Round) -> Iterator[Lint]:
    for one in asked.parameters(Kind.BATCH_SIZE):
        if one.role is Role.NUISANCE:
            yield warning(
                f"space.{one.name}",
                f"{one.name} is tuned for {asked.study.metric.name}: any batch size can reach the "
                "same where the rest is tuned for it; it decides the speed",
                "fix it at what the machine is fast with: `trialist batch-find`",
            )


def _powers_of_two(asked: Round) -> Iterator[Lint]:
    for one in asked.parameters(Kind.BATCH_SIZE):
        if one.is_numeric:
            yield warning(
                f"space.{one.name}",
                f"{one.name} is a range",
                f"give powers of two as choices: {_powers(one)}",
            )
    for name, values in _values_of(asked, Kind.BATCH_SIZE):
        odd = [value for value in values if not _is_power(value)]
        if odd:
            yield warning(
                f"space.{name}",
                f"{name} has {listed([written(value) for value in odd])}: no power of two",
                "take powers of two, which fill the machine evenly",
            )


def _is_power(value: Any) -> bool:
    if isinstance(value, bool) or not isinstance(value, int):
        return not isinstance(value, float)  # of text nothing is known
    return value > 0 and value & (value - 1) == 0


def _powers(one: Parameter) -> str:
    low, high = int(one.low or 1), int(one.high or 1)
    powers = [2**n for n in range(32) if low <= 2**n <= high]
    return f"[{', '.join(map(str, powers))}]" if powers else "[32, 64, 128]"


def _values_of(asked: Round, *kinds: Kind) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """Give the values of choices, and of what is asked about, by name."""
    for one in asked.parameters(*kinds):
        if one.choices:
            yield one.name, one.choices
    for name in asked.scientific_of(*kinds):
        given = tuple(dict.fromkeys(map(_as_key, asked.scientific[name].values())))
        if given:
            yield name, given


def _as_key(value: Any) -> Any:
    return value if isinstance(value, int | float | str) else written(value)


def _scales(asked: Round) -> Iterator[Lint]:
    for one in asked.parameters(*_SCALE_OF):
        scale, write, why = _SCALE_OF[kind_of(one.name) or Kind.LR]
        if one.is_numeric and one.scale is not scale:
            yield warning(
                f"space.{one.name}",
                f"{one.shown} is searched on a {one.scale.value} scale: {why}",
                _on_scale(one, write),
            )


def _on_scale(one: Parameter, write: str) -> str:
    if "log: true" in write and one.low is not None and one.low <= 0:
        return f"write {write}, with a low above 0; switch: true tries it without"
    return f"write {write}"


_ONE_MINUS = (
    Scale.ONE_MINUS_LOG,
    "scale: one_minus_log",
    "from 0.9 to 0.99 is as far as from 0 to 0.9",
)
_SCALE_OF = {
    Kind.LR: (Scale.LOG, "log: true", "learning rates differ by factors"),
    Kind.WEIGHT_DECAY: (Scale.LOG, "log: true", "strengths of weight decay differ by factors"),
    Kind.EPS: (Scale.LOG, "log: true", "values of eps differ by factors"),
    Kind.MOMENTUM: _ONE_MINUS,
    Kind.BETA1: _ONE_MINUS,
    Kind.BETA2: _ONE_MINUS,
}


def _weight_decay_without_switch(asked: Round) -> Iterator[Lint]:
    for one in asked.parameters(Kind.WEIGHT_DECAY):
        tries_none = one.switch or 0 in one.choices or (one.low is not None and one.low <= 0)
        if not tries_none:
            yield advice(
                f"space.{one.name}",
                f"{one.shown} is never off",
                "add switch: true: a fifth of the trials go without",
            )


def _widths_by_heads(asked: Round) -> Iterator[Lint]:
    heads = _numbers(asked, Kind.HEADS)
    if not heads:
        return
    for name in asked.names(Kind.WIDTH):
        odd = [
            f"{width} by {count}"
            for width in _numbers_of(asked, name)
            for count in heads
            if width % count
        ]
        if odd:
            yield _misfit(name, f"{name} cannot be divided among the heads: {', '.join(odd)}")
    for one in asked.parameters(Kind.WIDTH):
        step = one.step or 1
        if one.is_numeric and any((one.low or 0) % count or step % count for count in heads):
            yield _misfit(
                one.name,
                f"{one.name} is a range in which few values can be divided among "
                f"{listed([str(count) for count in heads])} heads",
            )


def _misfit(name: str, message: str) -> Lint:
    return warning(
        f"space.{name}", message, "take multiples of the number of heads (low and step of a range)"
    )


def _numbers(asked: Round, kind: Kind) -> list[int]:
    return sorted({one for name in asked.names(kind) for one in _numbers_of(asked, name)})


def _numbers_of(asked: Round, name: str) -> list[int]:
    """Give the whole numbers that a name may take, but for those inside of a range."""
    choices = [one.choices for one in asked.parameters(*_of(name)) if one.name == name]
    values = [value for some in choices for value in some]
    if not choices:
        values = [asked.value_of(name, arm.variant) for arm in asked.search.arms]
    found = {one for one in values if isinstance(one, int) and not isinstance(one, bool)}
    return sorted(one for one in found if one > 0)


def _of(name: str) -> tuple[Kind, ...]:
    kind = kind_of(name)
    return () if kind is None else (kind,)


RANGE_RULES: tuple[Rule, ...] = (
    _length_of_training,
    _batch_size_as_nuisance,
    _powers_of_two,
    _scales,
    _weight_decay_without_switch,
    _widths_by_heads,
)
