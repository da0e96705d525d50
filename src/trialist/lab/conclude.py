"""From the looks to the results: summaries, verdicts, caveats, and the runs that stand apart."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from trialist.execute.looks import Looks
from trialist.lab.followup import origin_in
from trialist.lab.methods import with_methods
from trialist.ledger.attempts import read_records
from trialist.ledger.folder import StudyFolder
from trialist.ledger.history import History
from trialist.ledger.journal import read_journal
from trialist.values.events import EventKind, RunStatus
from trialist.values.evidence import LookEvidence, RunRecord
from trialist.values.followup import Family, Origin
from trialist.values.methods import SOFTWARE
from trialist.values.plan import Plan
from trialist.values.results import ExtraRun, Results
from trialist.values.verdict import Verdict

_MOST_FINDINGS = 20


def conclude(folder: StudyFolder, plan: Plan, looks: Looks, history: History) -> Results:
    """Give the results as they stand, from the store.

    Args:
        folder: The study's folder.
        plan: Its registered plan.
        looks: The looks taken.
        history: What the study's log says.
    """
    from trialist.decide.ablation import ablation_result
    from trialist.decide.caveats import caveats_of_results
    from trialist.decide.followup import caveats_of_origin
    from trialist.decide.predictions import predictions_of
    from trialist.decide.rules import judge
    from trialist.decide.summaries import summarize
    from trialist.design.caveats import caveats_of_plan
    from trialist.design.onechange import changes_beside
    from trialist.lab.extension import extensions_in_words
    from trialist.lab.ran import ran_of
    from trialist.lab.registration import earlier_in_words

    protocol = looks.protocol
    evidence = looks.evidence
    judgement = looks.judgement or judge(protocol, evidence)
    summaries = summarize(protocol, judgement, evidence)
    used = used_seeds(plan, judgement.verdicts, evidence)
    records = read_records(folder, plan, history)
    origin = origin_in(history)
    results = Results(
        study=folder.name,
        plan_hash=plan.hash,
        metric=protocol.metric,
        variants=summaries,
        comparisons=judgement.verdicts,
        extra_runs=_extra_runs(records, used),
        caveats=(
            *earlier_in_words(history),
            *extensions_in_words(history),
            *(caveats_of_origin(origin) if origin else ()),
            *caveats_of_plan(plan),
            *changes_beside(plan, ran_of(folder, _judged(records, used))),
            *caveats_of_results(protocol, judgement.verdicts, summaries, n_looks=judgement.n_looks),
        ),
        findings=_findings(folder, records, used),
        deviations=history.deviations,
        finished=looks.is_answered,
        ablation=ablation_result(protocol, judgement.verdicts),
        predictions=predictions_of(plan.expect, judgement.verdicts, protocol.metric),
        family=_family(folder, plan, judgement.verdicts, origin),
    )
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


def _findings(
    folder: StudyFolder, records: Iterable[RunRecord], used: dict[str, frozenset[int]]
) -> tuple[str, ...]:
    found = [
        f"{record.variant}/seed-{record.seed}, step {event.get('step')}: {event['message']}"
        for record in records
        if record.journal and record.seed in used[record.variant]
        if record.status is not RunStatus.RUNNING and (folder.root / record.journal).exists()
        for event in read_journal(folder.root / record.journal).events
        if event["k"] == EventKind.FINDING
    ]
    if len(found) > _MOST_FINDINGS:
        return (*found[:_MOST_FINDINGS], f"and {len(found) - _MOST_FINDINGS} more findings")
    return tuple(found)
