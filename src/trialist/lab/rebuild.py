"""The code of a run: found where it stands, or built again from what the session kept."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from trialist.lab.recorded import Recorded
from trialist.ledger.codestate import left_out_words
from trialist.ledger.facts import FactsFolder
from trialist.ledger.filedigest import digest_of_file
from trialist.ledger.git import repository_of, run_git
from trialist.values.errors import ReproduceError
from trialist.values.plan import CodeFile, Plan

_GIT_TIMEOUT_S = 120.0


@dataclass(frozen=True, slots=True, kw_only=True)
class CodePlace:
    """Where the code of a run lies.

    Attributes:
        folder: The study's folder there.
        changed: Files of the trial that are not as recorded, or not there.
        rebuilt: True where it was built again from the record.
    """

    folder: Path
    changed: tuple[str, ...] = ()
    rebuilt: bool = False


def code_here(recorded: Recorded, folder: Path | None = None) -> CodePlace | None:
    """Find the study's folder; None where its code is nowhere to be seen.

    Args:
        recorded: The run.
        folder: Where to look; None: beside the study file as it was typed, where the code stood,
            and around the store.
    """
    places = (folder,) if folder is not None else tuple(_candidates(recorded))
    found = [
        CodePlace(folder=place.resolve(), changed=changed_files(recorded.plan, place))
        for place in dict.fromkeys(places)
        if _has_code(recorded.plan, place)
    ]
    return min(found, key=lambda one: len(one.changed)) if found else None


def _candidates(recorded: Recorded) -> Iterator[Path]:
    sessions = recorded.history.sessions
    typed = Path(sessions[-1].file or "study.yaml").parent if sessions else Path()
    yield typed
    yield Path()
    yield recorded.folder.root.parent.absolute().parent / typed
    yield recorded.folder.root.parent.absolute().parent
    if recorded.facts is not None:
        yield Path(recorded.facts.read()["place"])


def _has_code(plan: Plan, place: Path) -> bool:
    return any((place / file.path).is_file() for file in plan.code)


def changed_files(plan: Plan, folder: Path) -> tuple[str, ...]:
    """Give the trial's files that are not in `folder` as the plan has them."""
    return tuple(file.path for file in plan.code if digest_in(folder, file.path) != file.digest)


def digest_in(folder: Path, name: str) -> str | None:
    """Give the SHA-256 of a file; None where it is not there."""
    path = folder / name
    return digest_of_file(path) if path.is_file() else None


def rebuild(recorded: Recorded, target: Path, *, near: Path | None, link: bool = True) -> CodePlace:
    """Build the recorded code again in a folder of its own; no repository is changed.

    Args:
        recorded: The run.
        target: An empty folder.
        near: Where its repository may be; besides the folder of the store and this one.
        link: True links the study's data into the folder.

    Raises:
        ReproduceError: If the record does not hold enough of it.
        LedgerError: If what the session kept is damaged.
    """
    if recorded.facts is None:
        raise ReproduceError(
            "this run was made by a version that kept no code, and the code here is another one",
            where=str(near or Path.cwd()),
            todo="change the code back, or run what is here: --here",
        )
    code = recorded.facts.read()["code"]
    if code["commit"] is not None:
        _check_out(code["commit"], target, recorded, near)
        _apply(recorded.facts, target)
    for name, data in recorded.facts.files().items():
        path = target / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    folder = target / code["folder"]
    folder.mkdir(parents=True, exist_ok=True)
    wrong = changed_files(recorded.plan, folder)
    if wrong:
        raise _incomplete(recorded.facts, recorded.plan, wrong)
    if near is not None and link:
        _link_data(recorded, folder, near)
    return CodePlace(folder=folder, rebuilt=True)


def empty_folder(place: Path) -> Path:
    """Make a folder, or take an empty one; give its whole path.

    Raises:
        ReproduceError: If something lies there.
    """
    place = place.resolve()
    if place.exists() and (not place.is_dir() or any(place.iterdir())):
        raise ReproduceError(
            "this folder is not empty, and nothing is overwritten",
            where=str(place),
            todo="name a folder that is not there yet",
        )
    place.mkdir(parents=True, exist_ok=True)
    return place


def _incomplete(facts: FactsFolder, plan: Plan, wrong: tuple[str, ...]) -> ReproduceError:
    missed = left_out_words(facts.read()["code"])
    because = f"; not kept: {', '.join(missed[:5])}" if missed else ""
    if plan.command is None and _is_of_notebook(plan.code):
        because = "; the trial is a function without a file of its own, as in a notebook"
    return ReproduceError(
        f"the recorded code cannot be built again: {', '.join(wrong[:5])}{because}",
        where=str(facts.root),
        todo="bring the code into this state and run it in place: --here",
    )


def _is_of_notebook(files: tuple[CodeFile, ...]) -> bool:
    return not any(file.path.endswith(".py") for file in files)


def _check_out(commit: str, target: Path, recorded: Recorded, near: Path | None) -> None:
    places = (near, Path.cwd(), recorded.folder.root)
    tops = [top for place in places if place is not None if (top := repository_of(place))]
    for top in dict.fromkeys(tops):
        if run_git(top, "cat-file", "-e", f"{commit}^{{commit}}") is not None:
            export(top, commit, target)
            return
    raise ReproduceError(
        f"the code of this run is commit {commit[:12]}, which no repository here has",
        where=str(tops[0] if tops else Path.cwd()),
        todo="fetch it (`git fetch --all`, or clone the repository and go there), or run the code "
        "that is here: --here",
    )


def export(repository: Path, commit: str, target: Path) -> None:
    """Write the files of a commit into a folder; the repository is left as it is.

    Raises:
        ReproduceError: If git does not do it.
    """
    # A worktree would leave an entry in the repository, and an archive drops what is marked so.
    with tempfile.TemporaryDirectory() as aside:
        index = {"GIT_INDEX_FILE": os.path.join(aside, "index")}  # noqa: PTH118
        read = run_git(repository, "read-tree", commit, variables=index, timeout=_GIT_TIMEOUT_S)
        words = ("checkout-index", "--all", "--force", f"--prefix={target.resolve()}/")
        done = read is not None and run_git(
            repository, *words, variables=index, timeout=_GIT_TIMEOUT_S
        )
    if done is False or done is None:
        raise ReproduceError(
            f"git could not write commit {commit[:12]} into a folder",
            where=str(repository),
            todo=f"try it yourself: `git worktree add DIR {commit[:12]}`",
        )


def _apply(facts: FactsFolder, target: Path) -> None:
    diff = facts.diff()
    if not diff:
        return
    # The folder may lie within some repository, which must not be asked.
    outside = {"GIT_CEILING_DIRECTORIES": str(target.resolve().parent)}
    words = ("apply", "--binary", "--whitespace=nowarn", "-")
    if run_git(target, *words, given=diff, variables=outside, timeout=_GIT_TIMEOUT_S) is None:
        raise ReproduceError(
            "the recorded differences do not fit the commit",
            where=str(facts.root / "git.diff"),
            todo="see `git apply --check`; a filter of the repository may change files",
        )


def _link_data(recorded: Recorded, folder: Path, near: Path) -> None:
    # What is in no commit and is no code: the data that the study names.
    named = {} if recorded.facts is None else recorded.facts.read()["data"]
    for name in named:
        link, source = folder / name, near.resolve() / name
        if source.exists() and not link.exists():
            link.parent.mkdir(parents=True, exist_ok=True)
            link.symlink_to(source, target_is_directory=source.is_dir())
