"""The report as files: each is written under another name and then renamed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from trialist.ledger.atomic import write_atomic
from trialist.render.figures.all import figures_of
from trialist.render.html import report_html
from trialist.render.markdown import results_markdown
from trialist.render.reportdata import ReportData
from trialist.values.results import Results


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportPaths:
    """Where the files of a report are."""

    results_json: Path
    results_md: Path
    report_html: Path
    figures: tuple[Path, ...]


def write_report(folder: Path, data: ReportData) -> ReportPaths:
    """Write results.json, results.md, report.html and the figures into `folder`.

    Figures of an earlier report that are not drawn any more are deleted.

    Args:
        folder: Made where it does not exist.
        data: What the report says.
    """
    figures = figures_of(data)
    pictures = folder / "figures"
    pictures.mkdir(parents=True, exist_ok=True)
    texts: dict[Path, str] = {}
    for figure in figures:
        if not figure.is_empty:
            texts[pictures / f"{figure.name}.svg"] = figure.file
            texts[pictures / f"{figure.name}.csv"] = figure.csv
    paths = ReportPaths(
        results_json=folder / "results.json",
        results_md=folder / "results.md",
        report_html=folder / "report.html",
        figures=tuple(texts),
    )
    texts[paths.report_html] = report_html(data, figures=figures)
    texts[paths.results_md] = results_markdown(data)
    texts[paths.results_json] = results_json(data.results)  # last: what machines wait for
    for path, text in texts.items():
        write_atomic(path, text)
    _delete_others(pictures, keep=set(paths.figures))
    return paths


def results_json(results: Results) -> str:
    """Give the text of results.json; it holds no NaN and no infinity."""
    return json.dumps(results.to_dict(), indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def _delete_others(pictures: Path, *, keep: set[Path]) -> None:
    for stem in ("components", "differences", "seeds", "searches", "curves-*", "curves"):
        for suffix in (".svg", ".csv"):
            for path in pictures.glob(stem + suffix):
                if path not in keep:
                    path.unlink()
