"""Every error that a person may see says what to do."""

from __future__ import annotations

import ast
from pathlib import Path

from trialist.values import errors

SOURCE = Path(errors.__file__).parents[1]
KINDS = {
    name
    for name, kind in vars(errors).items()
    if isinstance(kind, type) and issubclass(kind, errors.TrialistError | errors.Mistake)
} - {"JournalError"}  # it has a cure of its own
SAID_ELSEWHERE = {
    "lab/session.py": {"RunsFailedError"},  # its mistakes are set on the next line
    "lab/amend.py": {"PlanChangedError"},
    "execute/command/lastwords.py": {"TrialError"},  # the cure is in the message, before the quote
    "analysis/predictions.py": {"Mistake"},  # "and 3 more"
    "analysis/table.py": {"Mistake"},
    "analysis/trials.py": {"Mistake"},
}


def without_cure(path: Path) -> list[str]:
    """Give the errors that `path` makes without `todo`."""
    calls = [
        node
        for node in ast.walk(ast.parse(path.read_bytes()))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in KINDS - SAID_ELSEWHERE.get(path.relative_to(SOURCE).as_posix(), set())
    ]
    return [
        f"{path}:{call.lineno}: {ast.unparse(call)}"
        for call in calls
        if not {"todo", None} & {keyword.arg for keyword in call.keywords}
    ]


def test_every_error_has_a_cure() -> None:
    assert "ConfigError" in KINDS
    assert [line for path in SOURCE.rglob("*.py") for line in without_cure(path)] == []


def test_a_damaged_journal_has_a_cure() -> None:
    (mistake,) = errors.JournalError("m", where="w").mistakes
    assert "trialist store check" in (mistake.todo or "")
    assert errors.JournalError("m", todo="t").mistakes[0].todo == "t"
