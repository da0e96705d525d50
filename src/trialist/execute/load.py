"""Finding and importing the user's trial function, by file and name, without its `__main__`."""

from __future__ import annotations

import importlib
import importlib.util
import inspect
import os
import sys
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from trialist.execute.bykeyword import as_trial
from trialist.values.command import Command
from trialist.values.errors import TrialLoadError, near

_PACKAGE = str(Path(__file__).parent.parent)
LOADING = "TRIALIST_LOADING"
"""Set while a worker imports the user's file: a study must not start another one there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialSource:
    """Where a trial function comes from.

    Attributes:
        text: As the plan names it, for example `train.py:train`.
        file: Its file, where it is named by file.
        module: Its module, where it is named by module.
        function: Its name in there.
        folder: The study's folder.
        command: The program that is run in place of a function.
    """

    text: str
    file: Path | None
    module: str | None
    function: str
    folder: Path
    command: Command | None = None

    @classmethod
    def of_command(cls, command: Command, folder: Path) -> TrialSource:
        """Give a command as the source of a trial."""
        return cls(
            text=command.template,
            file=None,
            module=None,
            function="",
            folder=folder.resolve(),
            command=command,
        )

    @classmethod
    def parse(cls, text: str, folder: Path) -> TrialSource:
        """Read `file.py:function` or `package.module:function`."""
        place, _, function = text.rpartition(":")
        if not place or not function:
            raise TrialLoadError(f"trial {text!r} names no function", todo="write file.py:function")
        is_file = place.endswith(".py")
        return cls(
            text=text,
            file=(folder / place).resolve() if is_file else None,
            module=None if is_file else place,
            function=function,
            folder=folder.resolve(),
        )

    @classmethod
    def of_function(cls, function: Callable[..., Any], folder: Path) -> TrialSource | None:
        """Give where a Python function can be imported from; None where it cannot be.

        Functions of a notebook, of a shell, inside another function, and lambdas cannot. An object
        that can be called, such as a `trialist.train.Task`, can where a module has it by name.
        """
        try:
            path = Path(inspect.getsourcefile(function) or "")
            name = getattr(function, "__qualname__", "")
        except TypeError:
            path, name = _bound(function)
        if not name.isidentifier() or not path.is_file() or path.suffix != ".py":
            return None
        place = Path(os.path.relpath(path.resolve(), folder.resolve())).as_posix()
        return cls(
            text=f"{place}:{name}",
            file=path.resolve(),
            module=None,
            function=name,
            folder=folder.resolve(),
        )

    def to_dict(self) -> dict[str, Any]:
        """Give the source as plain data, for another process."""
        return {
            "text": self.text,
            "file": str(self.file) if self.file else None,
            "module": self.module,
            "function": self.function,
            "folder": str(self.folder),
            "command": self.command.to_dict() if self.command else None,
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> TrialSource:
        """Give the source back from plain data."""
        return cls(
            text=data["text"],
            file=Path(data["file"]) if data["file"] else None,
            module=data["module"],
            function=data["function"],
            folder=Path(data["folder"]),
            command=Command.from_dict(data["command"]) if data.get("command") else None,
        )

    @property
    def place(self) -> Path:
        """Where the trial is: its function's file, or the folder of a command."""
        return self.folder if self.command is not None else self.start

    @property
    def start(self) -> Path:
        """The file that holds the function.

        Raises:
            TrialLoadError: If there is no such file.
        """
        found = self.file or self._file_of_module()
        if found is None or not found.is_file():
            raise TrialLoadError(
                f"there is no file for the trial {self.text!r}",
                where=str(found or self.folder),
                todo="name it from the study file's folder, as file.py:function",
            )
        return found

    def _file_of_module(self) -> Path | None:
        parts = (self.module or "").split(".")
        for root in (self.folder, *(Path(entry) for entry in sys.path if entry)):
            base = root.joinpath(*parts)
            for candidate in (base.with_suffix(".py"), base / "__init__.py"):
                if candidate.is_file():
                    return candidate
        return None


def _bound(thing: Any) -> tuple[Path, str]:
    """Give the file and the name under which a module has a thing; nothing where none has."""
    for module in list(sys.modules.values()):
        file = getattr(module, "__file__", None)
        if file and not module.__name__.startswith("trialist."):
            for name, value in list(vars(module).items()):
                if value is thing:
                    return Path(file), name
    return Path(), ""


def load_function(source: TrialSource) -> Callable[..., Any]:
    """Import the module of `source` and give its function.

    Raises:
        TrialLoadError: If the import fails, or the function is not there or not callable.
    """
    if source.command is not None:
        from trialist.execute.command.runner import command_trial

        return command_trial(source.command, source.folder)
    os.environ[LOADING] = "1"
    # A cache that is as long and as old, to the second, as an edited file would hide the edit.
    writes, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    try:
        module = _module(source)
    except TrialLoadError:
        raise
    except BaseException as error:  # the user's module may do anything, even exit
        raise _import_failed(source, error) from error
    finally:
        sys.dont_write_bytecode = writes
        os.environ.pop(LOADING, None)
    return as_trial(_function_in(module, source))


def _module(source: TrialSource) -> ModuleType:
    for folder in (source.folder, *((source.file.parent,) if source.file else ())):
        if str(folder) not in sys.path:
            sys.path.insert(0, str(folder))
    if source.file is None:
        return importlib.import_module(source.module or "")
    name = source.file.stem
    spec = importlib.util.spec_from_file_location(name, source.start)
    if spec is None or spec.loader is None:
        raise TrialLoadError(
            f"{source.file} is not a Python file",
            where=str(source.file),
            todo="name a file that ends in .py: trial: train.py:train",
        )
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def _import_failed(source: TrialSource, error: BaseException) -> TrialLoadError:
    frames = traceback.extract_tb(error.__traceback__)
    own = [
        frame
        for frame in frames
        if "importlib" not in frame.filename and not frame.filename.startswith(_PACKAGE)
    ]
    where = f"{own[-1].filename}:{own[-1].lineno}" if own else str(source.file or source.folder)
    if isinstance(error, SyntaxError) and error.filename:
        where = f"{error.filename}:{error.lineno}"
    todo = f"`python {source.file or source.module}` must run without an error"
    if isinstance(error, ModuleNotFoundError) and error.name:
        todo = f"install '{error.name}' into this environment, or correct the import"
    return TrialLoadError(
        f"importing {source.text.rpartition(':')[0]} raised {type(error).__name__}: {error}",
        where=where,
        todo=todo,
    )


def _function_in(module: ModuleType, source: TrialSource) -> Callable[..., Any]:
    found: Any = module
    for name in source.function.split("."):  # a task's own method: task.tested
        found = getattr(found, name, None)
    if callable(found):
        return found  # type: ignore[no-any-return]  # callable() cannot say more
    if found is not None:
        raise TrialLoadError(
            f"{source.function!r} is {type(found).__name__}, not a function",
            where=str(module.__file__),
            todo="name a function f(config, run)",
        )
    names = [
        name
        for name, value in vars(module).items()
        if callable(value) and getattr(value, "__module__", None) == module.__name__
    ]
    raise TrialLoadError(
        f"there is no function {source.function!r} in {source.text.rpartition(':')[0]}",
        where=str(module.__file__),
        todo=near(source.function, names) if names else "the file defines no function",
    )
