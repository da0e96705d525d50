"""What a function without a file of its own consists of, as in a notebook: its code's digests."""

from __future__ import annotations

import dis
import hashlib
import inspect
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from types import CodeType, FunctionType, MethodType, ModuleType
from typing import Any

from trialist.values.plan import CodeFile

_PLAIN = (bool, int, float, complex, str, bytes, type(None))


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionCode:
    """The code behind a function.

    Attributes:
        parts: What it consists of, with digests.
        modules: Names of other modules that it uses.
    """

    parts: tuple[CodeFile, ...]
    modules: frozenset[str]


def function_code(function: Any) -> FunctionCode:
    """Give the digests of a function and of what it uses of its own module.

    That is: functions, classes and plain values (numbers, text, tuples of them) that it names or
    encloses, and so on from there. Other values, such as lists, may change while a study runs, so
    they do not count.

    Example:
        >>> [part.path for part in function_code(lambda config, run: 0.9).parts]
        ['<lambda>']
    """
    home = getattr(function, "__module__", None)
    found: dict[str, list[str]] = {}
    modules: set[str] = set()
    seen: set[int] = set()
    waiting = [(name_of(function), function)]
    while waiting:
        name, value = waiting.pop()
        if id(value) in seen and not _is_plain(value):
            continue
        seen.add(id(value))
        found.setdefault(name, []).append(_content(value))
        for other, used in _used(value):
            if _is_plain(used) or _is_code_of(used, home):
                waiting.append((other, used))
            elif isinstance(used, ModuleType):
                modules.add(used.__name__)
            elif isinstance(module := getattr(used, "__module__", None), str):
                modules.add(module)
    parts = (CodeFile(path=name, digest=_digest(found[name])) for name in sorted(found))
    return FunctionCode(parts=tuple(parts), modules=frozenset(modules - {home}))


def name_of(function: Any) -> str:
    """Give the name that a person knows the function by."""
    return str(getattr(function, "__qualname__", type(function).__name__))


def _digest(texts: list[str]) -> str:
    return hashlib.sha256("\n".join(sorted(set(texts))).encode()).hexdigest()


def _is_code_of(value: Any, home: str | None) -> bool:
    is_own = getattr(value, "__module__", None) == home
    return isinstance(value, partial) or (is_own and isinstance(value, FunctionType | type))


def _is_plain(value: Any) -> bool:
    if isinstance(value, tuple):
        return all(_is_plain(item) for item in value)
    return isinstance(value, _PLAIN)


def _content(value: Any) -> str:
    if _is_plain(value):
        return repr(value)
    if isinstance(value, FunctionType | type):
        try:
            return inspect.getsource(value)
        except (OSError, TypeError, SyntaxError):
            pass  # typed in, or made by `exec`: there is no text to be had
    return "\n".join(_code_text(function.__code__) for function in _functions(value))


def _code_text(code: CodeType) -> str:
    """Give what a code object does, free of places and of the order within sets."""
    parts = [code.co_code.hex(), repr(code.co_names), repr(code.co_varnames)]
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            parts.append(_code_text(constant))
        elif isinstance(constant, frozenset):
            parts.append(repr(sorted(map(repr, constant))))
        else:
            parts.append(repr(constant))
    return "\n".join(parts)


def _functions(value: Any) -> Iterator[FunctionType]:
    """Give the Python functions in `value`: itself, its methods, or what it wraps."""
    if isinstance(value, FunctionType):
        yield value
    elif isinstance(value, MethodType):
        yield from _functions(value.__func__)
    elif isinstance(value, partial):
        yield from _functions(value.func)
    else:
        for member in vars(value if isinstance(value, type) else type(value)).values():
            inner = getattr(member, "fget", None) or getattr(member, "__func__", member)
            if isinstance(inner, FunctionType):
                yield inner


def _used(value: Any) -> Iterator[tuple[str, Any]]:
    if _is_plain(value):
        return
    if isinstance(value, partial):
        for name, given in [*enumerate(value.args), *value.keywords.items()]:
            yield f"{name_of(value.func)}({name})", given
    elif isinstance(value, type):
        yield from ((base.__name__, base) for base in value.__bases__)
        for name, member in vars(value).items():
            if not name.startswith("__") and _is_plain(member):
                yield f"{value.__qualname__}.{name}", member
    for function in _functions(value):
        yield from _named(function)


def _named(function: FunctionType) -> Iterator[tuple[str, Any]]:
    """Give the globals that a function names and what it encloses."""
    code, outside = function.__code__, function.__globals__
    for name in _global_names(code):
        if name in outside:
            yield name, outside[name]
    for name, cell in zip(code.co_freevars, function.__closure__ or (), strict=True):
        try:
            yield name, cell.cell_contents
        except ValueError:  # not bound yet
            continue


def _global_names(code: CodeType) -> Iterator[str]:
    for instruction in dis.get_instructions(code):
        if instruction.opname in ("LOAD_GLOBAL", "LOAD_NAME"):
            yield instruction.argval
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _global_names(constant)
