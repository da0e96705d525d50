"""A W&B sweep file as a study: the same keys and the same checks as a study file has.

What the sweep says is written as the document of a study, each key with its place in the sweep
file; what cannot be honoured is a mistake of that document, told with all the others.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from trialist.design.compose import compose
from trialist.design.document import Document
from trialist.design.oldscalars import is_text_to_pyyaml, resolve_old
from trialist.design.scalars import Scalar
from trialist.design.studyfile import study_in
from trialist.design.sweepstudy import as_study_document
from trialist.design.yamlnodes import parse_leniently
from trialist.design.yamltext import read_text
from trialist.values.errors import Mistake
from trialist.values.study import Study

_KEY = re.compile(r"""^['"]?(method|parameters|program)['"]?[ \t]*:""", flags=re.MULTILINE)
_STUDY_KEY = re.compile(r"^(trial|variants|space|config)[ \t]*:", flags=re.MULTILINE)
_MOST_NAMED = 3


def is_sweep(text: str) -> bool:
    r"""Tell whether a YAML text is a sweep file of W&B's, by the keys at its left edge.

    Example:
        >>> is_sweep("method: grid\nparameters: {lr: {values: [1, 2]}}")
        True
    """
    found = {match.group(1) for match in _KEY.finditer(text)}
    return "parameters" in found and len(found) > 1 and not _STUDY_KEY.search(text)


def load_sweep(path: Path, overrides: Sequence[str] = (), *, here: Path | None = None) -> Study:
    """Read a sweep file.

    Args:
        path: The file.
        overrides: Dotted overrides of the study that it becomes, such as `search.trials=40`.
        here: The folder that its program is looked for in where it is not beside the file.

    Raises:
        ConfigError: With everything that cannot be read or honoured, each with its place.
    """
    odd: list[str] = []

    def meaning(text: str) -> Scalar:
        if is_text_to_pyyaml(text):
            odd.append(text)
        return resolve_old(text)

    sweep = parse_leniently(read_text(path), str(path), meaning=meaning)
    if not isinstance(sweep.data, dict):
        return study_in(sweep, path)  # which says what it is
    made = as_study_document(sweep, path.parent, here)
    notes = (*_of_numbers(odd), *made.notes)
    document = compose(made.document, overrides)
    document = replace(document, mistakes=(*document.mistakes, *_budget(document, sweep)))
    return study_in(document, path, folder=made.folder, notes=notes)


def _of_numbers(odd: Sequence[str]) -> tuple[str, ...]:
    if not odd:
        return ()
    listed = list(dict.fromkeys(odd))
    more = ", ..." if len(listed) > _MOST_NAMED else ""
    named = ", ".join(listed[:_MOST_NAMED])
    return (f"W&B takes {named}{more} for text; here they are the numbers that they look like",)


def _budget(document: Document, sweep: Document) -> tuple[Mistake, ...]:
    """Give the mistake of a search without an end: only a grid ends by itself."""
    search = document.data.get("search") if isinstance(document.data, dict) else None
    if not isinstance(search, dict) or search.get("trials") is not None:
        return ()
    if search.get("method") in (None, "grid"):
        return ()
    return (
        Mistake(
            message="the sweep has no run_cap, so W&B would go on until somebody stops it",
            where=sweep.place_of_key(("method",)),
            todo="add run_cap: 40 to the file, or --trials 40 to the command",
        ),
    )
