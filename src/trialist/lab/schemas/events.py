"""The schema of one line of a run's journal."""

from __future__ import annotations

from collections.abc import Mapping

from trialist.design.studyschema import Schema
from trialist.lab.schemas.parts import (
    ANYTHING,
    COUNT,
    JOURNAL_NUMBER,
    MAPPING,
    NUMBER,
    TEXT,
    described,
    list_of,
    mapping_of,
    or_null,
    titled,
    words_of,
)
from trialist.values.events import EventKind, FailureKind, RunStatus

_STEP = described(or_null(COUNT), "The optimizer step.")

KINDS: Mapping[EventKind, Mapping[str, Schema]] = {
    EventKind.START: {
        "format": {"const": 1},
        "run": TEXT,
        "attempt": COUNT,
        "plan": described(or_null(TEXT), "The plan's hash; null for a run without a plan."),
        "metric": or_null(TEXT),
        "config": MAPPING,
        "seeds": or_null(MAPPING),
        "host": TEXT,
        "pid": COUNT,
    },
    EventKind.METRIC: {"step": COUNT, "v": mapping_of(JOURNAL_NUMBER)},
    EventKind.NOTE: {"message": TEXT},
    EventKind.SYSTEM: {"v": mapping_of(NUMBER)},
    EventKind.FINDING: {"step": _STEP, "message": TEXT},
    EventKind.CHECKPOINT: {"step": _STEP, "file": TEXT, "sha256": TEXT, "bytes": COUNT},
    EventKind.RESUMED: {"attempt": COUNT, "step": _STEP},
    EventKind.TOOK_OVER: {"run": TEXT, "step": _STEP, "file": TEXT, "sha256": TEXT},
    EventKind.ARTIFACT: {
        "name": TEXT,
        "version": ANYTHING,
        "sha256": TEXT,
        "aliases": list_of(TEXT),
    },
    EventKind.USED: {"name": TEXT, "version": ANYTHING, "sha256": TEXT},
    EventKind.PREDICTIONS: {"split": TEXT, "file": TEXT, "sha256": TEXT, "n": COUNT},
    EventKind.END: {
        "status": words_of(RunStatus),
        "value": or_null(JOURNAL_NUMBER),
        "failure": or_null(words_of(FailureKind)),
        "message": or_null(TEXT),
        "returned": mapping_of(JOURNAL_NUMBER),
        "seconds": NUMBER,
    },
}
"""What each kind of line holds at least; readers keep kinds that they do not know."""


def events_schema() -> Schema:
    """Give the JSON Schema of a line of journal.jsonl."""
    always = {
        "i": described(COUNT, "The line's number from 0."),
        "k": described(TEXT, "The line's kind."),
        "t": described(NUMBER, "Seconds since the epoch."),
        "c": {"description": "CRC-32 of the line without this.", "pattern": "^[0-9a-f]{8}$"},
    }
    return titled(
        {
            "type": "object",
            "properties": always,
            "required": list(always),
            "allOf": [_when(kind, held) for kind, held in KINDS.items()],
        },
        "A line of a run's journal (journal.jsonl)",
    )


def _when(kind: EventKind, held: Mapping[str, Schema]) -> Schema:
    return {
        "if": {"properties": {"k": {"const": kind.value}}, "required": ["k"]},
        "then": {"properties": dict(held), "required": list(held)},
    }
