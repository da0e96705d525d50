"""The methods paragraph and the sensitivity analyses in the report."""

import dataclasses
import html
import re

from trialist.render.html import report_html
from trialist.render.markdown import md, results_markdown
from trialist.values.evidence import Interval, Sensitivity
from trialist.values.methods import MethodsPart, MethodsText

TEXT = MethodsText(
    parts=(
        MethodsPart(text="wide|<b>", field="comparisons[0].variant"),
        MethodsPart(text=" was judged at "),
        MethodsPart(text="0.95", field="comparisons[0].level", is_number=True),
        MethodsPart(text=" & more."),
    ),
    version="0.1.0",
)
OTHERS = (
    Sensitivity(name="sign-flip", p=0.4),
    Sensitivity(name="bootstrap-t", interval=Interval(low=-0.001, high=0.02)),
)


def with_text(data):
    first, *rest = data.results.comparisons
    told = dataclasses.replace(first, sensitivity=OTHERS)
    results = dataclasses.replace(data.results, methods=TEXT, comparisons=(told, *rest))
    return dataclasses.replace(data, results=results)


def section(page, key):
    return re.search(rf'<section id="{key}">.*?</section>', page, flags=re.DOTALL)[0]


def test_the_page_has_the_paragraph_and_every_number_names_its_field(reports):
    text = section(report_html(with_text(reports["two"])), "methods")
    assert '<span title="results.json: comparisons[0].level">0.95</span> &amp; more.' in text
    assert "<li>0.95: <code>comparisons[0].level</code></li>" in text
    words = html.unescape(re.sub(r"<[^>]+>", "", text))
    assert TEXT.plain in words


def test_a_page_without_a_comparison_says_why_there_is_no_paragraph(reports):
    assert "None: nothing was compared." in section(report_html(reports["alone"]), "methods")
    assert "None for this kind of" in section(report_html(reports["two"]), "methods")


def test_markdown_has_the_paragraph_and_its_fields(reports):
    text = results_markdown(with_text(reports["two"]))
    assert "## Methods, for a paper\n\n" + md(TEXT.plain) in text
    assert "- 0.95: `comparisons[0].level`" in text
    assert "## Methods" not in results_markdown(reports["two"])


def test_sensitivity_stands_under_how_it_was_decided(reports):
    data = with_text(reports["two"])
    page = section(report_html(data), "decided")
    assert "<h3>Sensitivity</h3>" in page
    assert "(decides nothing; not corrected for looks): sign-flip p 0.4, bootstrap-t" in page
    text = results_markdown(data)
    assert text.index("## How it was decided") < text.index("### Sensitivity")
    assert text.index("### Sensitivity") < text.index("## What the usual shortcuts")


def test_without_sensitivity_there_is_no_heading(reports):
    assert "<h3>Sensitivity" not in report_html(reports["two"])
    assert "### Sensitivity" not in results_markdown(reports["two"])
