"""An expectation: what somebody says a variant will do, registered before the first run."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Any

from trialist.values.errors import ConfigError

SAME = "~ 0"
"""How "no difference that matters" is written in a plan."""

FORMS = "'> X', '< X', '>= X', '<= X', 'A to B' or '~ 0'"
"""What can be expected; X is the difference to the baseline, plus is better."""

_NUMBER = r"[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?"
_BOUND = re.compile(rf"([<>]=?)\s*({_NUMBER})")
_RANGE = re.compile(rf"({_NUMBER})\s+to\s+({_NUMBER})")
_SAME = re.compile(r"~\s*0+(?:\.0*)?|equal|none")
_UNIT = re.compile(r"%|\bpoints?\b|\bpercent\b|\bpp\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """A range in which the difference of a variant to the baseline is expected.

    Attributes:
        variant: The variant's name.
        text: The expectation as the plan holds it, such as `> 0.005`.
        low: The lower end, in the metric's unit, plus is better; None where there is none.
        high: The upper end.
        is_open: True where the ends themselves do not belong to the range.
    """

    variant: str
    text: str
    low: float | None
    high: float | None
    is_open: bool

    @property
    def is_same(self) -> bool:
        """True where no difference that matters is expected."""
        return self.text == SAME


def expectation_of(variant: str, text: Any, *, relevant: float | None) -> Expectation:
    """Read what is expected of a variant.

    Args:
        variant: Its name.
        text: One of the forms `> X`, `< X`, `>= X`, `<= X`, `A to B`, `~ 0`, `equal`, `none`.
        relevant: The smallest difference worth having, which `~ 0` rests on.

    Raises:
        ConfigError: If the text has none of these forms, or its range is empty.

    Example:
        >>> expectation_of("wide", ">0.005", relevant=None)
        Expectation(variant='wide', text='> 0.005', low=0.005, high=None, is_open=True)
    """
    given = text.strip() if isinstance(text, str) else text
    if not isinstance(given, str):
        raise _unreadable(variant, given)
    if _SAME.fullmatch(given):
        return _same(variant, relevant)
    bound, span = _BOUND.fullmatch(given), _RANGE.fullmatch(given)
    if bound:
        return _bounded(variant, sign=bound[1], end=_number(variant, bound[2]))
    if span:
        return _between(variant, _number(variant, span[1]), _number(variant, span[2]))
    raise _unreadable(variant, given)


def _same(variant: str, relevant: float | None) -> Expectation:
    if relevant is None:
        raise ConfigError(
            f"expect.{variant} is no difference that matters, and nothing says which one does",
            todo="name the smallest difference worth having: metric.relevant",
        )
    return Expectation(variant=variant, text=SAME, low=-relevant, high=relevant, is_open=True)


def _bounded(variant: str, *, sign: str, end: float) -> Expectation:
    is_lower = sign.startswith(">")
    return Expectation(
        variant=variant,
        text=f"{sign} {_written(end)}",
        low=end if is_lower else None,
        high=None if is_lower else end,
        is_open=not sign.endswith("="),
    )


def _between(variant: str, low: float, high: float) -> Expectation:
    text = f"{_written(low)} to {_written(high)}"
    if low >= high:
        todo = "give a range with some width, the lower end first"
        if low > high:
            todo = f"write '{_written(high)} to {_written(low)}', the lower end first"
        raise ConfigError(f"expect.{variant} is '{text}', in which nothing can lie", todo=todo)
    return Expectation(variant=variant, text=text, low=low, high=high, is_open=False)


def _number(variant: str, text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ConfigError(
            f"expect.{variant} names {text}, which is too large for a number",
            todo="give the difference to the baseline, in the metric's unit",
        )
    return value + 0.0  # no negative zero


def _written(value: float) -> str:
    return repr(value).removesuffix(".0")


def _unreadable(variant: str, given: Any) -> ConfigError:
    todo = f"write {FORMS}: the difference to the baseline, plus is better"
    if isinstance(given, bool):
        pass
    elif isinstance(given, int | float) and math.isfinite(given):
        todo = f"say on which side: '> {given:g}' or '< {given:g}'"
    elif isinstance(given, str) and _UNIT.search(given):
        todo = (
            "give the number in the metric's unit: 0.005 where 0.5 points of a fraction are meant"
        )
    elif given in ("", None):
        todo = f"put it into quotes, such as '> 0.005' ({FORMS})"
    return ConfigError(f"expect.{variant} is {given!r}, which says no range", todo=todo)
