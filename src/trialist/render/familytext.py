"""Several families in a terminal: what was found in each, then each with its own table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from trialist.render.cells import aligned_at_point, cell_width, cut, left, right, visible, wrapped
from trialist.render.familydata import Family, FamilyData
from trialist.render.familytable import overview_of, setup_of
from trialist.render.grouping import SIGNS
from trialist.render.style import TextStyle
from trialist.render.terminal import answer_lines, flowed, link_lines, remark_lines
from trialist.render.texttable import results_table
from trialist.values.verdict import VerdictCode

_MOST_NAME = 24
_MEAN = 3  # the column of the baseline's mean


def families_text(
    data: FamilyData,
    *,
    style: TextStyle,
    links: Sequence[tuple[str, str]] = (),
    quiet: bool = False,
) -> str:
    """Give all families as text.

    Args:
        data: What is shown.
        style: Width and color.
        links: Pairs of a label and a path, written last.
        quiet: True for what was found only: no tables, no caveats.
    """
    blocks: list[list[str]] = []
    if not quiet:
        blocks += [_head(data, style), overview_lines(data, style), grid_lines(data, style)]
    for family in data.families:
        blocks += _family(data, family, style, quiet=quiet)
    if not quiet:
        blocks += [_limits(data, style), link_lines(links)]
    text = "\n\n".join("\n".join(block) for block in blocks if block)
    return style.finish(text + "\n")


def _head(data: FamilyData, style: TextStyle) -> list[str]:
    n = len(data.families)
    title = f"{visible(data.study)}: {n} famil{'y' if n == 1 else 'ies'} by {visible(data.by)}"
    setup = setup_of(data)
    return [style.bold(cut(title, style.width)),
            *(style.dim(line) for line in flowed(setup, style.width))]  # fmt: skip


def overview_lines(data: FamilyData, style: TextStyle) -> list[str]:
    """Give one line per family: its variants, the baseline's mean, and how often what was found."""
    overview = overview_of(data)
    signs = [sign for sign, _ in overview.signs]
    head = ["", data.by, "variants", f"mean of {data.baseline}", "seeds", *signs]
    lines = [[str(k), *row] for k, row in enumerate(overview.rows, start=1)]
    columns = []
    for place, cells in enumerate(zip(head, *lines, strict=True)):
        shown = [cut(visible(cell), _MOST_NAME) for cell in cells]
        if place == _MEAN:
            shown = [shown[0], *aligned_at_point(shown[1:])]
        width = max(map(cell_width, shown))
        pad = left if place == 1 else right
        columns.append([pad(cell, width) for cell in shown])
    text = ["  ".join(cells).rstrip() for cells in zip(*columns, strict=True)]
    return [style.dim(text[0]), *text[1:], *_legend(data, style)]


def grid_lines(data: FamilyData, style: TextStyle) -> list[str]:
    """Give a sign per variant and family; the families are numbered as in the overview."""
    names = data.candidates
    if len(data.families) < 2 or len(names) < 2:
        return []
    codes = [{v.variant: v.name for v in family.verdicts} for family in data.families]
    width = min(_MOST_NAME, max(cell_width(visible(name)) for name in names))
    gap = len(str(len(codes))) + 1
    if width + gap * len(codes) > style.width:
        return []
    head = " " * width + "".join(right(str(k), gap) for k in range(1, len(codes) + 1))
    lines = [style.dim(head)]
    for name in names:
        signs = [_sign(one.get(name), gap, style) for one in codes]
        lines.append((left(cut(visible(name), width), width) + "".join(signs)).rstrip())
    return lines


def _legend(data: FamilyData, style: TextStyle) -> list[str]:
    signs = ", ".join(f"{sign} {words}" for sign, words in overview_of(data).signs)
    return [style.dim(line) for line in wrapped(f"variants that are: {signs}", style.width)]


def _sign(code: VerdictCode | None, gap: int, style: TextStyle) -> str:
    if code is None:
        return " " * gap
    return " " * (gap - 1) + style.verdict(SIGNS[code], code.value)


def _family(
    data: FamilyData, family: Family, style: TextStyle, *, quiet: bool
) -> Iterator[list[str]]:
    title = style.bold(f"{visible(data.by)} {visible(family.value)}")
    answers = answer_lines(family.data.results, style)
    yield [title, *answers]
    if quiet:
        return
    yield results_table(family.data, style)
    own = replace(family.data.results, caveats=tuple(data.own_caveats(family)))
    yield remark_lines(own, style)


def _limits(data: FamilyData, style: TextStyle) -> list[str]:
    shown = replace(
        data.families[0].data.results,
        caveats=(
            *data.caveats,
            *(f"Left out: {one.value} ({one.reason})." for one in data.left_out),
            *data.shared_caveats,
        ),
        findings=(),
        deviations=(),
    )
    return remark_lines(shown, style)
