"""The options of a script, read from its text: the script is never run."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

NOT_SAID = object()
"""The default of an option that has none, or one that only running the script would tell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """An option of a script.

    Attributes:
        name: As it is written, without the two dashes; an argument without dashes as it is called.
        default: Its default; `NOT_SAID` where there is none to be read.
        line: Where it is defined.
        is_flag: True where it takes no value.
        is_positional: True for an argument without dashes.
        is_required: True where the script does not start without it.
        is_truth: True where its value is a word for true or false.
    """

    name: str
    default: Any
    line: int
    is_flag: bool = False
    is_positional: bool = False
    is_required: bool = False
    is_truth: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How a script is configured.

    Attributes:
        way: By what: `argparse`, `click`, `typer`, `fire`, `tyro`, `hydra`, `configurator`,
            `wandb`, `none`.
        style: How `{args}` writes them: `space`, `equals`, `keyvalue`.
        options: The options that could be read.
    """

    way: str
    style: str = "space"
    options: tuple[Option, ...] = ()


def options_of(tree: ast.Module) -> Options:
    """Give the options of a script: of the first way that it uses."""
    readers = (
        ("argparse", "space", _argparse),
        ("click", "space", _click),
        ("typer", "space", _typer),
        ("fire", "equals", _fire),
        ("tyro", "space", _tyro),
        ("configurator", "equals", _configurator),
        ("wandb", "space", _wandb),
    )
    for way, style, read in readers:
        found = tuple({option.name: option for option in read(tree)}.values())
        if found:
            return Options(way=way, style=style, options=found)
    if any(name.split(".")[0] == "hydra" for name in imported(tree)):
        return Options(way="hydra", style="keyvalue")
    return Options(way="none")


def imported(tree: ast.Module) -> set[str]:
    """Give the modules that a script imports."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found


def called(node: ast.AST) -> str:
    """Give the dotted name of what a call calls, such as `torch.manual_seed`."""
    if isinstance(node, ast.Call):
        return called(node.func)
    if isinstance(node, ast.Attribute):
        before = called(node.value)
        return f"{before}.{node.attr}" if before else node.attr
    return node.id if isinstance(node, ast.Name) else ""


def constant(node: ast.AST | None) -> Any:
    """Give the value that an expression says by itself; `NOT_SAID` where it has to be run."""
    if node is None:
        return NOT_SAID
    try:
        return ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return NOT_SAID


def keywords(call: ast.Call) -> dict[str, ast.expr]:
    """Give the named arguments of a call."""
    return {word.arg: word.value for word in call.keywords if word.arg is not None}


def calls(tree: ast.AST) -> Iterator[ast.Call]:
    """Give the calls of a script, in the order of its lines."""
    found = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    yield from sorted(found, key=lambda call: (call.lineno, call.col_offset))


def _argparse(tree: ast.Module) -> Iterator[Option]:
    for call in calls(tree):
        if called(call).rpartition(".")[2] != "add_argument":
            continue
        names = _texts(call)
        if names:
            yield _option(names, call, default=keywords(call).get("default"))


def _click(tree: ast.Module) -> Iterator[Option]:
    for call in calls(tree):
        if called(call) in ("click.option", "click.argument", "option", "argument"):
            names = [name.partition("/")[0] for name in _texts(call)]
            if names and (names[0].startswith("-") or "argument" in called(call)):
                yield _option(names, call, default=keywords(call).get("default"))


def _option(names: list[str], call: ast.Call, *, default: ast.expr | None) -> Option:
    said = keywords(call)
    long = [name for name in names if name.startswith("--")]
    dashed = long or [name for name in names if name.startswith("-")]
    action = constant(said.get("action"))
    is_flag = action in ("store_true", "store_false") or constant(said.get("is_flag")) is True
    value = constant(default)
    if is_flag:
        value = False
    elif action is not NOT_SAID and action != "store":
        value = NOT_SAID  # append, count, version: not said twice
    return Option(
        name=dashed[0].removeprefix("--") if dashed else names[0],
        default=None if default is None and not is_flag else value,
        line=call.lineno,
        is_flag=is_flag,
        is_positional=not dashed,
        is_required=constant(said.get("required")) is True,
        is_truth="bool" in called(said.get("type", ast.Constant(value=0)))
        or "BooleanOptional" in called(said.get("action", ast.Constant(value=0))),
    )


