import dataclasses
import re
from html.parser import HTMLParser

import pytest

from trialist.render.html import report_html
from trialist.render.reportdata import Curve

VOID = {"meta", "br", "hr", "img", "link"}


class Strict(HTMLParser):
    """Fails where an element is not closed in order."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.open, self.words, self.attributes, self.tags = [], [], [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.words.append(data)


def parsed(text):
    parser = Strict()
    parser.feed(text)
    parser.close()
    assert parser.open == []
    return parser


def test_every_page_is_well_formed(reports):
    for data in reports.values():
        parsed(report_html(data))


def test_ids_are_unique_and_references_hold(reports):
    page = parsed(report_html(reports["eight"]))
    ids = [value for key, value in page.attributes if key == "id"]
    assert len(ids) == len(set(ids))
    named = {p for k, v in page.attributes if k == "aria-labelledby" for p in v.split()}
    assert named <= set(ids)


def test_the_page_needs_nothing_from_outside(reports):
    for data in reports.values():
        page = parsed(report_html(data))
        assert "script" not in page.tags
        links = [v for k, v in page.attributes if k in ("href", "src", "action")]
        assert all(link.startswith("data:text/csv") for link in links)
        assert not re.search(r"url\(|@import", report_html(data))


def test_what_users_wrote_is_escaped(reports):
    evil = "<script>alert('x')</script>\"&\x1b"
    data = dataclasses.replace(
        reports["diverged"],
        question=evil,
        shortcuts=(evil,),
        provenance={evil: evil},
        commands=((evil, evil),),
        results=dataclasses.replace(
            reports["long"].results, study=evil, caveats=(evil,), deviations=(evil,)
        ),
        curves=(Curve(metric=evil, variant=evil, seed=0, steps=(1, 2), values=(1.0, 2.0)),),
    )
    page = report_html(data)
    tags = set(parsed(page).tags)
    assert not {"script", "b"} & tags
    assert "\x1b" not in page
    assert "alert(&#x27;x&#x27;)" in page


def test_error_texts_are_shown_as_text(reports):
    assert "&lt;b&gt;shape&lt;/b&gt; &amp; size\nmismatch" in report_html(reports["diverged"])


def test_the_same_data_gives_the_same_page(reports):
    assert report_html(reports["eight"]) == report_html(reports["eight"])


def test_sections_come_in_the_order_of_the_specification(reports):
    page = report_html(reports["two"])
    titles = re.findall(r"<h2>([^<]+)</h2>", page)
    assert titles == [
        "Differences to the baseline",
        "Every seed",
        "Learning curves of val/accuracy",
        "Learning curves of train/loss",
        "Table",
        "Limits",
        "How it was decided",
        "Methods",
        "Configuration",
        "Cost",
        "Provenance",
        "Data",
    ]
    assert page.index("dropout helps:") < page.index("<h2>")


def test_the_lead_of_a_sentence_is_bold(reports):
    assert "<strong>dropout helps:</strong> val/accuracy" in report_html(reports["two"])


def test_empty_sections_say_why(reports):
    page = report_html(reports["empty"])
    assert page.count('class="empty"') >= 6


def test_a_variant_shows_what_it_changes(reports):
    page = report_html(reports["two"])
    assert "<h3>dropout changes</h3><dl><dt>model.dropout</dt><dd>0.1</dd></dl>" in page


@pytest.mark.slow
def test_sixty_long_runs_make_a_page_of_bounded_size(report):
    groups = {name: [0.9 + 0.001 * i for i in range(15)] for name in ("baseline", "a", "b", "c")}
    steps = tuple(range(10_000))
    shapes = [tuple(1 / (1 + s / 900) + (s * (7 + k) % 11) / 50 for s in steps) for k in range(3)]
    curves = tuple(
        Curve(metric=metric, variant=name, seed=seed, steps=steps, values=shapes[seed % 3])
        for metric in ("val/accuracy", "train/loss")
        for name in groups
        for seed in range(15)
    )
    page = report_html(dataclasses.replace(report(groups, with_curves=False), curves=curves))
    assert len(page) < 2_000_000
