"""The report as one page that needs nothing else: no script, no font, no network."""

from __future__ import annotations

from collections.abc import Sequence

from trialist.render.cells import visible
from trialist.render.figures.all import figures_of
from trialist.render.figures.figure import Figure
from trialist.render.markup import Markup, el
from trialist.render.pagestyle import PAGE_STYLE
from trialist.render.reportdata import ReportData
from trialist.render.sections.answer import answer
from trialist.render.sections.checks import checks
from trialist.render.sections.components import components
from trialist.render.sections.decided import decided
from trialist.render.sections.downloads import downloads
from trialist.render.sections.followup import followup
from trialist.render.sections.limits import limits
from trialist.render.sections.methods import methods
from trialist.render.sections.numbers import numbers
from trialist.render.sections.origin import cost, provenance
from trialist.render.sections.pictures import pictures
from trialist.render.sections.predictions import predictions
from trialist.render.sections.rounds import rounds
from trialist.render.sections.sealed import sealed
from trialist.render.sections.searched import searched
from trialist.render.sections.searches import searches
from trialist.render.sections.setup import setup

_ALONE = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"


def report_html(data: ReportData, *, figures: Sequence[Figure] | None = None) -> str:
    """Give the page.

    Args:
        data: What the report says.
        figures: Its figures, where they are drawn already.
    """
    drawn = figures_of(data) if figures is None else figures
    title = ": ".join(filter(None, (visible(data.results.study), visible(data.question))))
    parts = [
        answer(data),
        predictions(data),
        followup(data),
        components(data),
        pictures(drawn),
        numbers(data),
        searches(data),
        searched(data),
        checks(data),
        sealed(data),
        rounds(data),
        limits(data),
        decided(data),
        methods(data),
        setup(data),
        cost(data),
        provenance(data),
        downloads(drawn),
    ]
    return whole_page(title, parts)


def whole_page(title: str, parts: Sequence[Markup]) -> str:
    """Give a page of its own around `parts`."""
    head = el(
        "head",
        el("meta", charset="utf-8"),
        el("meta", http_equiv="Content-Security-Policy", content=_ALONE),
        el("meta", name="viewport", content="width=device-width, initial-scale=1"),
        el("meta", name="color-scheme", content="light dark"),
        el("title", title),
        el("style", Markup(PAGE_STYLE)),
    )
    body = el("main", parts)
    return f"<!doctype html>\n{el('html', head, el('body', body), lang='en')}\n"
