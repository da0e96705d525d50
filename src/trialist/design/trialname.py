"""The `trial` of a study file: does the file hold the function? Read as text, never imported."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from trialist.design.hints import hint, nearest
from trialist.values.errors import Mistake

_MODULE = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*")
_BLOCKS = (ast.If, ast.Try, ast.TryStar, ast.With, ast.For, ast.While)


@dataclass(slots=True, kw_only=True)
class TopLevel:
    """What a file defines at its top level.

    Attributes:
        lines: The line of each name.
        functions: The functions among them.
        open_ended: True where names can come from elsewhere (a star import, `__getattr__`).
    """

    lines: dict[str, int] = field(default_factory=dict)
    functions: dict[str, ast.FunctionDef] = field(default_factory=dict)
    open_ended: bool = False


def trial_mistakes(
    trial: str, folder: Path, where: str, *, config: Collection[str] = ()
) -> list[Mistake]:
    """Give what is wrong with `file.py:function` or `package.module:function`.

    Args:
        trial: As the study names it.
        folder: The study file's folder.
        where: The place of the name, for mistakes about the name itself.
        config: The keys of the configuration: a function that has a parameter `seed` gets them by
            keyword.
    """
    place, _, function = trial.rpartition(":")
    if not place or not function.isidentifier():
        return [_no_function(trial, folder, where)]
    if place.endswith(".py"):
        path = folder / place
        if not _is_there(path):
            return [_no_file(place, function, folder, where)]
        return _function_mistakes(path, place, function, where, config)
    if not _MODULE.fullmatch(place):
        return [_no_function(trial, folder, where)]
    path = folder.joinpath(*place.split(".")).with_suffix(".py")
    # A module that is not in the folder may be installed: only the run itself can tell.
    if not _is_there(path):
        return []
    return _function_mistakes(path, place, function, where, config)


def _function_mistakes(
    path: Path, place: str, function: str, where: str, config: Collection[str]
) -> list[Mistake]:
    try:
        top = top_level(path.read_bytes())
    except OSError as error:
        message = f"{place} cannot be read: {error.strerror}"
        return [Mistake(message=message, where=where, todo=f"check the rights of {path}")]
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        line = getattr(error, "lineno", None) or 1
        said = getattr(error, "msg", None) or str(error)
        return [
            Mistake(
                message=f"{place} is not Python: {said}",
                where=f"{path}:{line}",
                todo=f"`python {place}` must run without an error",
            )
        ]
    if function in top.functions:
        found = top.functions[function]
        begins = [one.arg for one in (*found.args.posonlyargs, *found.args.args)][:2]
        is_trial = begins[:1] == ["config"] or begins[1:] == ["run"]
        if "seed" in _parameters(found) and not is_trial:
            return _keyword_mistakes(found, path, place, config)
        return _signature_mistakes(found, path, place)
    if function in top.lines or top.open_ended:
        return []
    return [_not_defined(function, top, place, path, where)]


def top_level(source: bytes) -> TopLevel:
    """Give what Python source defines at its top level.

    Raises:
        SyntaxError: If it is no Python.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # odd escapes in the user's strings are not our matter
        tree = ast.parse(source)
    top = TopLevel()
    for statement in _statements(tree.body):
        _note(statement, top)
    top.open_ended = top.open_ended or "__getattr__" in top.lines
    return top


