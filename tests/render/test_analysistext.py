import dataclasses

import pytest

from trialist.analysis.stepstotarget import Fastest
from trialist.render.analysisdata import tally_of
from trialist.render.analysistext import analysis_text
from trialist.render.analysiswords import (
    OPTIMISTIC,
    alike,
    best_words,
    headline,
    importance_words,
    noise_words,
    params_words,
    quiet_words,
    setup_words,
    target_words,
    todo_of,
)
from trialist.render.cells import cell_width
from trialist.render.populationdata import Population
from trialist.render.style import TextStyle
from trialist.values.evidence import Interval
from trialist.values.importance import Importance, Importances
from trialist.values.playbook import Check, Level


def text(data, **more):
    return analysis_text(data, style=TextStyle(**more))


@pytest.mark.parametrize("case", ["digits", "few", "none", "lost", "alone"])
@pytest.mark.parametrize("width", [80, 40])
def test_no_line_is_wider_than_the_terminal(analyses, case, width):
    for line in text(analyses[case], width=width).splitlines():
        *_, last = line.rsplit("  ", 1)
        assert cell_width(line) <= width or " " not in last.strip()


def test_the_answer_comes_before_the_variants(analyses):
    found = text(analyses["digits"])
    assert found.startswith("optimizers-on-digits   Which optimizer is better on digits")
    answer, adam = found.index("These cannot be compared: EDGE: adam.lr"), found.index("\nadam\n")
    assert 0 < answer < adam < found.index("Extend its range to 0.01")
    assert "64 trials: 55 complete, 9 diverged · search best 98.20 points (optimistic)" in found
    assert OPTIMISTIC[:40] in found


def test_the_best_of_a_search_is_never_called_performance(analyses):
    for data in analyses.values():
        found = text(data, width=200)
        noted = OPTIMISTIC in " ".join(found.split())
        assert found.lower().count("search best") == found.count("(optimistic)") + noted


def test_quiet_gives_the_sentences_only(analyses):
    found = analysis_text(analyses["digits"], style=TextStyle(width=300), quiet=True).splitlines()
    assert found[0].startswith("These cannot be compared")
    assert found[1].startswith("EDGE: The best adam.lr")
    assert len(found) == 2


def test_color_supports_the_words_and_is_left_out_where_it_must_be(analyses):
    colored, plain = text(analyses["digits"], color=True), text(analyses["digits"])
    assert "\x1b[" in colored
    assert "\x1b[" not in plain
    assert "EDGE" in plain


def test_without_unicode_only_ascii_is_written(analyses):
    assert text(analyses["wild"], unicode=False).isascii()


def test_an_unfinished_study_says_so(analyses):
    assert "Trials are still to come" in text(analyses["few"])
    assert "Trials are still to come" not in text(analyses["digits"])


def test_nothing_to_analyze_is_said(analyses):
    assert headline(analyses["none"]).startswith("**Nothing to analyze yet:**")
    assert headline(analyses["lost"]).startswith("**Nothing to analyze yet:**")


def checked(data, *levels, blocks=False):
    checks = tuple(
        Check(check="boundary", level=level, subject=f"p{k}", variant="adam", blocks=blocks,
              sentence=f"s{k}.", suggestion="do it.")
        for k, level in enumerate(levels)
    )  # fmt: skip
    return dataclasses.replace(data, checks=checks)


def test_the_headline_goes_by_what_was_found(analyses):
    data = analyses["digits"]
    assert headline(checked(data, Level.OK)) == (
        "**Nothing alarming:** 1 check found nothing to be done."
    )
    assert headline(checked(data, Level.OK, Level.UNDECIDED)).startswith(
        "**Nothing alarming, 1 check undecided:**"
    )
    assert headline(checked(data, Level.SUSPECT)) == "**Worth a look:** SUSPECT: p0."
    many = checked(data, *[Level.SUSPECT] * 5)
    assert headline(many) == "**Worth a look:** SUSPECT: p0, p1, p2 and 2 more."
    alone = checked(analyses["alone"], Level.EDGE, blocks=True)
    assert headline(alone).startswith("**This search is not done:** EDGE: p0.")


