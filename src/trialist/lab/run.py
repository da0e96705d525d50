"""`trialist run`: from a study to its verdict, from wherever the store stands."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from trialist.execute.load import LOADING
from trialist.lab.amend import (
    amendment_of,
    checked_reason,
    is_going_on,
    leaves_two_codes,
    refuse_other_search,
    refuse_unchanged,
)
from trialist.lab.bothways import refusal_of
from trialist.lab.extending import extended_of
from trialist.lab.followup import follow_up_of
from trialist.lab.lending import with_lent_spread
from trialist.lab.prepare import Prepared, prepare
from trialist.lab.registration import history_of
from trialist.lab.result import StudyResult
from trialist.lab.round import refuse_excess
from trialist.lab.session import Asked, Session
from trialist.lab.study import as_study, at_their_places, study_text
from trialist.lab.vectorizing import decision_in_words, with_decision
from trialist.lab.whichfolder import choose_folder, has_results
from trialist.ledger.folder import StudyFolder
from trialist.ledger.lock import StudyLock
from trialist.ledger.store import Store
from trialist.render.live import Display, Silent
from trialist.values.amendment import Amendment
from trialist.values.errors import ConfigError, LedgerError, PlanRefusedError
from trialist.values.plan import Plan
from trialist.values.resources import Resources
from trialist.values.study import Study


def run(  # noqa: PLR0913 — one parameter per option of the command
    study: Study | str | Path,
    *,
    store: str | Path = "experiments",
    workers: int | str | None = None,
    new: bool = False,
    amend: str | None = None,
    overrides: Sequence[str] = (),
    max_seconds: float | None = None,
    display: Callable[[Study], Display] | None = None,
    begun: Callable[[StudyFolder], None] = lambda _folder: None,
) -> StudyResult:
    """Run a study to its verdict; run it again to go on where it stopped.

    Args:
        study: A study, or the path of a study file.
        store: The folder of all studies.
        workers: Processes that train at the same time, or "auto"; None: as the study says.
        new: True starts NAME-2 where NAME has results already.
        amend: Why the plan was changed after results: the study goes on in its folder, and its
            record says so. A reason that begins with "equal:" declares that changed code computes
            the same as before.
        overrides: Dotted changes of the file, for example `config.lr=0.2`.
        max_seconds: Ends the study after this time as Ctrl-C would; None: never.
        display: Gives what shows the study while it runs; None shows nothing.
        begun: Called once with the study's folder when the first run has begun.

    Returns:
        The verdicts with everything behind them; `interrupted` where Ctrl-C came first,
        `out_of_time` where `max_seconds` did.

    Raises:
        ConfigError: If the study says something impossible.
        InsufficientDataError: If it is to be judged by the noise of earlier runs, and there are too
            few.
        TrialLoadError: If the trial function cannot be loaded; nothing was registered.
        PlanRefusedError: If earlier runs of the same code show that the plan can neither find nor
            rule out a difference worth having, or if it needs more runs than its budget allows.
        PlanChangedError: If the study has results of another plan, and no amendment is asked for.
        LedgerError: If another process runs this study.
        RunsFailedError: If the first three runs failed alike, or no run gave a result.
        VectorizeError: If the replicates have to train together, and cannot.
    """
    if os.environ.get(LOADING):
        raise ConfigError(
            "trialist.run was called while a worker imported this file",
            todo='put the call under `if __name__ == "__main__":`',
        )
    if workers is not None:
        Resources(workers=workers)  # refuses what is no number of workers
    given = as_study(study, overrides)
    place = Store.indexed(
        Path(store).absolute()
    )  # workers stand in another folder, trials go anywhere
    reason = checked_reason(amend, new=new)
    with at_their_places(study, overrides):
        readied = prepare(
            given, follow=follow_up_of(given, place), extended=extended_of(given, place)
        )
    prepared = with_lent_spread(readied, place, new=new)
    shown = display(given) if display else Silent()
    for note in given.notes:
        shown.note(note)
    prepared = with_decision(
        prepared, place, new=new, amends=reason is not None, workers=workers, told=shown.note
    )
    asked = replace(
        _asked(study, overrides, store=str(store), workers=workers), max_seconds=max_seconds
    )
    choose = partial(
        choose_folder,
        place,
        prepared.plan,
        new=new,
        amends=reason is not None,
        command=asked.command,
    )
    folder, lock = _locked_folder(place, choose)
    try:
        amendment = _amendment(folder, prepared.plan, reason, shown)
        if amendment is None:
            _refuse_one_way(place, prepared, folder)
        how = decision_in_words(prepared.plan)
        if how is not None:
            shown.note(how)
        session = Session(prepared, folder, lock, asked, amendment=amendment, begun=begun)
        return session.run(shown)
    finally:
        if not folder.ledger.exists() or not folder.ledger.stat().st_size:
            _remove(folder)  # nothing was registered: leave no trace
        lock.release()


def _amendment(
    folder: StudyFolder, plan: Plan, reason: str | None, display: Display
) -> Amendment | None:
    if reason is None:
        return None
    history = history_of(folder)
    refuse_other_search(folder, history, plan)
    refuse_unchanged(folder, history, plan, reason)
    if is_going_on(history, plan, reason):
        return None
    if not has_results(folder):
        display.note(
            "--amend is not needed: no run has a result yet, and until then a plan is replaced "
            "freely"
        )
        return None
    amendment = amendment_of(folder, history, plan, reason)
    if leaves_two_codes(folder, amendment, plan):
        display.note(
            "the code changed and was not declared equal: a look that uses runs of both codes is "
            "not comparable. --new makes all runs with the new code"
        )
    return amendment


def _refuse_one_way(store: Store, prepared: Prepared, folder: StudyFolder) -> None:
    plan = prepared.plan
    if history_of(folder).plan_hash == plan.hash:
        return  # it was registered before anybody could know
    refuse_excess(prepared.study, plan)
    said = refusal_of(store, plan)
    if said is not None:
        raise PlanRefusedError(
            said.replace("**", ""),
            where=str(store.root),
            todo="change the plan as said; or leave metric.relevant out, and nothing can be called "
            "equal or not worth having",
        )


def _locked_folder(
    store: Store, choose: Callable[[], StudyFolder]
) -> tuple[StudyFolder, StudyLock]:
    while True:
        folder = choose()
        try:
            store.create()
            folder.root.mkdir(exist_ok=True)
            lock = StudyLock(folder.lock_file)
        except FileNotFoundError:
            continue  # another one has just removed a study that it could not begin
        except OSError as error:
            raise LedgerError(
                f"the store cannot be written: {error.strerror}",
                where=str(error.filename or folder.root),
                todo="name another folder with --store, or mend this one",
            ) from error
        # Whoever held the lock until now may have finished runs of another plan there.
        try:
            if choose().root == folder.root:
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
        text=head + study_text(study, overrides),
        overrides=tuple(overrides),
        store=store,
        workers=workers,
    )


def _remove(folder: StudyFolder) -> None:
    for entry in folder.root.iterdir():
        entry.unlink()
    folder.root.rmdir()
