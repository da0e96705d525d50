"""`trialist.open`: the store's studies, runs and curves in Python; nothing is judged."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trialist.lab.brokenlog import broken_log
from trialist.lab.frames import Curves, Runs, StoredRun
from trialist.lab.registration import history_of
from trialist.lab.storedcurves import curves_of
from trialist.lab.storedruns import runs_of
from trialist.ledger.folder import StudyFolder
from trialist.ledger.freeruns import is_free
from trialist.ledger.lock import is_held
from trialist.ledger.store import Store
from trialist.values.errors import LedgerError, MetricError, near

if TYPE_CHECKING:
    from trialist.lab.artifacts import Artifact
    from trialist.lab.compact import Compacted
    from trialist.lab.storecheck import StoreCheck
    from trialist.lab.storecopy import StoreCopy


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyLine:
    """One study of a store in short.

    Attributes:
        name: Its name in the store.
        state: "running", "judged" (its log has a verdict), "open", or "runs without a plan".
        plan_hash: The registered plan; None where there is none.
        n_started: Attempts that were started.
    """

    name: str
    state: str
    plan_hash: str | None
    n_started: int


def open(store: str | Path = "experiments") -> OpenStore:  # noqa: A001 — the command's word
    """Open a store for reading.

    Args:
        store: The folder of all studies.

    Raises:
        LedgerError: If there is no such folder.
    """
    place = Path(store)
    if not place.is_dir():
        raise LedgerError(
            "there is no store here",
            where=str(place),
            todo="name the folder that `--store` names: trialist.open(FOLDER)",
        )
    return OpenStore(Store.indexed(place))


class OpenStore:
    """A store that is read. What is given is what the store held when it was asked.

    Of a study whose log was altered only the runs before the fault count: a RuntimeWarning says so.

    `check`, `compact` and `copy` are the commands of `trialist store`.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def __repr__(self) -> str:
        return f"OpenStore({str(self._store.root)!r})"

    def studies(self) -> tuple[StudyLine, ...]:
        """Give every study in short, by name."""
        return tuple(_line(folder) for folder in self._folders(None))

    def study(self, name: str) -> OpenStudy:
        """Give one study.

        Raises:
            LedgerError: If there is none of this name, with the nearest one.
        """
        return OpenStudy(self, self._store.find(name).name)

    def runs(self, study: str | None = None) -> Runs:
        """Give the runs of all studies, or of one: a row per run, its last attempts merged.

        Raises:
            LedgerError: If there is no such study, or a plan or a journal cannot be read.
        """
        found = [run for folder in self._told(study) for run in runs_of(folder)]
        return Runs(tuple(found))

    def curves(self, *metrics: str, study: str | None = None) -> Curves:
        """Give all that runs logged of some metrics, at full length; without a metric, of all.

        Raises:
            LedgerError: If there is no such study, or a plan or a journal cannot be read.
            MetricError: If no run has logged a metric of this name.
        """
        folders = self._told(study)
        curves = tuple(curve for folder in folders for curve in curves_of(folder, metrics))
        missing = set(metrics) - {curve.metric for curve in curves}
        if missing:
            _check_logged(sorted(missing), [run for one in folders for run in runs_of(one)])
        return Curves(curves)

    def configs(self, study: str | None = None) -> tuple[Mapping[str, Any], ...]:
        """Give the configuration of each variant: study, variant and `config`, as it was run."""
        found: dict[tuple[str, str], Mapping[str, Any]] = {}
        for run in self.runs(study):
            found.setdefault((run.study, run.variant), run.config)
        return tuple(
            {"study": name, "variant": variant, "config": config}
            for (name, variant), config in found.items()
        )

    def check(self, study: str | None = None, *, repair: bool = False) -> StoreCheck:
        """Read every file of a study, or of all, as `trialist store check` does."""
        from trialist.lab.storecheck import check_store

        return check_store(study, store=self._store.root, repair=repair)

    def compact(self, study: str | None = None) -> tuple[Compacted, ...]:
        """Write all metrics of a study, or of all, into its `metrics.parquet`."""
        from trialist.lab.compact import compact_store

        return compact_store(study, store=self._store.root)

    def copy(self, to: str | Path, study: str | None = None) -> StoreCopy:
        """Copy a study, or all with the store's artifacts, into another store."""
        from trialist.lab.storecopy import copy_store

        return copy_store(self._store.root, to, study)

    def artifacts(self) -> tuple[Artifact, ...]:
        """Give every artifact with its newest version and its aliases."""
        from trialist.lab.artifacts import list_artifacts

        return list_artifacts(self._store.root)

    def _told(self, study: str | None) -> Sequence[StudyFolder]:
        """Give the folders to read, and warn of each whose log was altered."""
        folders = self._folders(study)
        for folder in folders:
            broken = broken_log(folder)
            if broken is not None:
                warnings.warn(f"{folder.name}: {broken}", RuntimeWarning, stacklevel=3)
        return folders

    def _folders(self, study: str | None) -> Sequence[StudyFolder]:
        if study is not None:
            return (self._store.find(study),)
        return self._store.studies()


@dataclass(frozen=True, slots=True)
class OpenStudy:
    """One study of a store that is read."""

    store: OpenStore
    name: str

    def runs(self) -> Runs:
        """Give its runs, a row per run."""
        return self.store.runs(self.name)

    def curves(self, *metrics: str) -> Curves:
        """Give all that its runs logged of some metrics; without a metric, of all."""
        return self.store.curves(*metrics, study=self.name)

    def configs(self) -> tuple[Mapping[str, Any], ...]:
        """Give the configuration of each variant."""
        return self.store.configs(self.name)


def _line(folder: StudyFolder) -> StudyLine:
    history = history_of(folder)
    plan_hash = history.plan_hash
    if is_free(folder):
        state = "runs without a plan"
    elif is_held(folder.lock_file):
        state = "running"
    else:
        state = "judged" if plan_hash and history.verdict(plan_hash) else "open"
    return StudyLine(
        name=folder.name, state=state, plan_hash=plan_hash, n_started=len(history.started)
    )


def _check_logged(missing: Sequence[str], runs: Sequence[StoredRun]) -> None:
    """Refuse names that no run has logged, where runs have logged anything."""
    known = sorted({name for run in runs for name in run.metrics})
    for name in missing if known else ():
        if any(run.goal and run.goal[0] == name and run.value is not None for run in runs):
            raise MetricError(
                f"no run has logged {name!r}: it was only returned at the end",
                todo=f"take it from the column 'value' of runs(); logged: {', '.join(known)}",
            )
        raise MetricError(f"no run has logged {name!r}", todo=near(name, known))
