"""`trialist run`: from a study to its verdict, from wherever the store stands."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path

from trialist.execute.load import LOADING
from trialist.lab.bothways import refusal_of
from trialist.lab.followup import follow_up_of
from trialist.lab.prepare import prepare
from trialist.lab.registration import choose_folder, history_of
from trialist.lab.result import StudyResult
from trialist.lab.session import Asked, Session
from trialist.lab.study import as_study
from trialist.ledger.folder import StudyFolder
from trialist.ledger.lock import StudyLock
from trialist.ledger.store import Store
from trialist.render.live import Display, Silent
from trialist.values.errors import ConfigError, LedgerError, PlanRefusedError
from trialist.values.plan import Plan
from trialist.values.study import Study


def run(
    study: Study | str | Path,
    *,
    store: str | Path = "experiments",
    workers: int | str | None = None,
    new: bool = False,
    overrides: Sequence[str] = (),
    display: Callable[[Study], Display] | None = None,
) -> StudyResult:
    """Run a study to its verdict; run it again to go on where it stopped.

    Args:
        study: A study, or the path of a study file.
        store: The folder of all studies.
        workers: Processes that train at the same time; None: as the study says.
        new: True starts NAME-2 where NAME has results already.
        overrides: Dotted changes of the file, for example `config.lr=0.2`.
        display: Gives what shows the study while it runs; None shows nothing.

    Returns:
        The verdicts with everything behind them; `interrupted` where Ctrl-C came first.

    Raises:
        ConfigError: If the study says something impossible.
        TrialLoadError: If the trial function cannot be loaded; nothing was registered.
        PlanRefusedError: If earlier runs of the same code show that the plan can neither find nor
            rule out a difference worth having.
        PlanChangedError: If the study has results of another plan.
        LedgerError: If another process runs this study.
        RunsFailedError: If the first three runs failed alike, or no run gave a result.
    """
    if os.environ.get(LOADING):
        raise ConfigError(
            "trialist.run was called while a worker imported this file",
            todo='put the call under `if __name__ == "__main__":`',
        )
    given = as_study(study, overrides)
    place = Store(Path(store).absolute())  # workers stand in another folder, trials go anywhere
    prepared = prepare(given, follow=follow_up_of(given, place))
    folder, lock = _locked_folder(place, prepared.plan, new=new)
    try:
        _refuse_one_way(place, prepared.plan, folder)
        asked = _asked(study, overrides, store=str(store), workers=workers)
        session = Session(prepared, folder, lock, asked)
        return session.run(display(given) if display else Silent())
    finally:
        if not folder.ledger.exists() or not folder.ledger.stat().st_size:
            _remove(folder)  # nothing was registered: leave no trace
        lock.release()


def _refuse_one_way(store: Store, plan: Plan, folder: StudyFolder) -> None:
    if history_of(folder).plan_hash == plan.hash:
        return  # it was registered before anybody could know
    said = refusal_of(store, plan)
    if said is not None:
        raise PlanRefusedError(
            said.replace("**", ""),
            where=str(store.root),
            todo="change the plan as said; or leave metric.relevant out, and nothing can be called "
            "equal or not worth having",
        )


def _locked_folder(store: Store, plan: Plan, *, new: bool) -> tuple[StudyFolder, StudyLock]:
    while True:
        folder = choose_folder(store, plan, new=new)
        try:
            store.create()
            folder.root.mkdir(exist_ok=True)
            lock = StudyLock(folder.lock_file)
        except OSError as error:
            raise LedgerError(
                f"the store cannot be written: {error.strerror}",
                where=str(error.filename or folder.root),
                todo="name another folder with --store, or mend this one",
            ) from error
        # Whoever held the lock until now may have finished runs of another plan there.
        try:
            if choose_folder(store, plan, new=new).root == folder.root:
                return folder, lock
        except BaseException:
            lock.release()
            raise
        lock.release()


def _asked(
    study: Study | str | Path, overrides: Sequence[str], *, store: str, workers: int | str | None
) -> Asked:
    if isinstance(study, Study):
        return Asked(store=store, workers=workers)
    head = "".join(f"# override: {override}\n" for override in overrides)
    return Asked(
        file=str(study),
        text=head + Path(study).read_text(encoding="utf-8"),
        overrides=tuple(overrides),
        store=store,
        workers=workers,
    )


def _remove(folder: StudyFolder) -> None:
    for entry in folder.root.iterdir():
        entry.unlink()
    folder.root.rmdir()
