"""How the replicates of a study's task are trained: tried once, and kept in the plan."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from trialist.execute.devices import workers_for
from trialist.execute.taskprobe import NoTaskError, Question, ask
from trialist.lab.prepare import Prepared
from trialist.lab.registration import history_of
from trialist.lab.whichfolder import has_results
from trialist.ledger.folder import StudyFolder
from trialist.ledger.history import History
from trialist.ledger.lineage import registered_plan
from trialist.ledger.store import Store
from trialist.values.errors import TrialistError, VectorizeError
from trialist.values.plan import Plan
from trialist.values.seeds import SeedSet
from trialist.values.vectorization import PROCESSES, Decision, Vectorize


def with_known_decision(prepared: Prepared, store: Store, *, new: bool = False) -> Prepared:
    """Give a prepared study with what its registered plan says of its replicates.

    Args:
        prepared: The study as its file has it.
        store: Where it may have run before.
        new: True where a further study of the same name may be started.
    """
    if not _is_asked(prepared):
        return prepared
    known = _known(prepared, store, new=new, amends=False)
    return prepared if known is None else _with(prepared, known)


def with_decision(
    prepared: Prepared,
    store: Store,
    *,
    new: bool = False,
    amends: bool = False,
    workers: int | str | None = None,
    told: Callable[[str], None] = lambda _words: None,
) -> Prepared:
    """Give a prepared study with the decision how its replicates are trained.

    It is made when the plan is registered, by training a few steps in a process of its own, and
    stays as it is from then on.

    Args:
        prepared: The study as its file has it.
        store: Where it may have run before.
        new: True where a further study of the same name may be started.
        amends: True where the plan may take the place of one that has results.
        workers: Processes that train at the same time; None: as the study says.
        told: Hears what takes a while.

    Raises:
        VectorizeError: If training together is required, and impossible.
    """
    if not _is_asked(prepared):
        return prepared
    known = _known(prepared, store, new=new, amends=amends)
    if known is not None:
        return _with(prepared, known)
    told("trying once whether replicates train faster together: `vectorize: off` leaves it out")
    try:
        made = _tried(prepared, workers)
    except NoTaskError as error:
        if prepared.study.vectorize is Vectorize.REQUIRE:
            raise _no_task(prepared, error.mistakes[0].message) from error
        return prepared
    return _with(prepared, made)


def _is_asked(prepared: Prepared) -> bool:
    asked = prepared.study.vectorize
    if asked is Vectorize.REQUIRE and not prepared.may_be_task:
        raise _no_task(prepared, f"{prepared.plan.trial} is no trialist.train.Task")
    if prepared.plan.search is not None:  # the winners of searches differ in their configurations
        if asked is Vectorize.REQUIRE:
            raise _no_task(prepared, "its variants are tuned, so its runs differ from one another")
        return False
    return asked is not Vectorize.OFF and prepared.may_be_task


def _no_task(prepared: Prepared, message: str) -> VectorizeError:
    return VectorizeError(
        message,
        where=str(prepared.source.place) if prepared.source else None,
        todo="only the replicates of a task can train together: make it one "
        "(docs/how-to/train.md), or leave `vectorize: require` out",
    )


def _with(prepared: Prepared, made: Decision) -> Prepared:
    return replace(prepared, plan=replace(prepared.plan, vectorize=made))


def _known(prepared: Prepared, store: Store, *, new: bool, amends: bool) -> Decision | None:
    """Give the decision of the registered plan that this study goes on with, or is held against."""
    series = store.series(prepared.plan.study)
    for folder in reversed(series):
        history = history_of(folder)
        made = _registered(history, folder, prepared.study.vectorize)
        if made is None:
            continue
        is_same = _with(prepared, made).plan.hash == history.plan_hash
        is_open = history.verdict(history.plan_hash or "") is None
        is_against = folder == series[-1] and not amends and has_results(folder)
        if (is_same and is_open) if new else (is_same or is_against):
            return made
    return None


def _registered(history: History, folder: StudyFolder, asked: Vectorize) -> Decision | None:
    made = registered_plan(folder, history).vectorize if history.plan_hash else None
    return made if made is not None and made.asked is asked else None


def _tried(prepared: Prepared, workers: int | str | None) -> Decision:
    plan, asked = prepared.plan, prepared.study.vectorize
    settings = {
        "configs": [variant.config for variant in plan.variants],
        "mode": asked.value,
        "n_replicates": plan.looks[0].n,
        "workers": _workers(prepared, workers),
    }
    if prepared.source is None:
        return _tried_here(prepared, settings)
    try:
        answer = ask(
            Question(
                source=prepared.source,
                name="vectorize",
                config=plan.config_of(plan.baseline),
                seeds=(SeedSet.of(plan.seeds[0], vary=plan.vary),),
                settings=settings,
                threads=plan.threads,
                determinism=plan.determinism,
            )
        )
    except NoTaskError:
        raise
    except TrialistError as error:  # the runs themselves will say it better
        return _not_tried(f"trying it failed: {_words(error)}", asked)
    if answer.is_out_of_memory:
        return _not_tried("there is too little memory for several at once", asked)
    if "refused" in answer.told:
        first = answer.told["refused"][0]
        raise VectorizeError(first["message"], where=first["where"], todo=first["todo"])
    return Decision.from_dict(answer.told["decision"])


def _words(error: TrialistError) -> str:
    """Give what an error says, with the last line that the task has printed."""
    first = error.mistakes[0]
    said = (first.todo or "").split("\n")
    return first.message if len(said) < 2 else f"{first.message}: {said[-1].strip(' |')}"


def _tried_here(prepared: Prepared, settings: dict[str, Any]) -> Decision:
    """Try it in this process: for a task of a notebook."""
    from trialist.train.replicates.probing import probe

    made: Any = prepared.function
    return probe(made, **settings)


def _not_tried(reason: str, asked: Vectorize) -> Decision:
    if asked is Vectorize.REQUIRE:
        raise VectorizeError(reason, todo="train in processes: vectorize: off")
    return Decision(backend=PROCESSES, chunk=1, reason=reason, asked=asked)


def _workers(prepared: Prepared, asked: int | str | None) -> int:
    if prepared.source is None:
        return 1
    return workers_for(prepared.plan, asked or prepared.study.resources.workers)


def decision_in_words(plan: Plan) -> str | None:
    """Give how the replicates are trained, in one sentence; None where nothing was tried."""
    return None if plan.vectorize is None else f"replicates train {plan.vectorize.words}"


def decision_to_come(prepared: Prepared) -> tuple[str, ...]:
    """Give what a plan does not say yet of its replicates, as a sentence or none."""
    if prepared.plan.vectorize is not None or not _is_asked(prepared):
        return ()
    return ("Whether replicates train together is tried at registration, and the hash covers it.",)
