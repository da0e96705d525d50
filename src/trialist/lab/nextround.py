"""`trialist next`: what to do after a study, and the study file of the next round."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from trialist.lab.adopt import adoptions_in
from trialist.lab.baselines import history_for, line_of, round_of
from trialist.lab.importances import needless_of
from trialist.lab.registration import history_of
from trialist.lab.report import result_from_store
from trialist.ledger.atomic import write_atomic
from trialist.ledger.folder import StudyFolder
from trialist.ledger.freeruns import is_free, refuse_free
from trialist.ledger.history import History
from trialist.ledger.lineage import registered_plan
from trialist.ledger.store import Store
from trialist.values.baselinehistory import ENOUGH_SEEDS, BaselineRound
from trialist.values.errors import ConfigError, LedgerError
from trialist.values.nextround import Proposal, Standing, Step
from trialist.values.plan import Plan
from trialist.values.results import Results

_OVERRIDE = "# override: "
_FILES = ("trial", "history")
"""Keys of a study file whose paths start from its folder."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NextRound:
    """What can be done after a study.

    Attributes:
        study: The study's name.
        proposals: The recommended one first.
        file: The study file that was written; None where none was.
        written: The proposal that it is.
    """

    study: str
    proposals: tuple[Proposal, ...]
    file: Path | None = None
    written: Proposal | None = None

    @property
    def recommended(self) -> Proposal:
        """What to do next."""
        return self.proposals[0]

    def to_dict(self) -> dict[str, Any]:
        """Give the proposals as plain data."""
        return {
            "study": self.study,
            "proposals": [one.to_dict() for one in self.proposals],
            "file": None if self.file is None else str(self.file),
            "written": None if self.written is None else self.written.step.value,
        }


def next_round(
    study: str | None = None,
    *,
    store: str | Path = "experiments",
    write: str | Path | None = None,
    step: str | None = None,
) -> NextRound:
    """Say what to do after a study, and why; on request write the study file of the next round.

    Args:
        study: The study's name; None: the newest.
        store: The folder of all studies.
        write: The study file to write: the recommended round, or the one that `step` names.
        step: Which of the proposals to write.

    Raises:
        LedgerError: If there is no such study.
        ConfigError: If there is no such proposal, it is no study, or the file is there already.
    """
    place = Store.indexed(Path(store))
    folder = place.find(study)
    refuse_free(folder)
    from trialist.decide.nextround import proposals_of

    history = history_of(folder)
    plan = registered_plan(folder, history)
    results = result_from_store(folder).results
    standing = standing_of(place, folder, plan, history, results)
    proposals = proposals_of(standing)
    if write is None:
        if step is not None:
            raise ConfigError(
                "--step says which study to write, and none is to be written",
                where="--step",
                todo="add --write FILE",
            )
        return NextRound(study=folder.name, proposals=proposals)
    chosen = _chosen(proposals, step)
    target, after = Path(write), _After(store=place, folder=folder, plan=plan, history=history)
    _write(target, _text(after, chosen, standing.adopted, target))
    return NextRound(study=folder.name, proposals=proposals, file=target, written=chosen)


def standing_of(
    store: Store, folder: StudyFolder, plan: Plan, history: History, results: Results
) -> Standing:
    """Give where a study stands, as far as the next round depends on it."""
    sessions = history.sessions
    search = plan.search
    adopted = round_of(history_for(store, plan), folder.name, plan)
    tests = dict(_tests(store, folder.name, adopted))
    return Standing(
        study=folder.name,
        is_finished=results.finished,
        file=sessions[-1].file if sessions else None,
        adoptions=adoptions_in(results, plan),
        checks=(*results.checks, *needless_of(folder, plan, history)),
        adopted=adopted,
        tuned=None if search is None else search.tuned,
        replicates=0 if search is None else search.replicates,
        n_seeds=len(plan.seeds),
        test_of=next(iter(tests), None),
        is_tested=any(tests.values()),
    )


def _tests(store: Store, name: str, adopted: BaselineRound | None) -> Iterator[tuple[str, bool]]:
    """Give the studies that name a sealed test set, and whether it was opened for each.

    The one that validated what was adopted comes first: its runs have just that configuration.
    """
    validation = None if adopted is None else adopted.validation
    names = dict.fromkeys([name] if validation is None else [validation.study, name])
    known = {folder.name: folder for folder in store.studies()}
    for one in names:
        if one not in known:
            continue
        history = history_of(known[one])
        if registered_plan(known[one], history).test is not None:
            yield one, any(history.tested(opening.hash) for opening in history.openings)


def _chosen(proposals: tuple[Proposal, ...], step: str | None) -> Proposal:
    known = [one.step.value for one in proposals]
    if step is not None and step not in known:
        raise ConfigError(
            f"{step!r} is not proposed", where="--step", todo=f"one of: {', '.join(known)}"
        )
    chosen = proposals[0 if step is None else known.index(step)]
    if not chosen.makes_study:
        raise ConfigError(
            f"the next step is no study: {chosen.title}",
            where="--write",
            todo=chosen.command or chosen.why,
        )
    return chosen


