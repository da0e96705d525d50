"""What came of making a run again, as text: the answer, the first difference, what is unlike."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from trialist.render.cells import visible
from trialist.render.style import TextStyle
from trialist.values.numbers import counted, duration

_MOST_LINES = 8
_MOST_ULPS = 1_000_000
"""More than that is no rounding, and says nothing."""
_CLOCK = ("_s", "_seconds", "per_second", "per_s", "time")


def reproduction_text(
    found: Mapping[str, Any], *, style: TextStyle | None = None, here: str = ""
) -> str:
    """Give the text of a reproduction as plain data.

    Args:
        found: As `Reproduction.to_dict` gives it.
        style: Width and color; plain text without it.
        here: The folder that the reader stands in; paths below it are shown from there.
    """
    style = style or TextStyle()
    lines = [*_answer(found, style), "", *_unlike(found["differences"]), *_places(found, here)]
    return "\n".join(lines) + "\n"


def _answer(found: Mapping[str, Any], style: TextStyle) -> Iterator[str]:
    name = visible(f"{found['study']}/{found['run']}")
    count = f"{found['n_equal']:,} of {found['n']:,} values equal bit by bit"
    if found["equal"]:
        yield style.bold(f"{name} is reproduced:") + f" {count} ({duration(found['seconds'])})"
        return
    yield style.bold(f"{name} is not reproduced:") + f" {count} ({duration(found['seconds'])})"
    if found["first"] is None:
        yield "  nothing was reported that could be compared"
        return
    yield f"  first    {_difference(found['first'])}"
    if found["largest"] != found["first"]:
        yield f"  largest  {_difference(found['largest'])}"
    metrics = found["n_different"]
    yield "  in       " + ", ".join(f"{visible(name)} ({n:,})" for name, n in metrics.items())
    if all(str(metric).endswith(_CLOCK) for metric in metrics):
        yield "  These look like times, which no two runs share: --ignore PATTERN leaves them out."


def _difference(one: Mapping[str, Any]) -> str:
    place = "" if one["step"] is None else f" at step {one['step']:,}"
    name = visible(one["metric"])
    if one["recorded"] is None:
        return f"{name}{place}: {one['again']!r} here, not in the record"
    if one["again"] is None:
        return f"{name}{place}: {one['recorded']!r} in the record, not here"
    words = f"{name}{place}: recorded {one['recorded']!r}, here {one['again']!r}"
    if one["difference"] is None:
        return words
    size = f"{one['difference']:.2g} apart"
    if one["ulps"] <= _MOST_ULPS:
        size += f", {counted(one['ulps'], 'ulp')} of {one['of']}"
    return f"{words} ({size})"


def _unlike(differences: Sequence[Mapping[str, str]]) -> Iterator[str]:
    if not differences:
        yield "code, configuration, software, machine and data are as recorded"
        return
    yield "not as recorded:"
    for kind, group in groupby(differences, key=lambda one: one["kind"]):
        found = list(group)
        for one in found[:_MOST_LINES]:
            name, was, now = (visible(one[key]) for key in ("name", "recorded", "here"))
            yield f"  {kind:<14} {name}: {was} -> {now}"
        if len(found) > _MOST_LINES:
            yield f"  {kind:<14} and {len(found) - _MOST_LINES} more (--json lists them)"


def _places(found: Mapping[str, Any], here: str) -> Iterator[str]:
    if found["out"] is None and found["code"] == "rebuilt":
        yield "code  rebuilt from the record, in a folder that is gone again"
    else:
        yield f"code  {found['code']}, {_from(here, found['folder'])}"
    if found["out"] is not None:
        yield f"run   {_from(here, found['out'])}"
    if found["not_logged"] is not None:
        yield f"note  the study's log does not say so: {visible(found['not_logged'])}"


def _from(here: str, path: str) -> str:
    if here and path == here:
        return "."
    return visible(path.removeprefix(f"{here}/") if here else path)
