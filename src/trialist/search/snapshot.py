"""A search's state as bytes, so that a long one need not be replayed from its beginning."""

from __future__ import annotations

import hashlib
import json
import pickle
import platform
from collections.abc import Sequence
from typing import Any, TypeVar

from trialist.search.protocol import Event, Proposal, Sampler
from trialist.search.replay import replayed
from trialist.values.canonical import canonical_bytes, digest_of

S = TypeVar("S", bound=Sampler)

_FORMAT = 1


def snapshot(sampler: Sampler, events: Sequence[Event]) -> bytes:
    """Give the state of `sampler` after all of `events`.

    The first line says what it belongs to, the rest is a pickle. Reading a pickle runs what it
    holds, so it is kept where only this machine's user writes (his cache), never in a store that
    is copied; it is derived, and can be deleted at any time.
    """
    payload = pickle.dumps(sampler, protocol=5)
    head = {**_head(sampler, events), "sha256": hashlib.sha256(payload).hexdigest()}
    return canonical_bytes(head) + b"\n" + payload


def restored(
    fresh: S, kept: bytes | None, events: Sequence[Event], *, where: str | None = None
) -> S:
    """Bring a `fresh` sampler to where it was after `events`, from a snapshot if it fits.

    A snapshot that is broken, of another search, of other libraries, or of other events is not
    used: then all events are replayed. The events that came after it always are.

    Args:
        fresh: As `sampler_for` gives it.
        kept: What `snapshot` gave; None where there is none.
        events: All that happened, in its order.
        where: What the events were read from, for errors.

    Raises:
        ResumeError: If it does not propose again what was recorded.
    """
    found = None if kept is None else _taken(fresh, kept, events)
    if found is None:
        return replayed(fresh, events, where=where)
    sampler, n_events = found
    return replayed(sampler, events[n_events:], where=where)


def _taken(fresh: S, kept: bytes, events: Sequence[Event]) -> tuple[S, int] | None:
    first, _, payload = kept.partition(b"\n")
    try:
        head = json.loads(first)
        n_events = int(head.pop("n_events"))
        sha256 = head.pop("sha256")
    except (ValueError, TypeError, KeyError, AttributeError):
        return None
    wanted = _head(fresh, events[:n_events])
    if not 0 <= n_events <= len(events) or {**head, "n_events": n_events} != wanted:
        return None
    if hashlib.sha256(payload).hexdigest() != sha256:
        return None
    sampler: Any = pickle.loads(payload)  # noqa: S301 - checked above, see `snapshot`
    return (sampler, n_events) if isinstance(sampler, type(fresh)) else None


def _head(sampler: Sampler, events: Sequence[Event]) -> dict[str, Any]:
    return {
        "format": _FORMAT,
        "python": platform.python_version(),
        "search": digest_of(dict(sampler.identity)),
        "n_events": len(events),
        "events": _digest(events),
    }


def _digest(events: Sequence[Event]) -> str:
    found = hashlib.sha256()
    for event in events:
        kind = "proposed" if isinstance(event, Proposal) else "told"
        found.update(canonical_bytes([kind, event.to_dict()]) + b"\n")
    return found.hexdigest()
