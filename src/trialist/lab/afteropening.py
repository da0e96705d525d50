"""What openings of the sealed test set add to a study's results, and what runs saw of it before."""

from __future__ import annotations

from dataclasses import replace

from trialist.lab.sealedruns import n_openings_before, openings_elsewhere, result_of_test
from trialist.ledger.folder import StudyFolder
from trialist.ledger.history import History
from trialist.ledger.journalsummary import summary_of
from trialist.values.numbers import counted
from trialist.values.plan import Plan, Protocol
from trialist.values.results import Results
from trialist.values.sealed import TEST

_MOST_NAMED = 3


def after_openings(
    results: Results, folder: StudyFolder, plan: Plan, history: History, protocol: Protocol
) -> Results:
    """Give results with what their study's sealed test set says, and how often it was opened.

    A study without one is given back as it is, unless its searches have seen test data.
    """
    seen = seen_tests(folder, plan)
    if plan.test is None:
        return replace(results, findings=(*results.findings, *seen)) if seen else results
    from trialist.decide.sealed import opening_caveats, reused

    others = openings_elsewhere(folder, plan.test, history)
    names = tuple(dict.fromkeys(others))
    own = sum(one.fields["digest"] == plan.test.digest for one in history.openings)
    return replace(
        results,
        comparisons=reused(results.comparisons, n_openings_before(history, plan.hash)),
        # What others opened is told once this study opens it too.
        caveats=(*results.caveats, *(opening_caveats(own + len(others), names) if own else ())),
        findings=(*results.findings, *seen),
        test=result_of_test(folder, plan, history, protocol),
    )


def seen_tests(folder: StudyFolder, plan: Plan) -> tuple[str, ...]:
    """Give a finding where runs that choose have logged a metric of the test data.

    That is every run of a study that searches, or that names a sealed test set: what is seen while
    one chooses is no test any more.
    """
    if plan.search is None and plan.test is None:
        return ()
    found = [
        (f"{variant}/seed-{seed}", metric)
        for variant in folder.variants()
        for seed in folder.seeds(variant)
        for number in folder.attempts(variant, seed)
        for metric in _test_metrics(folder, f"{variant}/seed-{seed}/attempt-{number}")
    ]
    runs = list(dict.fromkeys(run for run, _ in found))
    if not runs:
        return ()
    metrics = ", ".join(dict.fromkeys(metric for _, metric in found))
    named = ", ".join(runs[:_MOST_NAMED]) + (", ..." if len(runs) > _MOST_NAMED else "")
    said = f"{counted(len(runs), 'run')} logged {metrics} while the study was choosing ({named})"
    return (f"{said}: the test data was seen, and is no test of what was chosen.",)


def _test_metrics(folder: StudyFolder, attempt: str) -> tuple[str, ...]:
    summary = summary_of(folder, attempt)
    names = () if summary is None else tuple(summary.metrics)
    return tuple(name for name in names if name.partition("/")[0] == TEST)