def _statements(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    for statement in body:
        yield statement
        if isinstance(statement, _BLOCKS):
            for part in ("body", "orelse", "finalbody"):
                yield from _statements(getattr(statement, part, []))
            for handler in getattr(statement, "handlers", []):
                yield from _statements(handler.body)


def _note(statement: ast.stmt, top: TopLevel) -> None:
    top.functions.pop(getattr(statement, "name", ""), None)
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        top.lines[statement.name] = statement.lineno
        if isinstance(statement, ast.FunctionDef) and not statement.decorator_list:
            top.functions[statement.name] = statement
    elif isinstance(statement, ast.Import | ast.ImportFrom):
        for alias in statement.names:
            top.open_ended = top.open_ended or alias.name == "*"
            _assigned(alias.asname or alias.name.split(".")[0], statement, top)
    else:
        for node in _targets(statement):
            _assigned(node.id, statement, top)


def _targets(statement: ast.stmt) -> Iterator[ast.Name]:
    # A block's own statements come by themselves; of the block only its head counts here.
    heads = ("targets", "target", "items", "value", "test")
    for head in heads:
        found = getattr(statement, head, None)
        for part in found if isinstance(found, list) else [found]:
            if isinstance(part, ast.AST):
                for node in ast.walk(part):
                    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                        yield node


def _assigned(name: str, statement: ast.stmt, top: TopLevel) -> None:
    top.lines[name] = statement.lineno
    top.functions.pop(name, None)


def _signature_mistakes(found: ast.FunctionDef, path: Path, place: str) -> list[Mistake]:
    arguments = found.args
    positional = [*arguments.posonlyargs, *arguments.args]
    required = len(positional) - len(arguments.defaults)
    needs_more = any(default is None for default in arguments.kw_defaults)
    enough = len(positional) >= 2 or arguments.vararg is not None
    if enough and required <= 2 and not needs_more:
        return []
    names = ", ".join(argument.arg for argument in (*positional, *arguments.kwonlyargs))
    return [
        Mistake(
            message=f"{found.name}({names}) in {place} cannot be called as a trial",
            where=f"{path}:{found.lineno}",
            todo=f"write def {found.name}(config, run): a trial gets just these two; one with a "
            "parameter called seed gets the keys of config by keyword",
        )
    ]


def _parameters(found: ast.FunctionDef) -> list[str]:
    arguments = found.args
    return [one.arg for one in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)]


def _keyword_mistakes(
    found: ast.FunctionDef, path: Path, place: str, config: Collection[str]
) -> list[Mistake]:
    names, arguments = _parameters(found), found.args
    keywords = zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
    positional = [*arguments.posonlyargs, *arguments.args]
    required = positional[: len(positional) - len(arguments.defaults)]
    needed = [one.arg for one in required] + [one.arg for one, has in keywords if has is None]
    given = {*config, "seed", "run"}
    lacking = [name for name in needed if name not in given]
    unknown = [name for name in config if name not in names and arguments.kwarg is None]
    called = f"{found.name}({', '.join(names)}) in {place}"
    where = f"{path}:{found.lineno}"
    return [
        Mistake(
            message=f"{called} needs '{name}', which is not a key of config",
            where=where,
            todo=f"add {name} to config, or give the parameter a default",
        )
        for name in lacking
    ] + [
        Mistake(
            message=f"{called} has no parameter for config.{name}",
            where=where,
            todo=hint(name, names, nothing="") + "; or take **settings",
        )
        for name in unknown
    ]


def _not_defined(function: str, top: TopLevel, place: str, path: Path, where: str) -> Mistake:
    names = [name for name in top.functions if not name.startswith("_")] or list(top.functions)
    close = nearest(function, names)
    if close is not None:
        todo = f"did you mean '{close}' ({path}:{top.lines[close]})?"
    else:
        todo = hint(function, names, nothing=f"write def {function}(config, run): in {path}")
    return Mistake(message=f"{place} has no function '{function}'", where=where, todo=todo)


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):  # a name that no file can have, such as one of 300 letters
        return False


def _no_file(place: str, function: str, folder: Path, where: str) -> Mistake:
    around = Path(place).parent
    inside = folder / around
    found: list[str] = []
    if _is_there(inside):
        found = sorted((around / entry.name).as_posix() for entry in inside.glob("*.py"))
    todo = hint(place, found, nothing=f"write {folder / place} with def {function}(config, run):")
    return Mistake(
        message=f"there is no file '{place}' (seen from the study file)", where=where, todo=todo
    )


def _no_function(trial: str, folder: Path, where: str) -> Mistake:
    file = trial.rpartition(":")[0] or trial
    todo = "write file.py:function or package.module:function"
    path = folder / file
    if file.endswith(".py") and _is_there(path):
        try:
            names = list(top_level(path.read_bytes()).functions)
        except (OSError, SyntaxError, ValueError, RecursionError, MemoryError):
            names = []
        public = [name for name in names if not name.startswith("_")]
        if public:
            likely = nearest("train", public) or public[0]
            todo = f"name a function of the file, such as {file}:{likely}"
    return Mistake(
        message=f"trial is {trial!r}, expected a function in a file: file.py:function",
        where=where,
        todo=todo,
    )
