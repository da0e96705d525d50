"""An analysis of searches in a terminal: a block per variant, the most important first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from trialist.render.analysisdata import QUIET, AnalysisData, tally_of
from trialist.render.analysiswords import (
    NOBODY,
    OPTIMISTIC,
    alike,
    best_words,
    count_words,
    front_words,
    headline,
    importance_words,
    params_words,
    quiet_words,
    setup_words,
    target_words,
)
from trialist.render.cells import cut, visible, wrapped
from trialist.render.style import TextStyle, sentence_lines
from trialist.values.playbook import Check, Level

_INDENT = 2
_MOST_CHECKS = 12
_COLORS = {True: "not_comparable", False: "equivalent"}


def analysis_text(
    data: AnalysisData,
    *,
    style: TextStyle,
    quiet: bool = False,
    links: Sequence[tuple[str, str]] = (),
) -> str:
    """Give the analysis as text; the answer comes first.

    Args:
        data: The analysis.
        style: Width and color.
        quiet: True for the sentences only: the answer, and what was found.
        links: Pairs of a label and a path or command, written last.
    """
    answer = sentence_lines(headline(data), style)
    if quiet:
        said = [line for check in alike(data.loud) for line in wrapped(_said(check), style.width)]
        return style.finish("\n".join([*answer, *said]) + "\n")
    blocks = [_title(data, style), answer, *_variants(data, style), _nobody(data, style)]
    blocks += [_notes(data, style), _links(links)]
    return style.finish("\n\n".join("\n".join(block) for block in blocks if block) + "\n")


def _said(check: Check) -> str:
    return f"{check.level.value}: {visible(check.sentence)}"


def _title(data: AnalysisData, style: TextStyle) -> list[str]:
    head = "   ".join(filter(None, (visible(data.name), visible(data.question))))
    setup = " · ".join(visible(one) for one in setup_words(data))
    first = style.bold(cut(head, style.width))
    quiet = wrapped(setup, style.width)
    if not data.finished:
        quiet += wrapped("Trials are still to come: this is what is known by now.", style.width)
    return [first, *map(style.dim, quiet)]


def _variants(data: AnalysisData, style: TextStyle) -> Iterator[list[str]]:
    for name in data.variants:
        tally = tally_of(data.table, name)
        lines = [style.bold(cut(visible(name), style.width))]
        counts = f"{count_words(tally)} · {best_words(tally, data.table)}"
        lines += _hung("", counts, style, indent=_INDENT)
        further = (
            params_words(data, tally),
            front_words(data, name),
            target_words(data, name),
            importance_words(data, name),
        )
        for words in filter(None, further):
            lines += _hung("", visible(words), style, indent=_INDENT, dim=True)
        yield [*lines, *_checks([one for one in data.checks if one.variant == name], style)]


def _nobody(data: AnalysisData, style: TextStyle) -> list[str]:
    rest = [check for check in data.checks if check.variant not in data.variants]
    lines = _checks(rest, style)
    return [style.bold(NOBODY), *lines] if lines else []


def _checks(checks: Sequence[Check], style: TextStyle) -> list[str]:
    """Give what was found, each with what to do; then, in short, what found nothing."""
    told = alike([one for one in checks if one.level not in (Level.OK, Level.UNDECIDED)])
    quiet = quiet_words(checks)
    levels = [one.level.value for one in told] + [level for level, _ in quiet]
    pad = max(map(len, levels), default=0)
    lines = []
    for check in told[:_MOST_CHECKS]:
        lines += _hung(
            check.level.value, visible(check.sentence), style, pad=pad, loud=_is_loud(check)
        )
        if check.suggestion:
            lines += _hung("", f"to do: {visible(check.suggestion)}", style, pad=pad)
    if len(told) > _MOST_CHECKS:
        more = f"and {len(told) - _MOST_CHECKS} more, on the page"
        lines += _hung("", more, style, pad=pad, dim=True)
    for level, words in quiet:
        lines += _hung(level, visible(words), style, pad=pad, dim=True)
    return lines


def _is_loud(check: Check) -> bool:
    return check.level not in QUIET


def _hung(  # noqa: PLR0913 — one line with its looks
    word: str,
    text: str,
    style: TextStyle,
    *,
    indent: int = _INDENT,
    pad: int | None = None,
    loud: bool = False,
    dim: bool = False,
) -> list[str]:
    """Give `text` wrapped beside `word`, which stands in a column of its own."""
    start = indent + (pad + 2 if pad is not None else 0)
    rows = wrapped(text, max(style.width - start, 24))
    lines = []
    for place, row in enumerate(rows):
        head = word.ljust(pad + 2) if pad is not None and place == 0 else " " * (start - indent)
        colored = style.verdict(head, _COLORS[loud]) if head.strip() else head
        lines.append((" " * indent + colored + (style.dim(row) if dim else row)).rstrip())
    return lines


def _notes(data: AnalysisData, style: TextStyle) -> list[str]:
    has_best = any(trial.value is not None for trial in data.table.trials)
    said = [*data.notes, *([OPTIMISTIC] if has_best else [])]
    return [style.dim(line) for note in said for line in wrapped(visible(note), style.width)]


def _links(links: Sequence[tuple[str, str]]) -> list[str]:
    pad = max((len(label) for label, _ in links), default=0)
    return [f"{label.ljust(pad)}  {visible(where)}" for label, where in links]
