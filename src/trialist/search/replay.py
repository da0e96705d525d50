"""A search brought back to where it was, from what happened to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from trialist.search.protocol import Event, Proposal, Sampler
from trialist.values.canonical import canonical_json
from trialist.values.errors import ResumeError

S = TypeVar("S", bound=Sampler)


def replayed(sampler: S, events: Iterable[Event], *, where: str | None = None) -> S:
    """Bring a fresh `sampler` to where it was, so that it goes on as if nothing had happened.

    Every proposal is asked for again and every end told again, in their order. Trials that were
    proposed and have no end are `waiting` afterwards: who runs them again tells their ends, who
    gives them up tells them as failed.

    Args:
        sampler: As `sampler_for` gives it.
        events: What happened, in the order in which it was recorded.
        where: What the events were read from, for the error.

    Raises:
        ResumeError: If it proposes something else than was recorded, or was told of a trial that
            it never proposed.
    """
    for event in events:
        if isinstance(event, Proposal):
            _check(sampler, event, sampler.ask(), where)
        elif event.number in sampler.waiting:
            sampler.tell(event)
        else:
            raise ResumeError(
                f"the record tells of the end of trial {event.number}, which is not running then",
                where=where,
                todo="the record was altered or lost lines: begin the study anew, with --new",
            )
    return sampler


def _check(sampler: Sampler, recorded: Proposal, again: Proposal | None, where: str | None) -> None:
    if again is None:
        raise ResumeError(
            f"the record has a trial {recorded.number}, and the search ends before it",
            where=where,
            todo="the plan was made smaller: begin the study anew, with --new",
        )
    if canonical_json(recorded.to_dict()) == canonical_json(again.to_dict()):
        return
    raise ResumeError(
        f"the search does not propose again what it proposed: {_difference(recorded, again)}",
        where=where,
        todo="go on where the search began, with the libraries of that time"
        f"{_versions(sampler)}; or begin the study anew, with --new",
    )


def _difference(recorded: Proposal, again: Proposal) -> str:
    if recorded.number != again.number:
        return f"trial {again.number} where the record has trial {recorded.number}"
    names = dict.fromkeys((*recorded.params, *again.params))
    for name in names:
        was, now = recorded.params.get(name, _Absent()), again.params.get(name, _Absent())
        if isinstance(was, _Absent) or isinstance(now, _Absent) or not _same(was, now):
            return f"trial {recorded.number} has {name} = {now}, the record {was}"
    return f"trial {recorded.number} lies at another point of the design"


class _Absent:
    def __str__(self) -> str:
        return "nothing"


def _same(one: Any, other: Any) -> bool:
    return canonical_json(one) == canonical_json(other)


def _versions(sampler: Sampler) -> str:
    found: Mapping[str, str] = sampler.identity.get("versions", {})
    here = ", ".join(f"{name} {number}" for name, number in found.items())
    return f" (here: {here})" if here else ""
