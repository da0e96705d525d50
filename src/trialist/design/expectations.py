"""What a study expects of its variants, read against the variants that it has."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from trialist.design.hints import hint
from trialist.values.errors import ConfigError
from trialist.values.expectation import Expectation, expectation_of


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectProblem:
    """What is wrong with an expectation.

    Attributes:
        variant: The variant that it names.
        message: What is wrong.
        todo: What to do.
        of_key: True where the name is at fault, not what is expected of it.
    """

    variant: str
    message: str
    todo: str | None
    of_key: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """The expectations of a study, in the order of its variants, and what is wrong with others."""

    expectations: tuple[Expectation, ...]
    problems: tuple[ExpectProblem, ...]


def expectations_of(
    expect: Mapping[str, Any],
    *,
    variants: Collection[str] | None,
    baseline: str | None,
    relevant: float | None,
) -> Expected:
    """Read the expectations of a study.

    The order in which they are written means nothing, so that it does not change a plan.

    Args:
        expect: What is expected, by variant.
        variants: All variants in order, also those that `ablate` makes; None where they are not
            known, because something is wrong with them.
        baseline: The variant that the others are compared with.
        relevant: The smallest difference worth having, if the study names one.
    """
    found: dict[str, Expectation] = {}
    problems: list[ExpectProblem] = []
    for name, text in expect.items():
        if variants is not None and (name not in variants or name == baseline):
            problems.append(_not_compared(name, variants, baseline))
            continue
        try:
            found[name] = expectation_of(name, text, relevant=relevant)
        except ConfigError as error:
            mistake = error.mistakes[0]
            problems.append(ExpectProblem(variant=name, message=mistake.message, todo=mistake.todo))
    order = list(variants or sorted(found))
    return Expected(
        expectations=tuple(found[name] for name in order if name in found),
        problems=tuple(problems),
    )


def _not_compared(name: str, variants: Collection[str], baseline: str | None) -> ExpectProblem:
    candidates = [one for one in variants if one != baseline]
    nothing = "the study compares nothing: leave expect out"
    if name == baseline:
        message = f"expect names '{name}', the baseline, which differs from itself by nothing"
        todo = hint(name, candidates, nothing=nothing)
        return ExpectProblem(variant=name, message=message, todo=todo, of_key=True)
    message = f"expect names '{name}', which is not a variant"
    todo = hint(name, candidates, nothing=nothing)
    return ExpectProblem(variant=name, message=message, todo=todo, of_key=True)
