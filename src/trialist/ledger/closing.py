"""How the coordinator closes an attempt whose worker could not: a file beside the journal."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from trialist.ledger.atomic import write_atomic
from trialist.ledger.output import stderr_tail
from trialist.values.canonical import canonical_json
from trialist.values.errors import LedgerError
from trialist.values.events import FailureKind, RunStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """Why an attempt without an end line ended.

    Attributes:
        status: How.
        failure: Why, of a failure.
        message: The same in words.
        seconds: How long it was at work, where somebody watched it to the end.
    """

    status: RunStatus
    failure: FailureKind | None
    message: str
    seconds: float | None = None


def write_closing(attempt: Path, closing: Closing) -> None:
    """Write `closed.json` into the attempt's folder; of a failure with the end of its stderr."""
    attempt.mkdir(parents=True, exist_ok=True)
    tail = stderr_tail(attempt) if closing.status is RunStatus.FAILED else ()
    fields = {
        "status": closing.status.value,
        "failure": closing.failure.value if closing.failure else None,
        "message": closing.message,
        **({} if closing.seconds is None else {"seconds": round(closing.seconds, 3)}),
        **({"stderr": list(tail)} if tail else {}),
    }
    write_atomic(attempt / "closed.json", canonical_json(fields) + "\n")


def read_closing(attempt: Path) -> Closing | None:
    """Give how the attempt was closed, if it was.

    Raises:
        LedgerError: If `closed.json` is damaged.
    """
    path = attempt / "closed.json"
    try:
        fields = json.loads(path.read_text(encoding="utf-8"))
        failure = fields["failure"]
        return Closing(
            status=RunStatus(fields["status"]),
            failure=FailureKind(failure) if failure else None,
            message=str(fields["message"]),
            seconds=fields.get("seconds"),
        )
    except OSError:
        return None
    except (ValueError, KeyError, TypeError) as error:
        raise LedgerError(
            "this file is damaged: it does not say how the attempt ended",
            where=str(path),
            todo="restore it from a copy; without one, remove the whole attempt's folder",
        ) from error
