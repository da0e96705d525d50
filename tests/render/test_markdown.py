from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from trialist.render.html import report_html
from trialist.render.markdown import md, results_markdown


def test_sentences_come_before_the_table(reports):
    text = results_markdown(reports["two"])
    assert text.index("**dropout helps:** val/accuracy") < text.index("| variant |")


def test_every_table_line_has_as_many_cells_as_its_head(reports):
    for data in reports.values():
        lines = [line for line in results_markdown(data).splitlines() if line.startswith("|")]
        blocks = {len(line.replace("\\|", "").split("|")) for line in lines}
        assert len(blocks) <= 3  # components, results, looks


def test_names_cannot_make_markup(reports):
    text = results_markdown(reports["long"])
    assert "<script>" not in text
    assert "label-smoothing" in text


@given(st.text())
def test_escaped_text_stays_on_one_line(text):
    assert "\n" not in md(text)


def test_what_an_amendment_changed_stands_below_its_reason(reports):
    data = reports["long"]
    told = ('Amendment 1, after 6 results: "why".', "Amendment 1: code was changed, a_b.py.", "x.")
    data = replace(data, results=replace(data.results, deviations=told))
    text = results_markdown(data)
    assert '- Amendment 1, after 6 results: "why".\n  - Code was changed, a_b.py.\n- x.' in text
    assert "<ul><li>Code was changed, a_b.py.</li></ul>" in report_html(data)


def test_lost_runs_deviations_and_shortcuts_are_told(reports):
    text = results_markdown(reports["diverged"])
    assert "high-lr/seed-100 diverged: its goal metric was not a finite number" in text
    assert "failed (error) after 3 attempts, last step 12: ValueError" in text
    assert "The plan was changed after 6 runs: lr was 0.2." in text
    assert "One seed would have said" in text
    assert "high-lr/seed-9: finished" in text


def test_nothing_to_report_says_why(reports):
    assert "No run has given a value yet" in results_markdown(reports["empty"])


def test_commands_can_be_copied(reports):
    assert "trialist reproduce dropout/seed-0  # reproduce" in results_markdown(reports["two"])
