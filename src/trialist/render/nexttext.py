"""What to do next, as text: the recommended step first, each with its reason."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from trialist.render.cells import visible, wrapped
from trialist.render.style import TextStyle


def next_text(found: Mapping[str, Any], *, style: TextStyle | None = None) -> str:
    """Give the proposals after a study.

    Args:
        found: As `NextRound.to_dict` gives it.
        style: Width and color; plain text without it.
    """
    style = style or TextStyle()
    lines: list[str] = []
    for number, one in enumerate(found["proposals"], start=1):
        lines += _proposal(number, one, style)
    if found["file"] is not None:
        file = visible(found["file"])
        lines.append(f"wrote  {file}")
        lines.append(f"then   trialist plan {file}, and trialist run {file}")
    return "\n".join(lines).rstrip("\n") + "\n"


def _proposal(number: int, one: Mapping[str, Any], style: TextStyle) -> Iterator[str]:
    title = visible(one["title"])
    recommended = "   (recommended)" if number == 1 else ""
    yield style.bold(f"{number}. {title}") + recommended
    yield from _indented(one["why"], style)
    if one["caveat"]:
        yield from _indented(f"Mind: {one['caveat']}.", style)
    if one["command"]:
        step = "" if number == 1 or not one["makes_study"] else f" --step {one['step']}"
        yield f"   $ {visible(one['command'])}{step}"
    yield ""


def _indented(text: str, style: TextStyle) -> list[str]:
    return [f"   {line}" for line in wrapped(visible(text), style.width - 3)]