def _texts(call: ast.Call) -> list[str]:
    found = [constant(word) for word in call.args]
    return [word for word in found if isinstance(word, str)]


def _typer(tree: ast.Module) -> Iterator[Option]:
    if "typer" not in imported(tree):
        return
    for function in _functions(tree):
        is_command = any("command" in called(one) for one in function.decorator_list)
        if is_command or _is_given_to(tree, "typer.run", function.name):
            yield from _parameters(function, "-")


def _fire(tree: ast.Module) -> Iterator[Option]:
    for function in _functions(tree):
        if _is_given_to(tree, "fire.Fire", function.name):
            yield from _parameters(function, "_")


def _tyro(tree: ast.Module) -> Iterator[Option]:
    for function in _functions(tree):
        if _is_given_to(tree, "tyro.cli", function.name):
            yield from _parameters(function, "-")
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef) and _is_given_to(tree, "tyro.cli", node.name):
            for line in node.body:
                if isinstance(line, ast.AnnAssign) and isinstance(line.target, ast.Name):
                    yield _typed(line.target.id, line.annotation, line.value, line.lineno, "-")


def _functions(tree: ast.Module) -> Iterator[ast.FunctionDef]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def _is_given_to(tree: ast.Module, what: str, name: str) -> bool:
    return any(
        called(call) == what and any(isinstance(a, ast.Name) and a.id == name for a in call.args)
        for call in calls(tree)
    )


def _parameters(function: ast.FunctionDef, dash: str) -> Iterator[Option]:
    given = function.args
    plain = [*given.posonlyargs, *given.args]
    defaults = [None] * (len(plain) - len(given.defaults)) + list(given.defaults)
    both = [*zip(plain, defaults, strict=True), *zip(given.kwonlyargs, given.kw_defaults,
                                                     strict=True)]  # fmt: skip
    for one, default in both:
        value = default
        if isinstance(default, ast.Call):  # typer.Option(0.1, ...)
            value = default.args[0] if default.args else None
        yield _typed(one.arg, one.annotation, value, one.lineno, dash)


def _typed(
    name: str, kind: ast.expr | None, value: ast.expr | None, line: int, dash: str
) -> Option:
    default = constant(value)
    is_truth = isinstance(default, bool) or (isinstance(kind, ast.Name) and kind.id == "bool")
    return Option(
        name=name.replace("_", dash),
        default=default,
        line=line,
        is_required=value is None,
        is_flag=default is False and dash == "-",
        is_truth=is_truth and default is not False and dash == "-",
    )


def _configurator(tree: ast.Module) -> Iterator[Option]:
    """Give the settings above a line that lets the command line overwrite the script's globals."""
    at = [
        call.lineno for call in calls(tree) if called(call) == "exec" and "open" in ast.dump(call)
    ]
    for line in tree.body if at else ():
        if isinstance(line, ast.Assign) and line.lineno < at[0] and len(line.targets) == 1:
            target, value = line.targets[0], constant(line.value)
            if isinstance(target, ast.Name) and isinstance(value, (bool, int, float, str)):
                yield Option(name=target.id, default=value, line=line.lineno)


def _wandb(tree: ast.Module) -> Iterator[Option]:
    """Give the configuration that a script hands to W&B, of which a sweep may change each key."""
    for call in calls(tree):
        given = constant(keywords(call).get("config")) if called(call) == "wandb.init" else None
        for name, default in given.items() if isinstance(given, dict) else ():
            yield Option(name=str(name), default=default, line=call.lineno)
