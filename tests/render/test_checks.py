from dataclasses import replace

from trialist.render.sections.checks import checks, checks_section
from trialist.values.playbook import Check, Level

EDGE = Check(
    check="boundary",
    level=Level.EDGE,
    subject="lr",
    variant="adam",
    sentence="The best <lr> lies at an end.",
    suggestion="Extend it.",
    blocks=True,
)


def test_a_report_without_searches_has_no_such_section(reports):
    assert checks(reports["two"]) == ""


def test_a_report_of_a_search_says_what_its_checks_found(reports):
    data = replace(reports["two"], results=replace(reports["two"].results, checks=(EDGE,)))
    found = checks(data)
    assert "<h3>adam</h3>" in found
    assert "<strong>EDGE</strong> The best &lt;lr&gt; lies at an end." in found
    assert "Extend it." in found


def test_what_found_nothing_is_one_quiet_line():
    found = checks_section(
        [EDGE, Check(check="density", level=Level.OK, variant="adam")], ["adam", "sgd"]
    )
    assert "OK: density" in found
    assert "<h3>sgd</h3>" not in found


def test_what_concerns_all_has_its_own_heading():
    found = checks_section([Check(check="equal_trials", level=Level.OK)], ["adam"])
    assert "<h3>All variants</h3>" in found


def test_without_a_check_the_section_says_why():
    assert "no trial with a value" in checks_section([], [])
