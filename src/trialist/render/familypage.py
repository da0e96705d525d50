"""The overview of several families as a page, as Markdown and as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from trialist.ledger.atomic import write_atomic
from trialist.render.cells import visible
from trialist.render.familydata import FamilyData
from trialist.render.familytable import overview_of, setup_of
from trialist.render.grouping import SIGNS
from trialist.render.html import whole_page
from trialist.render.markdown import grid, md
from trialist.render.markup import Markup, el
from trialist.render.sections.page import bullets, paragraph, section


def write_overview(
    folder: Path, data: FamilyData, places: Mapping[str, str], content: Mapping[str, Any]
) -> Path:
    """Write report.html, results.md and results.json of all families into `folder`.

    Args:
        folder: Made where it does not exist.
        data: What is shown.
        places: The folder of each family's own report, by its value.
        content: What results.json holds.

    Returns:
        The page's path.
    """
    folder.mkdir(parents=True, exist_ok=True)
    page = folder / "report.html"
    write_atomic(page, overview_html(data, places))
    write_atomic(folder / "results.md", overview_markdown(data, places))
    text = json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
    write_atomic(folder / "results.json", text)  # last: what machines wait for
    return page


def overview_html(data: FamilyData, places: Mapping[str, str]) -> str:
    """Give the page: a row per family, a sign per variant and family, what limits all of them."""
    title = _title(data)
    parts = [
        el("header", el("h1", title), paragraph(_setup(data), class_="setup")),
        section("Families", _families(data, places), key="families"),
        _grid(data),
        section("What limits this", bullets(_limits(data)), key="limits"),
    ]
    return whole_page(title, parts)


def overview_markdown(data: FamilyData, places: Mapping[str, str]) -> str:
    """Give the overview as Markdown, with a link to the report of each family."""
    blocks = [f"# {md(_title(data))}", md(_setup(data))]
    blocks.append(grid(_head(data), overview_of(data).rows, texts=(0,)))
    if _has_grid(data):
        head = ["", *(md(family.value) for family in data.families)]
        blocks += [grid(head, [[name, *line] for name, line in _signs(data)], texts=(0,))]
        blocks += [md(f"{_legend(data)}.")]
    values = [family.value for family in data.families]
    links = [f"- [{md(value)}]({quote(places[value])}/results.md)" for value in values]
    blocks += ["## Each family", "\n".join(links)]
    blocks += ["## What limits this", "\n".join(f"- {md(text)}" for text in _limits(data))]
    return "\n\n".join(blocks) + "\n"


def _title(data: FamilyData) -> str:
    n = len(data.families)
    return visible(f"{data.study}: {n} famil{'y' if n == 1 else 'ies'} by {data.by}")


def _setup(data: FamilyData) -> str:
    return " · ".join(map(visible, setup_of(data)))


def _head(data: FamilyData) -> list[str]:
    words = [words for _, words in overview_of(data).signs]
    return [data.by, "variants", f"mean of {data.baseline}", "seeds", *words]


def _families(data: FamilyData, places: Mapping[str, str]) -> Markup:
    rows = [
        [el("a", row[0], href=f"{quote(places[row[0]])}/report.html"), *row[1:]]
        for row in overview_of(data).rows
    ]
    return _table(_head(data), rows)


def _grid(data: FamilyData) -> Markup:
    if not _has_grid(data):
        return Markup("")
    head = ["", *(family.value for family in data.families)]
    rows = [[name, *line] for name, line in _signs(data)]
    note = paragraph(_legend(data) + ".", class_="note")
    return section("Every variant in every family", _table(head, rows), note, key="grid")


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Markup:
    kinds = ["text", *["number"] * (len(head) - 1)]
    titles = [
        el("th", title, scope="col", class_=kind) for title, kind in zip(head, kinds, strict=True)
    ]
    body = [
        el("tr", [el("td", cell, class_=kind) for cell, kind in zip(row, kinds, strict=True)])
        for row in rows
    ]
    whole = el("table", el("thead", el("tr", titles)), el("tbody", body))
    return el("div", whole, class_="scroll", tabindex="0")


def _has_grid(data: FamilyData) -> bool:
    return len(data.families) > 1 and len(data.candidates) > 1


def _signs(data: FamilyData) -> list[tuple[str, list[str]]]:
    codes = [{v.variant: v.name for v in family.verdicts} for family in data.families]
    return [
        (name, [SIGNS[one[name]] if name in one else "" for one in codes])
        for name in data.candidates
    ]


def _legend(data: FamilyData) -> str:
    signs = ", ".join(f"{sign} {words}" for sign, words in overview_of(data).signs)
    return f"{signs}; each against {visible(data.baseline)}"


def _limits(data: FamilyData) -> list[str]:
    left = [f"Left out: {one.value} ({one.reason})." for one in data.left_out]
    return [*data.caveats, *left, *data.shared_caveats]
