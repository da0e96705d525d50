"""More seeds for a study that is judged at any time: allowed, and written down."""

from __future__ import annotations

from trialist.ledger.folder import StudyFolder
from trialist.ledger.history import History
from trialist.ledger.protocol_log import LogKind, ProtocolLog
from trialist.ledger.store import read_plan
from trialist.values.errors import PlanChangedError
from trialist.values.plan import Plan


def log_extension(folder: StudyFolder, log: ProtocolLog, plan: Plan) -> None:
    """Write into the log that an open-ended study may use more seeds than before.

    Raises:
        PlanChangedError: If it shall use fewer: what has run counts.
    """
    if not plan.is_open or not folder.plan_file.exists():
        return
    before = read_plan(folder)
    if before.hash == plan.hash and len(plan.seeds) < len(before.seeds):
        raise PlanChangedError(
            f"seeds.max can be raised, and it was {len(before.seeds)}, not {len(plan.seeds)}",
            where=str(folder.root),
            todo=f"say seeds.max={len(before.seeds)} or more; what has run counts",
        )
    if before.hash == plan.hash and len(before.seeds) != len(plan.seeds):
        log.append(
            LogKind.EXTENDED, plan=plan.hash, before=len(before.seeds), seeds=len(plan.seeds)
        )


def extensions_in_words(history: History) -> tuple[str, ...]:
    """Give a caveat where an open-ended study was given more seeds on the way; else nothing."""
    if not history.extensions:
        return ()
    steps = [history.extensions[0][0], *(after for _, after in history.extensions)]
    said = " to ".join(map(str, steps))
    return (f"The most seeds were raised on the way ({said}): the test holds at any time.",)
