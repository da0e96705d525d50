"""From the looks to the results: summaries, verdicts, caveats, and the runs that stand apart."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from trialist.execute.looks import Looks
from trialist.lab.followup import origin_in
from trialist.lab.methods import with_methods
from trialist.lab.searchresults import searched
from trialist.ledger.attempts import read_records, superseded_runs
from trialist.ledger.folder import StudyFolder
from trialist.ledger.history import History
from trialist.ledger.journalsummary import MOST_FINDINGS, summary_of
from trialist.ledger.lineage import earlier_plan
from trialist.ledger.runcurves import attempt_of
from trialist.values.events import RunStatus
from trialist.values.evidence import LookEvidence, RunRecord
from trialist.values.followup import Family, Origin
from trialist.values.methods import SOFTWARE
from trialist.values.plan import Plan
from trialist.values.results import ExtraRun, Results
from trialist.values.verdict import Verdict


def conclude(folder: StudyFolder, plan: Plan, looks: Looks, history: History) -> Results:
    """Give the results as they stand, from the store.

    Args:
        folder: The study's folder.
        plan: Its registered plan.
        looks: The looks taken.
        history: What the study's log says.
    """
    from trialist.decide.ablation import ablation_result
    from trialist.decide.amended import amended_verdicts, amendment_caveats
    from trialist.decide.caveats import caveats_of_results
    from trialist.decide.followup import caveats_of_origin
    from trialist.decide.mixture import mixture_caveats
    from trialist.decide.predictions import predictions_of
    from trialist.decide.rules import judge
    from trialist.decide.summaries import summarize
    from trialist.design.caveats import caveats_of_plan
    from trialist.design.onechange import changes_beside
    from trialist.lab.afteropening import after_openings
    from trialist.lab.amend import deviations_of, earlier_verdicts, judging_keys
    from trialist.lab.checks import check_findings, checks_in_words
    from trialist.lab.extension import extensions_in_words
    from trialist.lab.lending import lent_in_words
    from trialist.lab.ran import ran_of
    from trialist.lab.registration import earlier_in_words
    from trialist.lab.runfacts import facts_of_runs

    protocol = looks.protocol
    evidence = looks.evidence
    judgement = looks.judgement or judge(protocol, evidence)
    amendments, judging = history.amendments, judging_keys(folder, plan, history)
    records = read_records(folder, plan, history)
    searches = searched(folder, plan, looks, judgement.verdicts, history, records)
    allowed = judgement.verdicts if searches is None else searches.verdicts
    verdicts = amended_verdicts(allowed, amendments, judging=bool(judging))
    summaries = summarize(protocol, judgement, evidence)
    used = used_seeds(plan, judgement.verdicts, evidence)
    judged = _judged(records, used)
    origin = origin_in(history)
    results = Results(
        study=folder.name,
        plan_hash=plan.hash,
        metric=protocol.metric,
        variants=summaries,
        comparisons=verdicts,
        extra_runs=(
            *_extra_runs(records, used),
            *_earlier_runs(folder, plan, superseded_runs(folder, plan, history)),
        ),
        caveats=(
            *earlier_in_words(history),
            *extensions_in_words(history),
            *lent_in_words(history),
            *checks_in_words(plan, history),
            *amendment_caveats(
                protocol, amendments, judging=judging, earlier=earlier_verdicts(history)
            ),
            *(caveats_of_origin(origin) if origin else ()),
            *caveats_of_plan(plan),
            *(searches.caveats if searches else ()),
            *changes_beside(plan, ran_of(folder, judged)),
            *mixture_caveats(facts_of_runs(folder, judged), baseline=plan.baseline),
            *caveats_of_results(protocol, judgement.verdicts, summaries, n_looks=judgement.n_looks),
        ),
        findings=(*check_findings(plan, history), *_findings(folder, records, used)),
        deviations=deviations_of(folder, plan, history, records),
        finished=looks.is_answered,
        ablation=ablation_result(protocol, judgement.verdicts),
        predictions=predictions_of(plan.expect, judgement.verdicts, protocol.metric),
        family=_family(folder, plan, judgement.verdicts, origin),
        searches=None if searches is None else searches.searches,
        checks=() if searches is None else searches.checks,
    )
    results = after_openings(results, folder, plan, history, protocol)
    return with_methods(results, protocol, evidence, plan=plan, version=_version(history))


def _family(
    folder: StudyFolder, plan: Plan, verdicts: Sequence[Verdict], origin: Origin | None
) -> Family | None:
    from trialist.decide.followup import family_of, member_of

    if origin is None:
        return None
    own = member_of(folder.name, plan, verdicts, head=None)
    return family_of(origin, own, alpha=plan.alpha)


def _version(history: History) -> str | None:
    """Give the version that registered the plan, so that a later one says the same."""
    registered = history.registered
    return None if registered is None else registered["environment"].get(SOFTWARE)


def used_seeds(
    plan: Plan, verdicts: Iterable[Verdict], evidence: Sequence[LookEvidence]
) -> dict[str, frozenset[int]]:
    """Give the seeds of each variant that its verdict rests on; the baseline's are the longest."""
    most = plan.looks[len(evidence) - 1].n if evidence else 0
    counts = {verdict.variant: verdict.look.n for verdict in verdicts if evidence}
    counts[plan.baseline] = max(counts.values(), default=most)
    return {
        variant.name: frozenset(plan.seeds[: counts.get(variant.name, 0)])
        for variant in plan.variants
    }


def _judged(records: Iterable[RunRecord], used: dict[str, frozenset[int]]) -> tuple[RunRecord, ...]:
    return tuple(record for record in records if record.seed in used[record.variant])


def _extra_runs(
    records: Iterable[RunRecord], used: dict[str, frozenset[int]]
) -> tuple[ExtraRun, ...]:
    return tuple(
        ExtraRun(
            variant=record.variant,
            seed=record.seed,
            status=record.status.value,
            value=record.value,
        )
        for record in records
        if record.seed is not None and record.seed not in used[record.variant]
    )


def _earlier_runs(
    folder: StudyFolder, plan: Plan, records: Sequence[RunRecord]
) -> Iterable[ExtraRun]:
    """Give the runs that only an earlier plan asked for."""
    hashes = {str(record.plan_hash) for record in records}
    metrics = {one: earlier_plan(folder, one).metric.name for one in hashes}
    for record in records:
        metric = metrics[str(record.plan_hash)]
        if record.seed is not None:
            yield ExtraRun(
                variant=record.variant,
                seed=record.seed,
                status=record.status.value,
                value=record.value,
                plan=record.plan_hash,
                metric=metric if metric != plan.metric.name else None,
            )


def _place(name: str, step: int | None) -> str:
    return f"{name}, before its first step" if step is None else f"{name}, step {step}"


def _findings(
    folder: StudyFolder, records: Iterable[RunRecord], used: dict[str, frozenset[int]]
) -> tuple[str, ...]:
    found: list[str] = []
    n_found = 0
    for record in records:
        if record.seed not in used[record.variant] or record.status is RunStatus.RUNNING:
            continue
        summary = summary_of(folder, attempt_of(record.journal or ""))
        if summary is not None and summary.findings:
            name = f"{record.variant}/seed-{record.seed}"
            found += [f"{_place(name, step)}: {message}" for step, message in summary.findings]
            n_found += summary.n_findings
    if n_found > MOST_FINDINGS:
        return (*found[:MOST_FINDINGS], f"and {n_found - MOST_FINDINGS} more findings")
    return tuple(found)
