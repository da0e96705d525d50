"""What to say of a study whose log was altered: only what stands before the fault counts."""

from __future__ import annotations

from trialist.ledger.entries import fault_in
from trialist.ledger.folder import StudyFolder
from trialist.values.errors import Mistake


def broken_log(folder: StudyFolder) -> Mistake | None:
    """Give what is wrong with a study's log and what that means; None where it is sound."""
    fault = fault_in(folder)
    if fault is None:
        return None
    return Mistake(
        message=f"line {fault.line} {fault.message}; nothing from there on counts",
        where=f"{folder.ledger}:{fault.line}",
        todo="`trialist verify` lists all faults",
    )
