"""`trialist reproduce`: makes one run again and compares every number bit by bit."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from trialist.lab.rebuild import CodePlace, code_here, empty_folder, rebuild
from trialist.lab.recorded import Recorded, find_recorded
from trialist.lab.registration import anchor
from trialist.lab.replay import ATTEMPT, run_again
from trialist.lab.unlike import Unlike, differences, facts_here
from trialist.ledger.atomic import write_atomic
from trialist.ledger.lock import StudyLock
from trialist.ledger.protocol_log import LogKind, ProtocolLog
from trialist.ledger.store import Store
from trialist.values.canonical import canonical_json
from trialist.values.errors import LedgerError, ReproduceError
from trialist.values.points import Likeness

RESULT = "comparison.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reproduction:
    """What came of making a run again.

    Attributes:
        study: The study's name.
        run: The run, as `variant/seed-3`.
        attempt: The attempt whose result was compared.
        likeness: How the numbers compare.
        unlike: What was not as recorded.
        code: "in place", or "rebuilt".
        folder: Where the code lay.
        out: Where the new run lies; None where it was removed because it is equal.
        seconds: How long the new run took, with its start.
        not_logged: Why the study's log does not say so; None where it does.
    """

    study: str
    run: str
    attempt: int
    likeness: Likeness
    unlike: tuple[Unlike, ...]
    code: str
    folder: Path
    out: Path | None
    seconds: float
    not_logged: str | None = None

    @property
    def is_equal(self) -> bool:
        """True where every number is equal bit by bit."""
        return self.likeness.is_equal

    def to_dict(self) -> dict[str, Any]:
        """Give the reproduction as plain data."""
        return {
            "study": self.study,
            "run": self.run,
            "attempt": self.attempt,
            **self.likeness.to_dict(),
            "differences": [one.to_dict() for one in self.unlike],
            "code": self.code,
            "folder": str(self.folder),
            "out": None if self.out is None else str(self.out),
            "seconds": round(self.seconds, 3),
            "logged": self.not_logged is None,
            "not_logged": self.not_logged,
        }

    def __str__(self) -> str:
        from trialist.render.reproductiontext import reproduction_text

        return reproduction_text(self.to_dict())


def reproduce(
    run: str,
    *,
    store: str | Path = "experiments",
    out: str | Path | None = None,
    folder: str | Path | None = None,
    here: bool = False,
    ignore: Sequence[str] = (),
) -> Reproduction:
    """Make a finished run again, and compare everything it reported.

    Args:
        run: `variant/seed-3` of the newest study, or `study/variant/seed-3`.
        store: The folder of all studies.
        out: Where the new run and rebuilt code are kept; None: a temporary folder, which is removed
            where the runs are equal.
        folder: The study's folder, with its code; None: it is looked for.
        here: True runs the code in place, even where it is not the recorded one.
        ignore: Patterns of metrics that are not compared, such as "time/*".

    Raises:
        LedgerError: If there is no such run, or its record is damaged.
        ReproduceError: If the code cannot be brought back, or the run fails here.
        TrialLoadError: If the trial cannot be loaded here.
    """
    from trialist.analysis.bitwise import likeness

    place = Store(Path(store).absolute())
    recorded = find_recorded(run, place)
    target = _target(out)
    began = time.monotonic()
    try:
        code = _code(recorded, target, folder=None if folder is None else Path(folder), here=here)
        unlike = differences(recorded, code, facts_here(recorded, code, place.root))
        again = run_again(recorded, code.folder, target)
    except BaseException:
        if out is None and not (target / ATTEMPT).exists():  # no run was begun: nothing to look at
            shutil.rmtree(target, ignore_errors=True)
        raise
    found = likeness(recorded.points, again, ignored=tuple(ignore))
    result = Reproduction(
        study=recorded.folder.name,
        run=recorded.name,
        attempt=recorded.number,
        likeness=found,
        unlike=unlike,
        code="rebuilt" if code.rebuilt else "in place",
        folder=code.folder,
        out=None if out is None and found.is_equal else target,
        seconds=time.monotonic() - began,
        not_logged=_log(recorded, found, unlike),
    )
    if result.out is None:
        shutil.rmtree(target, ignore_errors=True)
    else:
        write_atomic(target / RESULT, canonical_json(result.to_dict()) + "\n")
    return result


def _target(out: str | Path | None) -> Path:
    if out is None:
        return Path(tempfile.mkdtemp(prefix="trialist-reproduce-")).resolve()
    return empty_folder(Path(out))


def _code(recorded: Recorded, target: Path, *, folder: Path | None, here: bool) -> CodePlace:
    found = code_here(recorded, folder)
    if found is not None and (here or not found.changed):
        return found
    if here:
        raise ReproduceError(
            "the code of this run is not here",
            where=str(folder or Path.cwd()),
            todo="go to the folder of its study file, or name that with --folder",
        )
    near = folder if found is None else found.folder
    (target / "code").mkdir()
    return rebuild(recorded, target / "code", near=near)


def _log(recorded: Recorded, found: Likeness, unlike: Sequence[Unlike]) -> str | None:
    """Write down in the study's log that the run was made again; say why where that cannot be."""
    folder = recorded.folder
    try:
        lock = StudyLock(folder.lock_file)
    except (OSError, LedgerError) as error:
        return f"{error}".partition("\n")[0]
    try:
        with closing(ProtocolLog(folder.ledger, clock=time.time)) as log:
            log.append(
                LogKind.REPRODUCED,
                run=recorded.name,
                attempt=recorded.number,
                sha256=recorded.journal.digest,
                **{key: value for key, value in found.to_dict().items() if key != "n_different"},
                differences=[f"{one.kind}: {one.name}" for one in unlike],
            )
            anchor(folder, log)
    except (OSError, LedgerError) as error:
        return f"{error}".partition("\n")[0]
    finally:
        lock.release()
    return None