def test_what_found_nothing_is_said_in_one_line_per_level():
    checks = [
        Check(check="boundary", level=Level.OK, subject="lr"),
        Check(check="boundary", level=Level.OK, subject="lr"),
        Check(check="density", level=Level.OK),
        Check(check="curve_shape", level=Level.UNDECIDED),
        Check(check="x", level=Level.EDGE),
    ]
    assert quiet_words(checks) == [
        ("UNDECIDED", "curve shape"),
        ("OK", "boundary (lr) · density"),
    ]


def test_many_findings_are_cut_and_what_concerns_all_comes_last(analyses):
    data = checked(analyses["digits"], *[Level.SUSPECT] * 15)
    assert "and 3 more, on the page" in text(data)
    both = dataclasses.replace(data, checks=(Check(check="b", level=Level.NOTE, sentence="All."),))
    assert text(both).index("All variants") > text(both).index("adam")


def test_what_to_do_names_what_it_is_about(analyses):
    data = checked(analyses["digits"], Level.EDGE, Level.OK)
    assert todo_of(data) == ["p0 of adam: do it."]
    whole = dataclasses.replace(
        data, checks=(Check(check="b", level=Level.EDGE, suggestion="run more."),)
    )
    assert todo_of(whole) == ["run more."]


def test_the_setup_names_what_is_known(analyses):
    words = setup_words(analyses["digits"])
    assert words[:3] == ["val/accuracy, higher is better", "2 variants", "4 searches each"]
    assert noise_words(analyses["digits"].table) == (
        "noise between seeds 0.20 points (6 degrees of freedom)"
    )
    assert "noise between seeds not measured" in setup_words(analyses["alone"])


def test_a_variant_without_a_value_has_no_best(analyses):
    tally = tally_of(analyses["lost"].table, "adam")
    assert best_words(tally, analyses["lost"].table) == "no best yet"
    assert params_words(analyses["lost"], tally) == ""


def test_a_population_found_a_schedule(analyses):
    data = analyses["digits"]
    many = dataclasses.replace(
        data,
        populations=(
            Population(variant="sgd", search=0, members=(), takeovers=(), line=(), steps=0),
        ),
    )
    assert "a schedule, not a configuration" in text(many)
    assert "lr 0.1024" not in text(many)


def test_what_several_runs_have_in_common_is_said_once():
    one = Check(check="curve", level=Level.NOISY, subject="t1", sentence="It jumps.", variant="a")
    two, other = dataclasses.replace(one, subject="t2"), dataclasses.replace(one, variant="b")
    found = alike([one, two, other])
    assert [(check.subject, check.sentence) for check in found] == [
        ("t1, t2", "t1, t2: It jumps."),
        ("t1", "It jumps."),
    ]
    bare = dataclasses.replace(one, subject="")
    assert alike([bare, bare])[0].sentence == "It jumps."


def test_what_mattered_and_when_a_target_was_reached_is_told_where_it_is_known(analyses):
    data = dataclasses.replace(
        analyses["digits"],
        target=0.95,
        targets={
            "sgd": Fastest(step=420, seconds=75.0, name="t7", n=64, n_reached=23),
            "adam": Fastest(step=None, seconds=None, name=None, n=64, n_reached=0),
        },
        importances=(
            Importances(
                variant="adam",
                method="ped_anova",
                n=64,
                level=0.95,
                parameters=(
                    Importance(
                        parameter="lr",
                        shown="adam.lr",
                        share=0.92,
                        interval=Interval(low=0.61, high=0.99),
                    ),
                ),
            ),
        ),
    )
    assert target_words(data, "sgd") == (
        "val/accuracy 0.95 first after 420 steps, 1 min 15 s (t7); 23 of 64 curves got there"
    )
    assert target_words(data, "adam") == "none of 64 curves reached val/accuracy 0.95"
    assert target_words(analyses["digits"], "sgd") == ""
    assert importance_words(data, "adam") == "what mattered: adam.lr 92 % (61 to 99)"
    assert importance_words(data, "sgd") == ""
    assert "what mattered" in text(data)
    assert data.to_dict()["steps_to_target"]["sgd"]["step"] == 420
