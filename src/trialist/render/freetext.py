"""Runs without a plan, in a terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from trialist.render.cells import table_lines, visible
from trialist.render.style import TextStyle

MOST_ROWS = 40


def free_text(
    name: str,
    *,
    state: str,
    counts: Mapping[str, int],
    table: Sequence[Sequence[str]],
    notes: Sequence[tuple[str, str]],
    style: TextStyle,
) -> str:
    """Give where runs without a plan stand.

    Args:
        name: What they are called.
        state: What they are.
        counts: How many stand how.
        table: A head and a row per run, as text; the first two columns are words.
        notes: What else a reader should know: a word, and what is said of it.
        style: Width and color.
    """
    head, *rows = table
    shown = rows[-MOST_ROWS:]
    top, *below = table_lines(
        [[visible(cell) for cell in row] for row in (head, *shown)], gap=2, n_words=2
    )
    lines = [f"{style.bold(visible(name))}   {visible(state)}", "", style.dim(top), *below]
    if len(rows) > len(shown):
        lines.append(f"and {len(rows) - len(shown):,} more above; --json gives all")
    lines += ["", " · ".join(f"{n:,} {status.replace('_', ' ')}" for status, n in counts.items())]
    lines += [f"{word:<8}{visible(said)}" for word, said in notes]
    return style.finish("\n".join(lines).rstrip() + "\n")
