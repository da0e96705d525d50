"""The verdicts of a study whose variants are tuned: what its searches allow to be said."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from trialist.analysis.trials import TrialRecord, TrialTable
from trialist.execute.looks import Looks
from trialist.lab.bars import checks_in
from trialist.lab.cuts import cuts_in_words
from trialist.lab.searchtable import table_of
from trialist.ledger.folder import StudyFolder
from trialist.ledger.history import History
from trialist.ledger.searchlog import SearchLog
from trialist.ledger.trialrecords import searches_in
from trialist.ledger.winners import winner_configs
from trialist.values.events import RunStatus
from trialist.values.evidence import RunRecord
from trialist.values.metric import Metric
from trialist.values.plan import Plan
from trialist.values.playbook import Check
from trialist.values.searches import Claim, Searches
from trialist.values.searchplan import Method, SearchPlan, Tuned
from trialist.values.verdict import Verdict

_LEVEL = 0.95
_CLAIM = {Tuned.RECIPE: Claim.RECIPES, Tuned.CONFIGURATION: Claim.CONFIGURATIONS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Searched:
    """What a study's searches add to its results.

    Attributes:
        searches: What they found, and what the winners did with fresh seeds.
        verdicts: The verdicts as the searches allow them.
        checks: What the playbook's checks found.
        caveats: What limits the verdicts, as sentences.
    """

    searches: Searches
    verdicts: tuple[Verdict, ...]
    checks: tuple[Check, ...]
    caveats: tuple[str, ...]


def searched(
    folder: StudyFolder,
    plan: Plan,
    looks: Looks,
    verdicts: Sequence[Verdict],
    history: History,
    records: Iterable[RunRecord],
) -> Searched | None:
    """Give what the searches of a study say; None where it has none, or they are not over.

    Args:
        folder: The study's folder.
        plan: Its registered plan.
        looks: The looks taken at the fresh runs of the winners.
        verdicts: What was judged at them.
        history: What the study's log says.
        records: The fresh runs.
    """
    search = plan.search
    if search is None:
        return None
    log = searches_in(folder, plan, history)
    if not log.is_over:
        return None
    from trialist.analysis.bestcurves import curves_of
    from trialist.analysis.searches import searches_of

    metric, claim = looks.protocol.metric, _CLAIM[search.tuned]
    trials = _trial_table(plan, search, log, records)
    found = Searches(
        claim=claim,
        level=_LEVEL,
        searches=searches_of(trials, metric.goal),
        curves=curves_of(trials, metric.goal, level=_LEVEL),
    )
    checks = checks_in(folder, plan, history)
    return Searched(
        searches=found,
        verdicts=_allowed(verdicts, found, checks, metric) if looks.evidence else tuple(verdicts),
        checks=checks,
        caveats=(
            *_limits(found, search),
            *cuts_in_words(plan, log),
            *_noise(folder, plan, history, found, metric),
        ),
    )


def _allowed(
    verdicts: Sequence[Verdict], found: Searches, checks: Sequence[Check], metric: Metric
) -> tuple[Verdict, ...]:
    from trialist.decide.preconditions import bars_by
    from trialist.decide.recipes import bars_of
    from trialist.decide.searchwords import told

    if not verdicts:
        return ()
    groups, baseline = found.by_variant, verdicts[0].baseline
    names = [verdict.variant for verdict in verdicts]
    of_checks = bars_by(checks, candidates=names, baseline=baseline)
    own = ((verdict.variant, of_checks.of(verdict)) for verdict in verdicts)
    bars = {  # what the looks said wins: the winners of a search that failed are no news
        **bars_of(groups, baseline=baseline, claim=found.claim, goal=metric.goal),
        **{name: bar for name, bar in own if bar is not None},
    }
    return told(verdicts, groups, claim=found.claim, bars=bars, metric=metric)


def _noise(
    folder: StudyFolder, plan: Plan, history: History, found: Searches, metric: Metric
) -> tuple[str, ...]:
    """Give what is known of the parts of the noise: runs, searches, data."""
    from trialist.decide.variances import noise_caveats

    table = table_of(folder, plan, history, with_fresh=False)
    return noise_caveats(
        found.by_variant,
        metric,
        noise=table.noise,
        n_noise=table.n_noise,
        split_varies="split" in plan.vary,
    )


_SCHEDULE = (
    "What won is a schedule: its values change while it trains, and a fresh run repeats all of its "
    "changes from step 0."
)


def _limits(found: Searches, search: SearchPlan) -> tuple[str, ...]:
    from trialist.decide.searchwords import caveats_of_searches

    tuned = {arm.variant for arm in search.searched}
    groups = {name: group for name, group in found.by_variant.items() if name in tuned}
    schedule = (_SCHEDULE,) if search.method is Method.PBT else ()
    return (*schedule, *caveats_of_searches(groups))


def _trial_table(
    plan: Plan, search: SearchPlan, log: SearchLog, records: Iterable[RunRecord]
) -> TrialTable:
    found = (*_trials(search, log), *_fresh(plan, search, log, records))
    order = [variant.name for variant in plan.variants]
    return TrialTable(
        metric=plan.metric.name,
        records=tuple(sorted(found, key=lambda one: order.index(one.variant))),
    )


def _trials(search: SearchPlan, log: SearchLog) -> Iterator[TrialRecord]:
    for told in log.told.values():
        variant, number, trial = told.key
        yield TrialRecord(
            variant=variant,
            search=str(number),
            trial=str(trial),
            seed=search.seeds_of(number)[0],
            is_fresh=False,
            status=told.status if told.value is not None else _lost(told.status),
            value=told.value,
        )


def _lost(status: RunStatus) -> RunStatus:
    return RunStatus.DIVERGED if status is RunStatus.DIVERGED else RunStatus.FAILED


def _fresh(
    plan: Plan, search: SearchPlan, log: SearchLog, records: Iterable[RunRecord]
) -> Iterator[TrialRecord]:
    winners = winner_configs(plan, log)
    recipe = search.tuned is Tuned.RECIPE
    for record in records:
        if record.seed is None or not (record.status.has_result or record.failure):
            continue
        winner = winners.get((record.variant, record.seed))
        own = str(plan.seeds.index(record.seed)) if recipe else "0"
        yield TrialRecord(
            variant=record.variant,
            search=str(winner.search) if winner else own,
            trial=str(winner.number) if winner else None,
            seed=record.seed,
            is_fresh=True,
            status=record.status,
            value=record.value,
        )
