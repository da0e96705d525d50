"""What a run logged, over its attempts: the last one wins from its resume step on.

An attempt that went on from a checkpoint has a line `resumed` that names the earlier attempt and
the place of the checkpoint's line in that attempt's journal. What the earlier attempt logged up to
there belongs to the run; what it logged afterwards was done again, and stays readable in its
journal only.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from trialist.ledger.folder import attempt_number
from trialist.ledger.journal import scan_journal
from trialist.values.events import EventKind, decode_number


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """The part of an attempt that belongs to a run.

    Attributes:
        attempt: The attempt's folder.
        begins: The place of the line with which it went on from an earlier attempt; -1 where it
            did not.
        ends: The place of the checkpoint from which a later attempt went on; None: it is the last.
        step: That checkpoint's step. What was logged at it still counts, unless it came again.
        sha256: The digest of the journal up to that checkpoint's line, as the later attempt saw it.
    """

    attempt: Path
    begins: int = -1
    ends: int | None = None
    step: int | None = None
    sha256: str | None = None

    @property
    def journal(self) -> Path:
        """The attempt's journal."""
        return self.attempt / "journal.jsonl"

    @property
    def number(self) -> int:
        """The attempt, from 1."""
        return attempt_number(self.attempt) or 1

    def events(self, kinds: Collection[str]) -> Iterator[Mapping[str, Any]]:
        """Give the lines of some kinds that belong to the run; those after it began anew only."""
        if not self.journal.exists():
            return
        for event in scan_journal(self.journal, kinds):
            counts = self.ends is None or event["i"] < self.ends or event["step"] == self.step
            if event["i"] > self.begins and counts:
                yield event


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One call of `run.log`.

    Attributes:
        attempt: The attempt that made it, from 1.
        step: Its step.
        values: The metrics, NaN and infinities among them.
    """

    attempt: int
    step: int
    values: Mapping[str, float]


def chain_of(attempt: Path) -> tuple[Link, ...]:
    """Give the attempts that a run consists of, oldest first; `attempt` is the last.

    Raises:
        JournalError: If a line that says from where an attempt went on is damaged.
    """
    links = [Link(attempt=attempt)]
    while (resumed := _resumed(links[0])) is not None:
        links[0] = replace(links[0], begins=int(resumed["i"]))
        older = Link(
            attempt=attempt.with_name(f"attempt-{resumed['attempt']}"),
            ends=int(resumed["event"]),
            step=int(resumed["step"]),
            sha256=str(resumed["journal"]),
        )
        links.insert(0, older)
    return tuple(links)


def _resumed(link: Link) -> Mapping[str, Any] | None:
    if link.number == 1 or not link.journal.exists():  # the first has nothing to go on from
        return None
    events = scan_journal(link.journal, {EventKind.RESUMED})
    # Only downwards, so that a journal written by hand cannot lead in a circle.
    return next((one for one in events if int(one["attempt"]) < link.number), None)


def rows_of(attempt: Path) -> Iterator[Row]:
    """Give what a run logged, in order and in constant memory; `attempt` is the one that counts.

    Raises:
        JournalError: At file:line, where a row is damaged.
    """
    chain = chain_of(attempt)
    for link, later in zip(chain, [*chain[1:], None], strict=True):
        again = frozenset[str]() if later is None else _logged_at(later, link.step)
        for event in link.events({EventKind.METRIC}):
            is_late = link.ends is not None and event["i"] > link.ends
            values = {
                name: decode_number(value)
                for name, value in event["v"].items()
                if not (is_late and name in again)
            }
            if values:
                yield Row(attempt=link.number, step=int(event["step"]), values=values)


def rows_before(attempt: Path) -> Iterator[Row]:
    """Give what earlier attempts logged before the checkpoint that `attempt` went on from.

    Raises:
        JournalError: At file:line, where a row is damaged.
    """
    for link in chain_of(attempt)[:-1]:
        for event in link.events({EventKind.METRIC}):
            if link.ends is None or event["i"] < link.ends:
                values = {name: decode_number(value) for name, value in event["v"].items()}
                yield Row(attempt=link.number, step=int(event["step"]), values=values)


def _logged_at(link: Link, step: int | None) -> frozenset[str]:
    found: set[str] = set()
    for event in link.events({EventKind.METRIC}):
        if event["step"] == step:
            found |= event["v"].keys()
    return frozenset(found)


def events_of(attempt: Path, kinds: Collection[str]) -> Iterator[Mapping[str, Any]]:
    """Give the events of other kinds than metrics, over all attempts of a run, oldest first.

    Each says its `attempt`.

    Raises:
        JournalError: At file:line, where one is damaged.
    """
    for link in chain_of(attempt):
        if link.journal.exists():
            for event in scan_journal(link.journal, kinds):
                if link.ends is None or event["i"] < link.ends:
                    yield {**event, "attempt": link.number}


def faults(attempt: Path) -> Iterator[str]:
    """Give what is wrong with the earlier attempts that a run went on from, as sentences."""
    for link in chain_of(attempt):
        if link.ends is None:
            continue
        if not link.journal.exists():
            yield f"{link.journal} is missing, and {attempt.name} went on from it"
        elif prefix_digest(link.journal, link.ends) != link.sha256:
            yield f"{link.journal} is not as it was when {attempt.name} went on from it"


def prefix_digest(journal: Path, last: int) -> str:
    """Give the SHA-256 of a journal up to and with the line at place `last`."""
    digest = hashlib.sha256()
    with journal.open("rb") as file:
        for place, line in enumerate(file):
            digest.update(line)
            if place == last:
                break
    return digest.hexdigest()
