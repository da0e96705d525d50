"""The family of a follow-up in every form of the report."""

import json
from dataclasses import replace

import pytest

from trialist.decide.followup import family_of, member_of
from trialist.render.files import results_json
from trialist.render.followup import family_head, family_lines, family_rows
from trialist.render.html import report_html
from trialist.render.markdown import results_markdown
from trialist.render.style import TextStyle
from trialist.render.terminal import results_text
from trialist.values.followup import Origin
from trialist.values.missing import Missing


@pytest.fixture
def data(reports):
    plain = reports["improvement"]
    verdicts = plain.results.comparisons
    first = member_of("first", plain.plan, verdicts, head="ab" * 32)
    own = member_of("again", plain.plan, verdicts[:1], head=None)
    origin = Origin(members=(first,), used=(), next_seed=20)
    return replace(plain, results=replace(plain.results, family=family_of(origin, own, alpha=0.05)))


def test_every_form_has_every_verdict_of_the_family(data):
    text = " ".join(results_text(data).split())
    html, markdown = report_html(data), results_markdown(data)
    for said in data.results.family.statement:
        assert said in text
        assert said in html
        assert said in markdown
    for row in family_rows(data.results.family, data.results.metric):
        assert row.interval in html
        assert row.study in text
    assert 'id="family"' in html
    assert "## The family" in markdown
    told = json.loads(results_json(data.results))["family"]
    assert [one["study"] for one in told["studies"]] == ["first", "again"]
    assert told["n_comparisons"] == 3


def test_the_verdicts_on_one_variant_stand_beside_each_other(data):
    rows = family_rows(data.results.family, data.results.metric)
    assert [(row.variant, row.study) for row in rows] == [
        ("dropout", "first"),
        ("dropout", "again"),
        ("wide", "first"),
    ]
    assert len(rows[0].cells) == len(family_head(data.results.metric))


def test_what_is_not_there_is_a_dash_and_what_may_change_is_open(data):
    family = data.results.family
    member = family.members[0]
    first = replace(
        member.verdicts[0], estimate=Missing("no run"), interval=Missing("no run"), is_final=False
    )
    family = replace(family, members=(replace(member, seeds=(), verdicts=(first,)),))
    (row,) = family_rows(family, data.results.metric)
    assert row.cells[3:] == ["–", "–", "–", "open"]  # noqa: RUF001


def test_a_study_that_follows_up_nothing_has_none_of_it(reports):
    data = reports["improvement"]
    assert family_lines(data.results, TextStyle()) == []
    assert 'id="family"' not in report_html(data)
    assert "family" not in json.loads(results_json(data.results))
    assert "The family" not in results_markdown(data)


def test_a_narrow_terminal_has_the_same_words(data):
    lines = family_lines(data.results, TextStyle(width=40))
    assert (
        " ".join(data.results.family.statement).split()
        == " ".join(lines).split()[-len(" ".join(data.results.family.statement).split()) :]
    )
