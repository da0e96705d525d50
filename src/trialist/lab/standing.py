"""Where a study stands: what was adopted from it, whether that is validated and tested."""

from __future__ import annotations

from trialist.lab.adopt import adoptions_in
from trialist.lab.baselines import history_for, round_of
from trialist.lab.registration import history_of
from trialist.lab.sealedruns import last_opening
from trialist.ledger.folder import StudyFolder
from trialist.ledger.history import History
from trialist.ledger.lineage import registered_plan
from trialist.ledger.store import Store
from trialist.values.baselinehistory import BaselineRound
from trialist.values.nextround import Standing
from trialist.values.plan import Plan
from trialist.values.results import Results


def standing_of(
    store: Store, folder: StudyFolder, plan: Plan, history: History, results: Results
) -> Standing:
    """Give where a study stands, as far as the next round depends on it."""
    adopted = round_of(history_for(store, plan), folder.name, plan)
    tests = None if results.test is not None else _test_of(store, plan, adopted)
    sessions = history.sessions
    search = plan.search
    return Standing(
        study=folder.name,
        is_finished=results.finished,
        file=sessions[-1].file if sessions else None,
        adoptions=adoptions_in(results, plan),
        checks=results.checks,
        adopted=adopted,
        tuned=None if search is None else search.tuned,
        replicates=0 if search is None else search.replicates,
        n_seeds=len(plan.seeds),
        has_test=plan.test is not None,
        is_tested=results.test is not None or (tests is not None and _is_opened(tests)),
        tests=None if tests is None else tests.name,
    )


def _test_of(store: Store, plan: Plan, adopted: BaselineRound | None) -> StudyFolder | None:
    """Give the study that validates what was adopted, where it has the same sealed test set."""
    validation = None if adopted is None else adopted.validation
    if plan.test is None or validation is None or not validation.is_enough:
        return None
    folder = store.find(validation.study)
    seal = registered_plan(folder, history_of(folder)).test
    return folder if seal is not None and seal.digest == plan.test.digest else None


def _is_opened(folder: StudyFolder) -> bool:
    return last_opening(history_of(folder), tested=True) is not None
