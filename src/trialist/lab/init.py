"""`trialist init`: a study that runs, or one for a script; nothing is ever overwritten."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from trialist.lab.proposal import Proposal, propose
from trialist.values.errors import ConfigError

EXAMPLE = ("study.yaml", "train.py")
STUDY = "study.yaml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposed:
    """What was written for a script.

    Attributes:
        path: The study file.
        proposal: What was read, and what a person has to decide.
    """

    path: Path
    proposal: Proposal


def init(folder: str | Path = ".") -> tuple[Path, ...]:
    """Write the example study: does dropout help a small network on digits?

    Args:
        folder: Where to; made if it is not there.

    Returns:
        The files, in the order in which one reads them.

    Raises:
        ConfigError: If one of the files is there already; then none is written.
    """
    place = Path(folder)
    for name in EXAMPLE:
        if (place / name).exists():
            raise ConfigError(
                f"{name} is there already, and nothing is overwritten",
                where=str(place / name),
                todo="go to an empty folder, or run what is there: `trialist run study.yaml`",
            )
    place.mkdir(parents=True, exist_ok=True)
    source = files("trialist.lab") / "example"
    for name in EXAMPLE:
        (place / name).write_text((source / name).read_text(encoding="utf-8"), encoding="utf-8")
    return tuple(place / name for name in EXAMPLE)


def init_script(script: str | Path, *, space: str | None = None, trials: int = 32) -> Proposed:
    """Write a study for a script, `study.yaml` beside it; the script is read and never run.

    Args:
        script: A Python file.
        space: The optimizer whose parameters are tuned, such as adamw; None: nothing is tuned.
        trials: Trials of that search.

    Raises:
        ConfigError: If it is no Python, a study file is there already, nobody knows the optimizer,
            or the script has no option for its parameters; then none is written.
    """
    from trialist.design.advice import suggest_space

    suggested = None if space is None else suggest_space(space, trials=trials)
    path = Path(script)
    text = _text_of(path)
    study = path.parent / STUDY
    if study.exists():
        raise ConfigError(
            f"{STUDY} is there already, and nothing is overwritten",
            where=str(study),
            todo=f"move it to another name, or run it: trialist run {study}",
        )
    proposal = propose(path.name, text, space=suggested)
    with study.open("x", encoding="utf-8") as file:
        file.write(proposal.study)
    return Proposed(path=study, proposal=proposal)


def _text_of(path: Path) -> str:
    todo = "name a Python script: trialist init train.py"
    if path.suffix != ".py":  # many a text is Python by chance, a single word for instance
        raise ConfigError(f"{path.name} is no Python by its name", where=f"{path}:1", todo=todo)
    try:
        text = path.read_text(encoding="utf-8-sig")
        ast.parse(text)
    except FileNotFoundError as error:
        raise ConfigError(f"there is no {path.name}", where=str(path), todo=todo) from error
    except SyntaxError as error:
        raise ConfigError(
            f"this is no Python: {error.msg}", where=f"{path}:{error.lineno or 1}", todo=todo
        ) from error
    except ValueError as error:  # not text at all
        raise ConfigError(f"this is no Python: {error}", where=f"{path}:1", todo=todo) from error
    return text
