"""The configuration that a variant of a study stands for: its own, or what its searches found."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from trialist.ledger.folder import StudyFolder
from trialist.ledger.journal import read_journal
from trialist.values.errors import AdoptionRefusedError
from trialist.values.events import RunStatus
from trialist.values.evidence import RunRecord
from trialist.values.plan import Plan
from trialist.values.searchtable import SearchTable, SearchTrial
from trialist.values.study import Config

Tables = Callable[[], SearchTable]
"""Gives the trials of a study's searches; asked only where it has some."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """A configuration, and where it comes from.

    Attributes:
        config: The whole configuration.
        source: Where it comes from, in words.
    """

    config: Config
    source: str


def chosen_of(folder: StudyFolder, plan: Plan, variant: str, tables: Tables) -> Chosen:
    """Give the configuration that adopting a variant would make the baseline.

    Of a variant without a search that is its own. Of a tuned one it is the trial with the best
    score in all its searches; how good that is say its fresh seeds, not the score.

    Raises:
        AdoptionRefusedError: If no trial of its searches has a score.
    """
    if plan.search is None or not plan.search.arm(variant).parameters:
        return Chosen(config=plan.config_of(variant), source=f"the variant {variant}")
    from trialist.decide.chosen import best_trial

    found = best_trial(tables(), variant)
    if found is None:
        raise AdoptionRefusedError(
            f"no trial of {variant} has a score, so there is no configuration to adopt",
            where=str(folder.root),
            todo="`trialist next` says what to try",
        )
    return Chosen(
        config=_config_of(folder, plan, found),
        source=f"trial {found.number} of search {found.search} of {variant} ({found.name})",
    )


def _config_of(folder: StudyFolder, plan: Plan, trial: SearchTrial) -> Config:
    planned = () if plan.search is None else plan.search.design
    key = (trial.variant, trial.search, trial.number)
    for one in planned:
        if one.key == key:
            return one.config
    home = folder if trial.source is None else StudyFolder(folder.root.parent / trial.source)
    start = read_journal(home.root / "trials" / (trial.run or "") / "journal.jsonl").start
    config: Mapping[str, object] = start["config"]
    return config


def fresh_values(
    folder: StudyFolder, plan: Plan, records: Iterable[RunRecord], config: Config
) -> tuple[float, ...]:
    """Give the results of those among the runs of one variant that had just this configuration."""
    return tuple(
        record.value
        for record in records
        if record.status is RunStatus.FINISHED
        and record.value is not None
        and (plan.search is None or _ran_with(folder, record) == config)
    )


def _ran_with(folder: StudyFolder, record: RunRecord) -> object:
    return read_journal(folder.root / (record.journal or "")).start["config"]
