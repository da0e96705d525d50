from dataclasses import replace

from trialist.render.figures.isolation import isolation_figures, isolation_notes
from trialist.render.figures.palette import looks_of
from trialist.values.events import RunStatus
from trialist.values.missing import Missing

LOOKS = looks_of(["sgd", "adam"], "sgd")


def figures(data):
    return isolation_figures(data.isolations, data.table.metric, LOOKS, data.table.arms)


def test_the_caption_is_in_the_unit_of_the_picture(analyses):
    first = figures(analyses["digits"])[0]
    assert first.name == "isolation-variant"
    assert first.caption.startswith(
        "sgd has the best trial, 98.20 points: 1.07 better than adam, +"
    )
    assert "by the luck of the search (n" in first.caption
    assert "9 trials diverged, marked by crosses" in first.caption


def test_what_is_to_be_kept_in_mind_is_said_once(analyses):
    notes = isolation_notes(analyses["digits"].isolations)
    assert len(notes) == len(set(notes)) > 0


def test_the_csv_has_every_trial_and_every_group(analyses):
    data = analyses["digits"]
    lines = figures(data)[0].csv.splitlines()
    assert len(lines) == 1 + len(data.table.trials) + 2
    assert lines[-1].startswith("group,adam,")


def test_groups_that_cannot_be_compared_keep_the_sentence_of_the_analysis(analyses):
    plot = analyses["digits"].isolations[0]
    alone = replace(plot, differences=(), sentence="There is one group.")
    found = isolation_figures([alone], analyses["digits"].table.metric, LOOKS)
    assert found[0].caption.startswith("There is one group (n")


def test_without_an_interval_the_difference_stands_alone(analyses):
    plot = analyses["digits"].isolations[0]
    bare = tuple(replace(one, interval=Missing("too few")) for one in plot.differences)
    found = isolation_figures(
        [replace(plot, differences=bare)], analyses["digits"].table.metric, LOOKS
    )
    assert "1.1 better than adam (n" in found[0].caption


def test_parameters_of_like_names_have_files_of_their_own(analyses):
    data = analyses["digits"]
    twice = replace(data, isolations=data.isolations[:1] * 2)
    names = [figure.name for figure in figures(twice)]
    assert len(set(names)) == 2


def test_a_plot_without_a_value_is_empty(analyses):
    found = figures(analyses["lost"])
    assert all(figure.is_empty for figure in found)
    assert all(one.status is RunStatus.DIVERGED for one in analyses["lost"].table.trials)
