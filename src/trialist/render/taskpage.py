"""The report on many tasks: a page, Markdown, JSON, and the figures."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from trialist.ledger.atomic import write_atomic
from trialist.render.cells import visible
from trialist.render.figures.figure import Figure
from trialist.render.figures.palette import looks_of
from trialist.render.figures.profiles import Shown, profiles_figure
from trialist.render.figures.rankdiagram import rank_figure
from trialist.render.figures.taskmatrix import Cells, matrix_figure
from trialist.render.grouping import MOST_SENTENCES
from trialist.render.html import whole_page
from trialist.render.markdown import grid, md
from trialist.render.markup import Markup, el
from trialist.render.sections.downloads import downloads
from trialist.render.sections.page import bullets, paragraph, section, sentence, table
from trialist.render.sections.pictures import pictures
from trialist.render.style import Sentence
from trialist.render.taskdata import TaskData
from trialist.render.tasktable import (
    KINDS,
    difference_rows,
    difference_title,
    task_cells,
    used_kinds,
    variant_rows,
)
from trialist.render.tasktext import correction_words, rank_words, scale_words, setup_of
from trialist.values.missing import Missing

_RANKS = (
    "Friedman's test of the ranks by the F of Iman and Davenport; where it rejects, Nemenyi's "
    "critical difference over all pairs of variants."
)

_SIGNS = (
    "The sign test counts tasks on which the mean is ahead, one pair at a time: a check that "
    "decides nothing."
)


def write_tasks(folder: Path, data: TaskData) -> Path:
    """Write results.json, results.md, report.html and the figures into `folder`.

    Args:
        folder: Made where it does not exist.
        data: What the report says.

    Returns:
        The page's path.
    """
    figures = tasks_figures(data)
    pictures_folder = folder / "figures"
    pictures_folder.mkdir(parents=True, exist_ok=True)
    for figure in figures:
        texts = {"svg": figure.file, "csv": figure.csv}
        for suffix, text in texts.items():
            path = pictures_folder / f"{figure.name}.{suffix}"
            if figure.is_empty:
                path.unlink(missing_ok=True)  # of an earlier report
            else:
                write_atomic(path, text)
    page = folder / "report.html"
    write_atomic(page, tasks_html(data, figures))
    write_atomic(folder / "results.md", tasks_markdown(data))
    text = json.dumps(data.to_dict(), indent=1, ensure_ascii=False, allow_nan=False) + "\n"
    write_atomic(folder / "results.json", text)  # last: what machines wait for
    return page


def tasks_figures(data: TaskData) -> tuple[Figure, ...]:
    """Give the figures: average ranks, profiles, every comparison."""
    names = [name for name in data.variants if name in data.over.profiles]
    reasons = [one.reason for one in data.over.pooled.values() if isinstance(one, Missing)]
    shown = Shown(
        profiles={name: data.over.profiles[name] for name in names},
        looks=looks_of(data.variants, data.baseline),
        scale_words=data.over.scale.words,
        n_tasks=len(data.over.complete),
        why_none=reasons[-1] if reasons else "",
    )
    cells = Cells(
        variants=tuple(tally.variant for tally in data.told.tallies),
        tasks=tuple(family.value for family in data.families),
        found={
            (family.value, one.variant): one for family in data.families for one in family.verdicts
        },
    )
    return (
        rank_figure(data.over.ranking, baseline=data.baseline),
        profiles_figure(shown),
        matrix_figure(cells, baseline=data.baseline),
    )


def tasks_html(data: TaskData, figures: Sequence[Figure]) -> str:
    """Give the page: what may be said, the figures, the tables, what limits it."""
    parts = [
        _answer(data),
        pictures(figures),
        _variants(data),
        _tasks(data),
        _differences(data),
        section("Limits", bullets(data.caveats), key="limits"),
        section("How it was decided", bullets(decided_words(data)), key="decided"),
        downloads(figures),
    ]
    return whole_page(_title(data), parts)


def _title(data: TaskData) -> str:
    return visible(f"{data.study}: {len(data.families)} tasks by {data.by}")


def _answer(data: TaskData) -> Markup:
    parts = [el("h1", _title(data))]
    parts += [sentence(text, class_="verdict") for text in data.told.headline]
    told = [data.told.sentences[tally.variant] for tally in data.told.tallies]
    if len(told) <= MOST_SENTENCES:
        parts += [sentence(text, class_="verdict") for text in told]
    else:
        listed = el("ul", [el("li", sentence(text)) for text in told])
        parts.append(el("details", el("summary", f"Each of the {len(told)} variants"), listed))
    parts.append(paragraph(" · ".join(map(visible, setup_of(data))), class_="setup"))
    return el("header", parts)


def variant_table(data: TaskData) -> tuple[list[str], list[list[str]]]:
    """Give head and rows of the variants."""
    kinds = used_kinds(data)
    head = ["variant", "average rank", "IQM", "95 % interval", "mean", "95 % interval"]
    rows = [
        [row.name, row.rank, row.iqm, row.interval, row.mean, row.mean_interval]
        + [row.counts[place] if row.counts else "" for place in kinds]
        for row in variant_rows(data)
    ]
    signs = [row.signs for row in variant_rows(data)]
    whole = [[*cells, p] for cells, p in zip(rows, signs, strict=True)]
    return [*head, *(KINDS[place] for place in kinds), "sign test, p"], whole


def _variants(data: TaskData) -> Markup:
    head, rows = variant_table(data)
    note = paragraph(f"{scale_words(data)} {_SIGNS}".strip(), class_="note")
    return section("Variants", table(head, rows), note, key="variants")


def _tasks(data: TaskData) -> Markup:
    head, rows = task_cells(data)
    note = "The mean and SD are in each task's own unit; the counts are of variants."
    return section("Tasks", table(head, rows), paragraph(note, class_="note"), key="tasks")


def _differences(data: TaskData) -> Markup:
    rows = [
        [row.task, row.variant, row.seeds, row.difference, row.interval, row.words]
        for row in difference_rows(data)
    ]
    head = [data.by, "variant", "seeds", difference_title(data), "interval", "verdict"]
    summary = el("summary", f"{len(rows)} comparisons, task by task")
    whole = el("details", summary, table(head, rows, texts=(0, 1, 5)))
    return section("Differences", whole, key="differences")


def decided_words(data: TaskData) -> list[str]:
    """Give how it was decided, as sentences."""
    tests = sorted({one.test for family in data.families for one in family.verdicts})
    how = f"corrected within the task ({correction_words(data)})"
    said = [f"On each task: {' or '.join(tests)} against {data.baseline}, {how}."]
    if rank_words(data):
        said += [_sentenced(rank_words(data)), _RANKS]
    if scale_words(data):
        said.append(scale_words(data))
    return said


def _sentenced(text: str) -> str:
    return text[0].upper() + text[1:]


def tasks_markdown(data: TaskData) -> str:
    """Give the whole text of results.md."""
    told = [*data.told.headline, *(data.told.sentences[one.variant] for one in data.told.tallies)]
    blocks = [f"# {md(_title(data))}", *map(_sentence, told)]
    blocks.append(md(" · ".join(setup_of(data))))
    head, rows = variant_table(data)
    blocks += ["## Variants", grid(head, rows, texts=(0,))]
    blocks.append(md(f"{scale_words(data)} {_SIGNS}".strip()))
    head, rows = task_cells(data)
    blocks += ["## Tasks", grid([md(one) for one in head], rows, texts=(0,))]
    differences = [
        [row.task, row.variant, row.seeds, row.difference, row.interval, row.words]
        for row in difference_rows(data)
    ]
    head = [md(data.by), "variant", "seeds", md(difference_title(data)), "interval"]
    blocks += ["## Differences", grid([*head, "verdict"], differences, texts=(0, 1, 5))]
    blocks += ["## Limits", "\n".join(f"- {md(text)}" for text in data.caveats)]
    words = [f"- {md(text)}" for text in decided_words(data)]
    blocks += ["## How it was decided", "\n".join(words)]
    return "\n\n".join(block for block in blocks if block) + "\n"


def _sentence(text: str) -> str:
    parts = Sentence.of(text)
    return f"**{md(parts.lead)}** {md(parts.rest)}".strip() if parts.lead else md(parts.rest)
