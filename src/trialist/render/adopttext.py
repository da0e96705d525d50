"""What became the new baseline, and the history of baselines, as text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from trialist.render.cells import table_lines, visible, wrapped
from trialist.render.style import Sentence, TextStyle
from trialist.values.adoption import Decision
from trialist.values.baselinehistory import ENOUGH_SEEDS, KeyChange
from trialist.values.metric import Goal, Metric
from trialist.values.numbers import Unit, counted, decimals_for, signed

_MOST_CHANGES = 8


def adopted_text(found: Mapping[str, Any], *, style: TextStyle | None = None) -> str:
    """Give what an adoption did.

    Args:
        found: As `Adopted.to_dict` gives it.
        style: Width and color; plain text without it.
    """
    style = style or TextStyle()
    made, adoption = found["round"], found["adoption"]
    lines = _answer(found, style)
    lines += ["", f"changed  {_changes(made['changes'])}"]
    lines.append(f"round    {made['round']}, from {visible(made['source'])} of {made['study']}")
    if adoption["decision"] != Decision.ADOPT:
        lines += _labelled("reason", visible(made["reason"] or ""), style)
    lines += _labelled("seeds", _seeds(made), style)
    wrote = "wrote" if found["new"] else "file"
    lines.append(f"{wrote:<7}  {visible(found['file'])}   (`include:` it in the next study)")
    lines.append(f"next     trialist next {visible(found['study'])}")
    return "\n".join(lines) + "\n"


def _answer(found: Mapping[str, Any], style: TextStyle) -> list[str]:
    name = visible(found["variant"])
    if not found["new"]:
        return wrapped(f"{name} is adopted already (round {found['round']['round']}).", style.width)
    lines = wrapped(Sentence.of(found["adoption"]["sentence"]).plain, style.width)
    if found["adoption"]["decision"] != Decision.ADOPT:
        lines += wrapped(
            f"{name} is adopted all the same, for the reason that was given.", style.width
        )
    return lines


def _seeds(made: Mapping[str, Any]) -> str:
    validation = made["validation"]
    n = 0 if validation is None else validation["n"]
    if made["validated"]:
        return f"{counted(n, 'fresh seed')} of exactly this configuration: validated"
    return (
        f"{counted(n, 'fresh seed')} of exactly this configuration; a validation asks for "
        f"{ENOUGH_SEEDS}"
    )


def _labelled(label: str, text: str, style: TextStyle) -> list[str]:
    head, *rest = wrapped(text, style.width - 9)
    return [f"{label:<7}  {head}", *(f"         {line}" for line in rest)]


def _changes(changes: Sequence[Mapping[str, Any]]) -> str:
    said = [visible(str(KeyChange.from_dict(one))) for one in changes[:_MOST_CHANGES]]
    more = len(changes) - len(said)
    said += [f"and {more} more"] if more else []
    return ", ".join(said) or "nothing: the configuration is the one before"


def history_text(histories: Sequence[Mapping[str, Any]], *, style: TextStyle | None = None) -> str:
    """Give the histories of a store, a table each with what every round showed.

    Args:
        histories: As `BaselineHistory.to_dict` gives them.
        style: Width and color; plain text without it.
    """
    style = style or TextStyle()
    if not histories:
        return "No baseline was adopted in this store yet: `trialist adopt STUDY VARIANT`.\n"
    lines: list[str] = []
    for history in histories:
        rounds = history["rounds"]
        what = f"{visible(history['trial'])} by {visible(history['metric'])}"
        lines += [f"{style.bold(what)}   {counted(len(rounds), 'round')}", ""]
        lines += _table(history, style)
        for one in rounds:
            lines += ["", *_told(one, style)]
        lines.append("")
    return "\n".join(lines)


def _table(history: Mapping[str, Any], style: TextStyle) -> list[str]:
    head = ("round", "study", "variant", "gain, 95 %", "fresh seeds", "mean")
    rows = [_cells(one, history["metric"]) for one in history["rounds"]]
    first, *rest = table_lines([head, *rows], gap=3)
    return [style.dim(first), *rest]


def _cells(one: Mapping[str, Any], metric: str) -> tuple[str, ...]:
    validation = one["validation"]
    mean = None if validation is None else validation["mean"]
    unit = Unit.of(Metric(name=metric, goal=Goal.MAXIMIZE).seen([mean or 0.0]))
    decimals = 2
    gain = ""
    if one["interval"] is not None and one["estimate"] is not None:
        low, high = (end * unit.factor for end in one["interval"])
        decimals = decimals_for((high - low) / 2)
        ends = f"[{signed(low, decimals)}, {signed(high, decimals)}]"
        gain = f"{signed(one['estimate'] * unit.factor, decimals)} {ends}"
    return (
        str(one["round"]),
        visible(one["study"]) + (" (gone)" if one["study_is_gone"] else ""),
        visible(one["variant"]),
        gain or "not known",
        "0" if validation is None else f"{validation['n']}",
        "" if mean is None else unit.show(mean, decimals),
    )


def _told(one: Mapping[str, Any], style: TextStyle) -> Iterator[str]:
    day = datetime.fromtimestamp(one["time"], tz=UTC).date().isoformat()
    yield from wrapped(f"{one['round']}. {visible(one['learned'])}", style.width)
    for earlier in one.get("before", ()):
        said = f"after    {visible(earlier['study'])}: {visible(earlier['learned'])}"
        yield from _indented(said, style)
    yield f"   changed  {_changes(one['changes'])}"
    if one["decision"] != Decision.ADOPT:
        said = f"against the rule, which said {one['decision'].replace('_', ' ')}"
        yield from _indented(f"adopted {said}: {visible(one['reason'] or '')}", style)
    yield f"   by       {visible(one['by'])}, {day}"
    if not one["validated"]:
        yield "   open     not validated on fresh seeds yet"


def _indented(text: str, style: TextStyle) -> list[str]:
    return [f"   {line}" for line in wrapped(text, style.width - 3)]
