"""A figure: the picture in two sizes, its caption, and the numbers behind it."""

from __future__ import annotations

from dataclasses import dataclass

from trialist.render.figures.palette import DARK_STYLE, FIGURE_STYLE
from trialist.render.markup import Markup, el

NOTHING = Markup("")


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One figure of the report.

    Attributes:
        name: The stem of its files: "differences", "seeds", "curves-train-loss".
        title: What it shows.
        caption: What to see in it, one sentence from the data, and n.
        wide: The picture for pages and print; empty where there is nothing to draw.
        narrow: The picture for phones.
        csv: The numbers behind it.
    """

    name: str
    title: str
    caption: str
    wide: Markup = NOTHING
    narrow: Markup = NOTHING
    csv: str = ""

    @property
    def is_empty(self) -> bool:
        """True where there is nothing to draw; the caption says why."""
        return not self.wide

    @property
    def file(self) -> str:
        """The wide picture as a file of its own, light or dark by the reader's setting."""
        dark = f"@media (prefers-color-scheme:dark){{{DARK_STYLE}}}"
        style = el("style", Markup(FIGURE_STYLE + dark))
        sheet = el("rect", class_="paper", width="100%", height="100%")
        before, mark, after = self.wide.partition("</desc>")
        declared = '<?xml version="1.0" encoding="UTF-8"?>\n'
        return f"{declared}{before}{mark}{style}{sheet}{after}\n"
