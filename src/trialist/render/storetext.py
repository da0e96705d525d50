"""What the store's commands found or did, as text for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from trialist.render.cells import visible
from trialist.render.style import TextStyle
from trialist.values.numbers import counted
from trialist.values.sizes import size

_MOST = 30


def check_text(found: Mapping[str, Any], *, style: TextStyle) -> str:
    """Give what `store check` found: study by study, damage with its place, what still holds."""
    lines: list[str] = []
    for study in found["studies"]:
        lines += _study(study, style)
    for message in found["artifacts"]:
        lines.append(f"  {visible(message)}")
    studies = found["studies"]
    n_sound = sum(study["sound"] for study in studies)
    said = f"{n_sound} of {len(studies):,} {'study' if len(studies) == 1 else 'studies'} sound"
    if found["artifacts"]:
        said += f", {counted(len(found['artifacts']), 'artifact')} damaged"
    lines.append(said + ".")
    return style.finish("\n".join(lines) + "\n")


def _study(study: Mapping[str, Any], style: TextStyle) -> Iterator[str]:
    runs = study["runs"]
    what = "is sound" if study["sound"] else "is damaged"
    said = f"{counted(runs['sound'], 'run')} sound"
    if runs["damaged"]:
        said += f", {runs['damaged']} damaged"
    if study["torn_journals"]:
        torn = counted(study["torn_journals"], "journal")
        said += f"; {torn} cut by a kill in the last line, which nobody was told of"
    if study["running"]:
        said += "; it is being run"
    yield f"{style.bold(visible(study['study']) + ' ' + what)}: {said}."
    for one in study["damage"][:_MOST]:
        mark = "" if one["of_the_record"] else "note: "
        yield f"  {mark}{visible(one['message'])}"
        yield f"    where  {visible(one['where'])}"
    if len(study["damage"]) > _MOST:
        yield f"  and {len(study['damage']) - _MOST:,} more (all of them: --json)"
    yield from _verdicts(study)
    yield from _repair(study)


def _verdicts(study: Mapping[str, Any]) -> Iterator[str]:
    whole = [name for name, holds in study["verdicts"].items() if holds]
    hurt = [name for name, holds in study["verdicts"].items() if not holds]
    if hurt and whole:
        yield f"  still whole: what the {_verdict(whole)} on"
    if hurt:
        yield f"  no longer whole: what the {_verdict(hurt)} on"


def _verdict(names: Sequence[str]) -> str:
    what = "verdict on" if len(names) == 1 else "verdicts on"
    return f"{what} {visible(', '.join(names))} {'rests' if len(names) == 1 else 'rest'}"


def _repair(study: Mapping[str, Any]) -> Iterator[str]:
    for one in study["set_aside"]:
        yield f"  set aside  {visible(one['file'])}"
        yield f"         to  {visible(one['to'])}"
    again = study["runs_again"]
    if again:
        named = ", ".join(again[:5]) + (f" and {len(again) - 5} more" if len(again) > 5 else "")
        many = counted(len(again), "run")
        yield f"  the next `trialist run` makes {many} again: {visible(named)}"


def copy_text(done: Mapping[str, Any], *, style: TextStyle) -> str:
    """Give what `store copy` did."""
    lines = [
        f"{style.bold(visible(one['study']))}: {_amount(one)}, checked by digest"
        for one in done["studies"]
    ]
    if done["artifacts"] is not None:
        lines.append(f"{style.bold('artifacts')}: {_amount(done['artifacts'])}")
    for one in (*done["studies"], done["artifacts"] or {"left_out": ()}):
        lines += [f"  left out, for it is no file: {visible(name)}" for name in one["left_out"]]
    for name in done["artifacts_left_as_they_are"]:
        lines.append(f"  left as it is there, for it differs: {visible(name)}")
    lines.append(
        "The copy has no anchor: `trialist verify` checks its chain, and an anchor from a report "
        "with --anchor."
    )
    return style.finish("\n".join(lines) + "\n")


def _amount(one: Mapping[str, Any]) -> str:
    files = f"{counted(one['files'], 'file')}, {size(one['bytes'])}"
    return files if one["written"] == one["files"] else f"{files} ({one['written']:,} were new)"


def compact_text(done: Sequence[Mapping[str, Any]], *, style: TextStyle) -> str:
    """Give what `store compact` wrote."""
    lines = []
    for one in done:
        said = f"{one['rows']:,} rows of {counted(one['runs'], 'run')}, {size(one['bytes'])}"
        if one["open_runs"]:
            still = counted(one["open_runs"], "run")
            said += f"; {still} without an end stay in their journals only"
        lines.append(f"{style.bold(visible(one['study']))}: {said}")
        lines.append(f"  {visible(one['path'])}")
    return style.finish("\n".join(lines) + "\n")
