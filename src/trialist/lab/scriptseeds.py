"""How a script seeds itself, read from its text."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from trialist.lab.scriptoptions import NOT_SAID, Option, called, calls, constant, keywords

_SEEDS = (
    *("manual_seed", "manual_seed_all", "seed_all", "seed_everything", "set_seed", "seed_torch"),
    *("set_random_seed", "default_rng", "RandomState", "PRNGKey"),
)
_SEEDS_BY_MODULE = ("random.seed", "np.random.seed", "numpy.random.seed", "tf.random.set_seed")
_OPTION = re.compile(r"(?:manual|random|rng|init|torch|numpy|global)?[-_]?seed", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class SeedUse:
    """A place where a script seeds something.

    Attributes:
        line: Where.
        text: What stands there.
        is_fixed: True where the seed is a number of the script's own.
        is_part: True where only a part depends on it: the choice of examples, a private generator.
    """

    line: int
    text: str
    is_fixed: bool
    is_part: bool = False


def seed_option(options: Sequence[Option]) -> Option | None:
    """Give the option that takes the seed."""
    return next((option for option in options if _OPTION.fullmatch(option.name)), None)


def seeds_of(tree: ast.Module) -> tuple[SeedUse, ...]:
    """Give where a script seeds itself, with what stands in it or with what comes from outside."""
    return tuple(_uses(tree))


def _uses(tree: ast.Module) -> Iterator[SeedUse]:
    known = _constants(tree)
    for call in calls(tree):
        name = called(call)
        is_seeding = name in _SEEDS_BY_MODULE or name.rpartition(".")[2] in _SEEDS
        said = keywords(call)
        given = call.args[0] if call.args else said.get("seed")
        if is_seeding and given is not None:
            yield SeedUse(
                line=call.lineno,
                text=f"{name}({ast.unparse(given)})",
                is_fixed=_is_fixed(given, known),
                is_part=name.endswith(".manual_seed") and not name.startswith("torch."),
            )
        state = said.get("random_state")
        if state is not None and _is_number(state) and _is_fixed(state, known):
            text = f"{name}(..., random_state={ast.unparse(state)})"
            is_part = "split" in name.lower()
            yield SeedUse(line=call.lineno, text=text, is_fixed=True, is_part=is_part)


def _is_number(node: ast.expr) -> bool:
    return constant(node) is not None


def _is_fixed(node: ast.expr, known: dict[str, Any]) -> bool:
    """Tell whether an expression is made of numbers of the script's own only."""
    parts = [part for part in ast.walk(node) if isinstance(part, (ast.Name, ast.Attribute))]
    names = [part.id for part in parts if isinstance(part, ast.Name)]
    if len(names) < len(parts) or any(isinstance(part, ast.Call) for part in ast.walk(node)):
        return False
    has_number = any(isinstance(part, ast.Constant) for part in ast.walk(node))
    if not names:
        return has_number
    return all(name in known for name in names)


def _constants(tree: ast.Module) -> dict[str, Any]:
    """Give the names that are only ever set to numbers that the script itself says."""
    found: dict[str, Any] = {}
    others: set[str] = set()
    for node in ast.walk(tree):
        if not isinstance(node, ast.Assign):
            continue
        for target in node.targets:
            for name in _names(target):
                value = constant(node.value)
                if isinstance(value, (int, float)):
                    found[name] = value
                elif value is NOT_SAID and not _from_rank(node.value):
                    others.add(name)
    return {name: value for name, value in found.items() if name not in others}


def _from_rank(node: ast.expr) -> bool:
    # `seed_offset = ddp_rank`: another process of one run, not another run
    return "rank" in ast.unparse(node).lower()


def _names(target: ast.expr) -> Iterator[str]:
    for node in ast.walk(target):
        if isinstance(node, ast.Name):
            yield node.id