@dataclass(frozen=True, slots=True, kw_only=True)
class _After:
    """The study that a file is written after."""

    store: Store
    folder: StudyFolder
    plan: Plan
    history: History


def _text(after: _After, chosen: Proposal, adopted: BaselineRound | None, target: Path) -> str:
    from trialist.design.nextstudy import next_study, validation_study
    from trialist.design.yamlwriting import yaml_of

    store, name = after.store, after.folder.name
    data = _moved(_registered(after.folder), _folder_of(after.folder, after.history), target)
    if chosen.step is Step.VALIDATE and adopted is not None:
        seeds = fresh_seeds(store, after.plan, ENOUGH_SEEDS)
        made = validation_study(
            data,
            adopted,
            seeds,
            _free_name(store, f"{name}-validation"),
            paired=after.plan.paired,
        )
    else:
        made = next_study(data, chosen, after.plan, _free_name(store, _next_name(name)))
    head = (f"After {name}: {chosen.title}.", chosen.why)
    return "".join(f"# {' '.join(line.split())}\n" for line in head) + yaml_of(made)


def _registered(folder: StudyFolder) -> Mapping[str, Any]:
    """Give the keys of the study file as it was registered, with its overrides."""
    from trialist.design.compose import compose
    from trialist.design.yamlnodes import parse_leniently

    path = folder.study_file
    if not path.exists():
        raise ConfigError(
            f"{folder.name} was made in Python, so there is no study file to change",
            where=str(folder.root),
            todo="change the script as the proposal says",
        )
    text = path.read_text(encoding="utf-8")
    overrides = [
        line.removeprefix(_OVERRIDE) for line in text.splitlines() if line.startswith(_OVERRIDE)
    ]
    data = compose(parse_leniently(text, str(path)), overrides).data
    if not isinstance(data, dict) or "metric" not in data or "method" in data:
        raise ConfigError(
            f"the file of {folder.name} is not a study file",
            where=str(path),
            todo="write a study file once (`trialist schema` says its keys), then `trialist next` "
            "can change it",
        )
    return data


def _folder_of(folder: StudyFolder, history: History) -> Path:
    sessions = history.sessions
    file = sessions[-1].file if sessions else None
    found = Path(file).parent if file else Path()
    if not found.is_dir():
        raise ConfigError(
            f"the folder of {folder.name}'s study file is not here",
            where=str(file),
            todo="go to the folder in which the study was started",
        )
    return found


def _moved(data: Mapping[str, Any], source: Path, target: Path) -> dict[str, Any]:
    """Give the keys with their paths as seen from the folder of the new file."""
    made = dict(data)
    if source.resolve() == target.parent.resolve():
        return made
    if "command" in made:
        raise ConfigError(
            "a command runs in the folder of its study file, and this one is another",
            where=str(target),
            todo=f"write the file into {source}",
        )

    def moved(path: str) -> str:
        there = os.path.relpath(source / path, target.parent)
        return Path(there).as_posix()

    for key in _FILES:
        place, colon, function = str(made.get(key, "")).rpartition(":")
        if key == "trial" and place.endswith(".py"):
            made[key] = f"{moved(place)}{colon}{function}"
        elif key == "history" and key in made:
            made[key] = moved(str(made[key]))
    if isinstance(made.get("data"), list):
        made["data"] = [moved(str(one)) for one in made["data"]]
    return made


def fresh_seeds(store: Store, plan: Plan, n: int) -> tuple[int, ...]:
    """Give seeds that no study of the same line of work has planned."""
    line = line_of(plan)
    last = -1
    for folder in store.studies():
        if is_free(folder):
            continue
        try:
            other = registered_plan(folder, history_of(folder))
        except LedgerError:
            continue
        if line_of(other) == line:
            searched = 0 if other.search is None else other.search.n_search_seeds
            last = max(last, searched - 1, *other.seeds)
    return tuple(range(last + 1, last + 1 + n))


def _next_name(name: str) -> str:
    head, dash, number = name.rpartition("-r")
    return f"{head}-r{int(number) + 1}" if dash and number.isdigit() else f"{name}-r2"


def _free_name(store: Store, name: str) -> str:
    taken = {folder.name for folder in store.studies()}
    number, found = 1, name
    while found in taken:
        number += 1
        found = f"{name}-{number}"
    return found


def _write(target: Path, text: str) -> None:
    """Write a study file that can be read as one; nothing is written over."""
    from trialist.design.studyfile import load_study

    if target.exists():
        raise ConfigError(
            f"{target} is there already", where="--write", todo="name a file that is not"
        )
    if not target.parent.is_dir():
        raise ConfigError(
            f"there is no folder {target.parent}", where="--write", todo="make it first"
        )
    draft = target.with_name(f".{target.stem}.{os.getpid()}.yaml")
    try:
        write_atomic(draft, text)
        load_study(draft)
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)
