"""From a study to what can be run: the trial's source, its code's digests, the plan."""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Collection
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from trialist.design.extension import Extended
from trialist.execute.load import TrialSource
from trialist.lab.earlier import prior_from
from trialist.lab.followup import FollowUp
from trialist.lab.functioncode import function_code, name_of
from trialist.lab.round import refuse_unfair
from trialist.lab.sealing import with_seal
from trialist.ledger.code import project_code
from trialist.ledger.commandcode import command_code
from trialist.values.canonical import canonical_json
from trialist.values.command import Command
from trialist.values.errors import ConfigError, Mistake
from trialist.values.plan import CodeFile, Plan
from trialist.values.prior import Lender
from trialist.values.study import Study

PRELOADED = ("torch", "torch._dynamo", "numpy")
"""Imported once in the fork server, where the trial's code uses them. The first optimizer imports
`torch._dynamo`, which takes about two seconds."""

_WITHOUT_TORCH = {"numpy", "scipy", "sklearn", "pandas", "matplotlib", "tqdm", "trialist"}


Before = tuple[FollowUp | None, Extended | None]
"""What a study follows up, and whose searches it goes on from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A study, ready to be registered.

    Attributes:
        study: As it was given.
        plan: What will be registered.
        source: Where workers import the trial from; None for a function that cannot be imported.
        function: The function itself, where `source` is None.
        preload: Modules worth importing before forking.
        may_be_task: False where the trial cannot be a `trialist.train.Task`.
        follow: What the study follows up; None for one that begins anew.
        lent: The studies of the store whose noise the plan's prior comes from.
        extended: The searches that the study goes on from; None where it begins anew.
    """

    study: Study
    plan: Plan
    source: TrialSource | None
    function: Callable[..., Any] | None
    preload: tuple[str, ...]
    may_be_task: bool = False
    follow: FollowUp | None = None
    lent: tuple[Lender, ...] = ()
    extended: Extended | None = None


def prepare(
    study: Study, *, follow: FollowUp | None = None, extended: Extended | None = None
) -> Prepared:
    """Make the plan of `study`; nothing is imported or run.

    Args:
        study: The study.
        follow: What it follows up, as the store has it.
        extended: The searches that it goes on from, as the store has them.

    Raises:
        ConfigError: If the configuration is not plain data, or a follow-up is none.
        TableError: If the history of spreads cannot be read.
        InsufficientDataError: If that history is too short.
        TrialLoadError: If there is no file for the trial.
    """
    _check_plain(study)
    if study.script is not None:
        return _prepared_command(study, study.script, (follow, extended))
    function = study.trial if callable(study.trial) else None
    source = (
        TrialSource.of_function(function, study.folder)
        if function is not None
        else TrialSource.parse(str(study.trial), study.folder)
    )
    if source is None:
        parts = _code_of_function(function, study.folder)
        plan = _plan(study, parts, name_of(function), (follow, extended))
        return Prepared(
            study=study,
            plan=plan,
            source=None,
            function=function,
            preload=(),
            may_be_task=_is_task(function),
            follow=follow,
            extended=extended,
        )
    code = project_code(source.start, folder=source.folder)
    preload = preloads(code.imports)
    plan = _plan(study, code.files, source.text, (follow, extended))
    return Prepared(
        study=study,
        plan=plan,
        source=source,
        function=None,
        preload=preload,
        may_be_task="trialist" in code.imports and not _is_defined(source),
        follow=follow,
        extended=extended,
    )


def _is_task(function: Callable[..., Any] | None) -> bool:
    made = sys.modules.get("trialist.train.task")
    return made is not None and isinstance(function, made.Task)


def _is_defined(source: TrialSource) -> bool:
    """Tell whether the trial's file has it as a function or a class."""
    try:
        body = ast.parse(source.start.read_bytes()).body
    except (SyntaxError, ValueError):
        return False
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    return any(isinstance(one, kinds) and one.name == source.function for one in body)


