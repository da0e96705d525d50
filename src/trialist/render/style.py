"""How text is laid out and emphasized: the width, and whether color may be used."""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TextIO

from trialist.render.cells import visible, wrapped
from trialist.values.verdict import VerdictCode

_BOLD, _DIM, _RESET = "\x1b[1m", "\x1b[2m", "\x1b[0m"
_COLORS = {  # a loss gets the same weight as a win
    VerdictCode.IMPROVEMENT.value: "\x1b[34m",
    VerdictCode.RELEVANT_IMPROVEMENT.value: "\x1b[34m",
    VerdictCode.REGRESSION.value: "\x1b[35m",
    VerdictCode.EQUIVALENT.value: "\x1b[36m",
    VerdictCode.NO_RELEVANT_IMPROVEMENT.value: "\x1b[36m",
    VerdictCode.INCONCLUSIVE.value: "\x1b[33m",
    VerdictCode.NOT_COMPARABLE.value: "\x1b[33m",
    VerdictCode.REFUSED.value: "\x1b[33m",
}
_ASCII = str.maketrans(
    {"─": "-", "│": "|", "┼": "+", "●": "o", "·": ".", "…": "~", "∞": "inf", "±": "+-"}
)
_LEAD = re.compile(r"\*\*(.+?:|[^*]+)\*\*\s*(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class TextStyle:
    """How text is written.

    Attributes:
        width: Columns.
        color: True where color and bold type may support the words.
        unicode: False where only ASCII can be written.
    """

    width: int = 80
    color: bool = False
    unicode: bool = True

    def bold(self, text: str) -> str:
        """Give `text` in bold type."""
        return f"{_BOLD}{text}{_RESET}" if self.color and text else text

    def dim(self, text: str) -> str:
        """Give `text` in a quieter tone."""
        return f"{_DIM}{text}{_RESET}" if self.color and text else text

    def verdict(self, text: str, code: str) -> str:
        """Give `text` in the color of a verdict's code."""
        color = _COLORS.get(code, "")
        return f"{color}{text}{_RESET}" if self.color and color and text else text

    def finish(self, text: str) -> str:
        """Give `text` in characters that can be written."""
        if self.unicode:
            return text
        return text.translate(_ASCII).encode("ascii", "replace").decode()


def style_of(stream: TextIO, environ: Mapping[str, str]) -> TextStyle:
    """Give the style that fits `stream`: plain text where it is no terminal or NO_COLOR is set."""
    is_terminal = stream.isatty()
    color = is_terminal and not environ.get("NO_COLOR") and environ.get("TERM") != "dumb"
    width = shutil.get_terminal_size((80, 24)).columns if is_terminal else 100
    encoding = (getattr(stream, "encoding", None) or "utf-8").lower().replace("-", "")
    return TextStyle(width=width, color=color, unicode=encoding.startswith("utf"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """A sentence with its bold lead told apart; the lead is empty where there is none."""

    lead: str
    rest: str

    @classmethod
    def of(cls, text: str) -> Sentence:
        """Take `**lead:** rest` apart."""
        found = _LEAD.fullmatch(text.strip())
        if found is None:
            return cls(lead="", rest=visible(text))
        return cls(lead=visible(found[1]), rest=visible(found[2]))

    @property
    def plain(self) -> str:
        """The sentence without marks."""
        return f"{self.lead} {self.rest}".strip()


def sentence_lines(text: str, style: TextStyle) -> list[str]:
    """Give a sentence as lines of the style's width, its lead bold; none for an empty one."""
    sentence = Sentence.of(text)
    if not sentence.plain:
        return []
    lines = wrapped(sentence.plain, style.width)
    if sentence.lead and lines[0].startswith(sentence.lead):
        lines[0] = style.bold(sentence.lead) + lines[0][len(sentence.lead) :]
    return lines
