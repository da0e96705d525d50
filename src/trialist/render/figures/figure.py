"""A figure: the picture in two sizes, its caption, and the numbers behind it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from trialist.render.figures.palette import DARK_STYLE, FIGURE_STYLE
from trialist.render.markup import Markup, el

NOTHING = Markup("")


def figure_name(kind: str, text: str, taken: set[str], *, otherwise: str = "variant") -> str:
    """Give the stem of a figure's files, which no other figure has, and take it.

    Args:
        kind: What the figure shows: "curves".
        text: Whose it is, in any characters.
        taken: The stems that are in use; the new one is added.
        otherwise: What stands for a text without a letter or a digit.

    Example:
        >>> taken = {"curves-val-loss"}
        >>> figure_name("curves", "val/loss", taken), figure_name("curves", "%", taken)
        ('curves-val-loss-', 'curves-variant')
    """
    name = f"{kind}-{re.sub(r'[^a-z0-9]+', '-', text.lower()).strip('-') or otherwise}"
    while name in taken:  # two texts that differ only in signs
        name += "-"
    taken.add(name)
    return name


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