def _prepared_command(study: Study, command: Command, before: Before) -> Prepared:
    from trialist.design.commandspace import searched_command_problems
    from trialist.design.document import dotted
    from trialist.design.scripttext import script_text
    from trialist.design.searchsettings import with_steps

    problems = searched_command_problems(
        command,
        config=with_steps(study.budget, study.config),
        changes=study.variants,
        space=study.space,
        scripts=script_text(command, study.folder),
    )
    if problems:
        raise ConfigError.of(
            [Mistake(message=one.message, where=dotted(one.place), todo=one.todo)
             for one in problems]
        )  # fmt: skip
    source = TrialSource.of_command(command, study.folder)
    code = command_code(command, source.folder)
    plan = _plan(study, code.files, source.text, before)
    return Prepared(
        study=study,
        plan=plan,
        source=source,
        function=None,
        preload=(),
        follow=before[0],
        extended=before[1],
    )


def _plan(study: Study, code: tuple[CodeFile, ...], trial: str, before: Before) -> Plan:
    from trialist.design.extension import measured_alike

    plan = with_seal(_judged_plan(study, code, trial, before), study)
    return plan if before[1] is None else measured_alike(plan, before[1])


def _judged_plan(study: Study, code: tuple[CodeFile, ...], trial: str, before: Before) -> Plan:
    follow, extended = before
    from trialist.design.followup import follow_up_mistakes
    from trialist.design.protocol import build_plan

    prior = None
    if study.history is not None:
        prior = prior_from(study.history, metric=study.metric.name, folder=study.folder)
    if follow is None:
        plan = build_plan(study, code=code, trial=trial, prior=prior, extended=extended)
        refuse_unfair(study, plan)
        return plan
    plan = build_plan(
        study,
        code=code,
        trial=trial,
        prior=prior,
        parent=follow.parent,
        first_seed=follow.first_seed,
        extended=extended,
    )
    refuse_unfair(study, plan)
    if follow.plan is not None:
        mistakes = follow_up_mistakes(plan, follow.plan, used=follow.used)
        if mistakes:
            raise ConfigError.of(mistakes)
    return plan


def preloads(imports: Collection[str]) -> tuple[str, ...]:
    """Give the modules worth importing before forking, where the trial's code imports `imports`."""
    return tuple(name for name in PRELOADED if _is_used(name, imports) and _is_there(name))


def _is_used(module: str, imports: Collection[str]) -> bool:
    if module in imports:
        return True
    # A framework may import torch late, and torch has to be there when a run is seeded.
    return module != "numpy" and bool(set(imports) - set(sys.stdlib_module_names) - _WITHOUT_TORCH)


def _is_there(module: str) -> bool:
    return find_spec(module.partition(".")[0]) is not None


def _check_plain(study: Study) -> None:
    for name, config in (("config", study.config), *study.variants.items()):
        try:
            canonical_json(config)
        except (TypeError, ValueError) as error:
            raise ConfigError(
                f"the configuration is not plain data: {error}",
                where=name,
                todo="use numbers, strings, booleans, None, lists and mappings with string keys",
            ) from error


def _code_of_function(function: Callable[..., Any] | None, folder: Path) -> tuple[CodeFile, ...]:
    """Give the code of a function without a file of its own, and of the project's files it uses."""
    found = function_code(function)
    files = {part.path: part for part in found.parts}
    for name in sorted(found.modules):
        path = Path(getattr(sys.modules.get(name), "__file__", None) or "")
        if path.suffix == ".py" and path.is_file() and _is_in_project(path, folder):
            code = project_code(path, folder=folder)
            files.update((file.path, file) for file in code.files)
    return tuple(files[path] for path in sorted(files))


def _is_in_project(path: Path, folder: Path) -> bool:
    path = path.resolve()
    installed = {"site-packages", "dist-packages"} & set(path.parts)
    return path.is_relative_to(folder.resolve()) and not installed
