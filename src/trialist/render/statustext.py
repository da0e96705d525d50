"""Where a study stands, and what a check of it found, in a terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from trialist.decide.predictions import tally_words
from trialist.render.amounts import mean_and_sd
from trialist.render.cells import left, right, visible, visible_block, wrapped
from trialist.render.lines import progress_line
from trialist.render.progress import Progress, ProgressRow
from trialist.render.style import Sentence, TextStyle
from trialist.render.usagetext import usage_hint, usage_words
from trialist.values.machineuse import MachineUse
from trialist.values.numbers import counted
from trialist.values.predictions import Tally

_NO_PREDICTIONS = Tally()
_HEAD = ("variant", "seeds", "mean", "sd", "")


def status_text(  # noqa: PLR0913 — one parameter per part
    progress: Progress,
    *,
    state: str,
    process: int | None,
    failures: Sequence[str],
    sentences: Sequence[str],
    style: TextStyle,
    tally: Tally = _NO_PREDICTIONS,
    n_amended: int = 0,
    error: str = "",
    machine: MachineUse | None = None,
) -> str:
    """Give where a study stands: its table, its verdicts so far, its failures.

    Args:
        progress: The table.
        state: "finished", "running", or "not finished".
        process: Who runs it, where somebody does.
        failures: One sentence per run that failed.
        sentences: The verdicts so far.
        style: Width and color.
        tally: How many predictions of the whole store came true.
        n_amended: How often the plan was changed after results.
        error: What the coordinator ended with, where nobody saw it.
        machine: What the runs used of it.
    """
    amended = f", amended {counted(n_amended, 'time')}" if n_amended else ""
    who = f" by process {process}" if process is not None else ""
    lines = [f"{style.bold(progress.study)}   {state}{who}{amended}", ""]
    names = ("variant", progress.counts, *_HEAD[2:])
    lines += _table(names, [_cells(row, progress) for row in progress.rows], style)
    if sentences:
        lines.append("")
    for text in sentences:
        lines += wrapped(Sentence.of(text).plain, style.width)
    for failure in failures[:5]:
        head, *rest = failure.splitlines()
        lines += [f"failed  {visible(head)}", *(f"      {visible_block(line)}" for line in rest)]
    if len(failures) > 5:
        lines.append(f"        and {len(failures) - 5} more")
    if error:
        lines += ["", *(visible_block(line) for line in error.splitlines())]
    lines += ["", progress_line(progress)]
    lines += _used(machine, style)
    if tally.n:
        lines += wrapped(tally_words(tally), style.width)
    return style.finish("\n".join(lines) + "\n")


def _used(machine: MachineUse | None, style: TextStyle) -> list[str]:
    if machine is None:
        return []
    said = " · ".join(usage_words(machine))
    hint = usage_hint(machine)
    return [*wrapped(said, style.width), *(wrapped(hint, style.width) if hint else ())]


def _cells(row: ProgressRow, progress: Progress) -> tuple[str, ...]:
    spread = mean_and_sd(row.mean, row.sd, progress.metric, half_width=row.half_width)
    running = f"  {len(row.running)} running" if row.running else ""
    lost = f"  {row.n_failed} failed" if row.n_failed else ""
    lost += f"  {row.n_diverged} diverged" if row.n_diverged else ""
    return (
        visible(row.variant),
        f"{row.n_done}/{row.n_planned}",
        spread.mean,
        spread.sd,
        f"{row.text}{running}{lost}".strip(),
    )


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]], style: TextStyle) -> list[str]:
    widths = [max(len(row[k]) for row in (head, *rows)) for k in range(len(head))]
    lines = []
    for number, row in enumerate((head, *rows)):
        cells = [left(row[0], widths[0])]
        cells += [right(row[k], widths[k]) for k in (1, 2, 3)]
        text = "  ".join([*cells, row[4]]).rstrip()
        lines.append(style.dim(text) if number == 0 else text)
    return lines


def verification_text(found: Mapping[str, Any], *, style: TextStyle) -> str:
    """Give what `verify` found: what holds, or every fault with its place."""
    lines = _sound(found, style) if found["holds"] else _faulty(found, style)
    return style.finish("\n".join(lines).rstrip() + "\n")


def _sound(found: Mapping[str, Any], style: TextStyle) -> list[str]:
    anchored = found["anchored_up_to"]
    known = f"anchored up to entry {anchored}" if anchored else "no anchor on this machine"
    again = "the verdict computed again is the same" if found["has_verdict"] else "no verdict yet"
    entries = "1 entry" if found["entries"] == 1 else f"{found['entries']:,} entries"
    said = f"{entries} in one chain, {counted(found['journals'], 'journal')} as judged, {again}."
    lines = [f"{style.bold(found['study'] + ' holds')}: {said}"]
    lines += [f"{known} · head {found['entries']}:{found['head'][:16]}", ""]
    for text in found.get("remarks", ()):
        lines += [*wrapped(visible(f"note: {text}"), style.width), ""]
    for text in found["sentences"]:
        lines += wrapped(Sentence.of(text).plain, style.width)
    return lines


def _faulty(found: Mapping[str, Any], style: TextStyle) -> list[str]:
    count = len(found["faults"])
    many = "s" if count != 1 else ""
    lines = [f"{style.bold(found['study'] + ' does not hold')}: {count} fault{many}"]
    for fault in found["faults"]:
        lines += [f"  {visible(fault['message'])}", f"    where  {visible(fault['where'])}"]
    return lines
