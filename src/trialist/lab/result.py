"""What a study or a comparison gives back to its caller."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from trialist.render.reportdata import ReportData
from trialist.render.style import TextStyle
from trialist.values.results import Results
from trialist.values.verdict import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyResult:
    """The results with everything that a report needs.

    Attributes:
        data: What is shown at once; of a table, without what only a report needs.
        folder: The study's folder; None for a table of results.
        interrupted: True where Ctrl-C ended the command before the answer.
        out_of_time: True where `max_seconds` did.
        is_table: True where the results come from a table (`compare`).
        complete: Gives `data` with its sensitivity analyses and methods paragraph, which resample
            and decide nothing; None where it has them.
    """

    data: ReportData
    folder: Path | None = None
    interrupted: bool = False
    out_of_time: bool = False
    is_table: bool = False
    complete: Callable[[], ReportData] | None = None

    @property
    def whole(self) -> ReportData:
        """Everything that the report is made of."""
        return self.data if self.complete is None else self.complete()

    @property
    def results(self) -> Results:
        """The results as plain values."""
        return self.whole.results

    @property
    def verdicts(self) -> Mapping[str, Verdict]:
        """The verdicts by the variant's name."""
        return self.results.verdicts

    @property
    def finished(self) -> bool:
        """True where every comparison is answered or all seeds are spent."""
        return self.data.results.finished

    @property
    def n_failed(self) -> int:
        """Runs that failed beyond their retries."""
        return sum(summary.sample.n_failed for summary in self.data.results.variants)

    @property
    def failures(self) -> tuple[str, ...]:
        """Each run that failed in one line, and the end of its stderr in others below it."""
        from trialist.lab.failures import failures_of

        if self.folder is None or self.data.plan is None:
            return ()
        return failures_of(self.data.runs, self.folder, self.data.plan)

    def to_dict(self) -> dict[str, Any]:
        """Give exactly the content of results.json."""
        return self.results.to_dict()

    def report(self, folder: str | Path) -> Path:
        """Write results.md, report.html, results.json and the figures into `folder`.

        Returns:
            The page's path.
        """
        from trialist.render.files import write_report

        place = Path(folder)
        place.mkdir(parents=True, exist_ok=True)
        return write_report(place, self.whole).report_html

    def text(
        self,
        *,
        style: TextStyle | None = None,
        links: Sequence[tuple[str, str]] = (),
        quiet: bool = False,
    ) -> str:
        """Give the results as text for a terminal.

        Args:
            style: Width and color; plain text in 80 columns without it.
            links: Pairs of a label and a path or command, written last.
            quiet: True for the sentences only.
        """
        from trialist.render.terminal import compare_text, results_text, sentences_text

        style = style or TextStyle()
        if quiet:
            return sentences_text(self.data.results, style=style)
        write = compare_text if self.is_table else results_text
        return write(self.data, style=style, links=links)

    def __str__(self) -> str:
        return self.text()
