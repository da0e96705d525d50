import re

import pytest

from trialist.render.cells import cell_width
from trialist.render.style import TextStyle
from trialist.render.terminal import compare_text, results_text, sentences_text
from trialist.render.textplot import TextScale


def test_a_row_reads_as_in_the_specification(reports):
    text = results_text(reports["improvement"], style=TextStyle(width=110))
    row = next(line for line in text.splitlines() if line.startswith("dropout  "))
    assert re.search(r"5/20\s+96\.08\s+0\.70\s+\+1\.04\s+\[\+0\.78, \+1\.30\].*●.*relevant", row)


@pytest.mark.parametrize("name", ["improvement", "eight", "tiny", "refused", "empty", "alone"])
@pytest.mark.parametrize("width", [40, 50, 72, 80, 100, 160])
def test_no_line_of_a_study_with_short_names_is_wider_than_the_terminal(reports, name, width):
    text = results_text(reports[name], style=TextStyle(width=width))
    lines = [line for line in text.splitlines() if " trialist " not in line]  # commands stay whole
    assert max(map(cell_width, lines)) <= width


@pytest.mark.parametrize("width", [50, 80, 120])
def test_the_table_says_every_verdict_at_every_width(reports, width):
    text = results_text(reports["eight"], style=TextStyle(width=width))
    assert text.count("regression") == 2


def test_text_without_color_holds_no_escape(reports):
    for data in reports.values():
        assert "\x1b" not in results_text(data)


def test_color_changes_no_word(reports):
    plain = results_text(reports["improvement"])
    colored = results_text(reports["improvement"], style=TextStyle(color=True))
    assert re.sub(r"\x1b\[\d+m", "", colored) == plain


def test_ascii_terminals_get_ascii(reports):
    assert results_text(reports["improvement"], style=TextStyle(unicode=False)).isascii()


def test_compare_answers_before_its_table(reports):
    lines = compare_text(reports["table"]).splitlines()
    assert lines[0].startswith("variant-1 helps:")
    assert "no registered plan" in compare_text(reports["table"])


def test_quiet_is_the_sentences_only(reports):
    assert sentences_text(reports["two"].results).startswith("dropout helps:")
    assert "seeds" not in sentences_text(reports["two"].results)


def test_nothing_to_report_says_why(reports):
    assert "No run has given a value yet" in results_text(reports["empty"])


def test_links_stand_in_place_of_the_commands(reports):
    text = results_text(reports["two"], links=(("report", "x/report.html"),))
    assert "report  x/report.html" in text
    assert "trialist reproduce" not in text
    assert "trialist reproduce" in results_text(reports["two"])


def test_zero_is_on_the_scale_even_if_no_interval_reaches_it(reports):
    verdicts = reports["two"].results.comparisons
    scale = TextScale.of(verdicts, width=20, relevant=0.005)
    drawn = scale.draw(verdicts[0].estimate, verdicts[0].interval)
    assert "│" in drawn
    assert "·" in drawn
    assert drawn.index("│") < drawn.index("●")
