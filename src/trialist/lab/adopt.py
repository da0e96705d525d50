"""`trialist adopt`: a variant becomes the new baseline, as far as its verdict allows it.

The order is: the study's own log says so, then the store's record, then the file is written. Killed
in between, the same command does what is left, and nothing is adopted twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from trialist.lab.baselinefile import baseline_text, check_free, write_baseline
from trialist.lab.baselines import history_for, line_of
from trialist.lab.chosen import Chosen, chosen_of, fresh_values
from trialist.lab.registration import anchor, history_of, open_log
from trialist.lab.report import result_from_store
from trialist.lab.searchtable import table_of
from trialist.ledger.attempts import read_records
from trialist.ledger.folder import StudyFolder
from trialist.ledger.freeruns import refuse_free
from trialist.ledger.history import History
from trialist.ledger.lineage import registered_plan
from trialist.ledger.lock import StudyLock
from trialist.ledger.person import who
from trialist.ledger.protocol_log import Entry, LogKind
from trialist.ledger.store import Store
from trialist.ledger.storelog import BASELINES, remember
from trialist.values.adoption import Adoption, Decision
from trialist.values.baselinehistory import BaselineHistory, BaselineRound
from trialist.values.errors import AdoptionRefusedError, ConfigError, near
from trialist.values.evidence import RunRecord
from trialist.values.plan import Plan
from trialist.values.results import Results

BASELINE_FILE = "baseline.yaml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Adopted:
    """What came of an adoption.

    Attributes:
        round: The round that it is in the history.
        adoption: What the rule says of the variant.
        file: The configuration's file.
        is_new: False where it was adopted before, and nothing but the file was written.
        history: All rounds of this line of work.
    """

    round: BaselineRound
    adoption: Adoption
    file: Path
    is_new: bool
    history: BaselineHistory

    def to_dict(self) -> dict[str, Any]:
        """Give the adoption as plain data."""
        return {
            "study": self.round.study,
            "variant": self.round.variant,
            "new": self.is_new,
            "file": str(self.file),
            "adoption": self.adoption.to_dict(),
            "round": self.round.to_dict(),
            "rounds": len(self.history.rounds),
        }


def adopt(
    study: str | None = None,
    variant: str | None = None,
    *,
    store: str | Path = "experiments",
    to: str | Path = BASELINE_FILE,
    reason: str | None = None,
) -> Adopted:
    """Make a variant the new baseline: in the record, and as a file that studies can include.

    Args:
        study: The study's name; None: the newest.
        variant: The variant; None: the one that the rule adopts.
        store: The folder of all studies.
        to: The file of the configuration.
        reason: Why it is adopted although the rule does not; recorded as such.

    Raises:
        AdoptionRefusedError: If the rule does not adopt it, and no reason is given.
        ConfigError: If there is no such variant, or the file is somebody else's.
        LedgerError: If there is no such study, or a process runs it.
    """
    place = Store.indexed(Path(store))
    folder = place.find(study)
    refuse_free(folder)
    lock = StudyLock(folder.lock_file)
    try:
        return _adopted(place, folder, variant, Path(to), _one_line(reason))
    finally:
        lock.release()


def _one_line(reason: str | None) -> str | None:
    if reason is None:
        return None
    said = " ".join(reason.split())
    if not said:
        raise ConfigError(
            "the adoption has no reason", where="--reason", todo="say why it is adopted anyway"
        )
    return said


def _adopted(
    store: Store, folder: StudyFolder, variant: str | None, to: Path, reason: str | None
) -> Adopted:
    results = result_from_store(folder).results
    with closing(open_log(folder)) as log:
        history = History(log.entries)
        plan = registered_plan(folder, history)
        adoptions = adoptions_in(results, plan)
        adoption = _asked(adoptions, variant, plan, folder)
        entry = _known(history, plan, adoption.variant)
        is_new = entry is None
        if entry is None:
            _refuse(adoption, reason, folder)
            chosen = chosen_of(
                folder, plan, adoption.variant, partial(table_of, folder, plan, history)
            )
            told = _told(folder, plan, results, adoption, chosen)
            check_free(to, store)
            entry = log.append(LogKind.ADOPTED, **told, reason=reason)
            anchor(folder, log)
        else:
            check_free(to, store)
    return _finished(store, folder, plan, adoption, entry, to=to, is_new=is_new)


def _finished(  # noqa: PLR0913 — what one adoption consists of
    store: Store,
    folder: StudyFolder,
    plan: Plan,
    adoption: Adoption,
    entry: Entry,
    *,
    to: Path,
    is_new: bool,
) -> Adopted:
    remember(store.root, BASELINES, folder.name, entry, lambda _: _payload(entry))
    history = history_for(store, plan)
    own = next(
        one for one in history.rounds if (one.study, one.time) == (folder.name, _time(entry))
    )
    write_baseline(to, baseline_text(own, trial=history.trial, metric=history.metric))
    return Adopted(round=own, adoption=adoption, file=to, is_new=is_new, history=history)


def adoptions_in(results: Results, plan: Plan) -> tuple[Adoption, ...]:
    """Give what the rule says of each compared variant of a study."""
    from trialist.decide.adoption import adoptions_of

    price = 0.0 if plan.search is None else plan.search.price
    return adoptions_of(results.comparisons, results.variants, metric=results.metric, price=price)


def _asked(
    adoptions: Sequence[Adoption], variant: str | None, plan: Plan, folder: StudyFolder
) -> Adoption:
    by_name = {one.variant: one for one in adoptions}
    if variant is not None and variant in by_name:
        return by_name[variant]
    if variant == plan.baseline:
        raise ConfigError(f"{variant} is the baseline already", todo=near(variant, list(by_name)))
    if variant is not None:
        raise ConfigError(
            f"{variant!r} is not a variant that {folder.name} has compared",
            where=str(folder.root),
            todo=near(variant, list(by_name)) if by_name else "the study compares nothing",
        )
    good = [one for one in adoptions if one.decision is Decision.ADOPT]
    if len(good) == 1 or len(adoptions) == 1:
        return (good or adoptions)[0]
    raise _which(good, adoptions, folder)


def _which(
    good: Sequence[Adoption], adoptions: Sequence[Adoption], folder: StudyFolder
) -> AdoptionRefusedError | ConfigError:
    if good:
        names = ", ".join(one.variant for one in good)
        return ConfigError(
            f"{len(good)} variants are better than the baseline ({names}), and one can be adopted",
            where=str(folder.root),
            todo=f"name it: `trialist adopt {folder.name} {good[0].variant}`; which of them is "
            "better is a question for a study of its own",
        )
    said = "; ".join(one.sentence.replace("**", "") for one in adoptions)
    return AdoptionRefusedError(
        f"no variant is to be adopted: {said}" if said else "the study compares nothing",
        where=str(folder.root),
        todo=_NEXT.format(folder.name),
    )


_NEXT = (
    "`trialist next {}` proposes what to do; --reason TEXT adopts a variant anyway, and the record "
    "says so"
)


def _refuse(adoption: Adoption, reason: str | None, folder: StudyFolder) -> None:
    if adoption.decision is not Decision.ADOPT and reason is None:
        raise AdoptionRefusedError(
            adoption.sentence.replace("**", ""),
            where=str(folder.root),
            todo=_NEXT.format(folder.name),
        )


def _known(history: History, plan: Plan, variant: str) -> Entry | None:
    wanted = (plan.hash, variant)
    found = (
        one for one in history.adopted if (one.fields["plan"], one.fields["variant"]) == wanted
    )
    return next(found, None)


def _told(
    folder: StudyFolder, plan: Plan, results: Results, adoption: Adoption, chosen: Chosen
) -> dict[str, Any]:
    from trialist.design.difference import config_changes

    trial, metric = line_of(plan)
    verdict = results.verdicts[adoption.variant]
    records = _judged(folder, plan, results, adoption.variant)
    n_search = 0 if plan.search is None else plan.search.n_search_seeds
    before = plan.config_of(plan.baseline)
    return {
        "plan": plan.hash,
        "trial": trial,
        "metric": metric,
        "goal": plan.metric.goal.value,
        "variant": adoption.variant,
        "baseline": adoption.baseline,
        "decision": adoption.to_dict(),
        "verdict": verdict.name.value,
        "learned": verdict.sentence.replace("**", ""),
        "before": [*_rounds_before(folder, plan)],
        "changes": [one.to_dict() for one in config_changes(before, chosen.config)],
        "config": dict(chosen.config),
        "source": chosen.source,
        "seeds": sorted({*range(n_search), *plan.seeds}),
        "fresh": list(fresh_values(folder, plan, records, chosen.config)),
        "by": who(),
    }


def _rounds_before(folder: StudyFolder, plan: Plan) -> Iterator[dict[str, str]]:
    """Give what the studies that this one goes on from showed, oldest first."""
    name = _goes_on_from(plan)
    if name is None:
        return
    earlier = StudyFolder(folder.root.parent / name, folder.index)
    if name == folder.name or not earlier.plan_file.exists():
        yield {"study": name, "learned": "This study is not in the store any more."}
        return
    yield from _rounds_before(earlier, registered_plan(earlier, history_of(earlier)))
    said = [one.sentence for one in result_from_store(earlier).results.comparisons]
    yield {"study": name, "learned": " ".join(said).replace("**", "") or "Nothing was compared."}


def _goes_on_from(plan: Plan) -> str | None:
    if plan.search is not None and plan.search.extends is not None:
        return plan.search.extends
    return None if plan.parent is None else plan.parent.study


def _judged(
    folder: StudyFolder, plan: Plan, results: Results, variant: str
) -> tuple[RunRecord, ...]:
    """Give the runs of a variant that its verdict rests on."""
    seeds = {seed for one in results.variants if one.name == variant for seed in one.sample.seeds}
    records = read_records(folder, plan, history_of(folder))
    return tuple(one for one in records if one.variant == variant and one.seed in seeds)


def _time(entry: Entry) -> float:
    return float(entry.fields["time"])


_CHAIN = ("i", "kind", "time", "prev", "hash")


def _payload(entry: Entry) -> Mapping[str, Any]:
    own = {key: value for key, value in entry.fields.items() if key not in _CHAIN}
    return {**own, "adopted": entry.fields["time"]}
