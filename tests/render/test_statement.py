import pytest

from trialist.render.statement import lone_sentence, relevant_words
from trialist.values.evidence import Sample
from trialist.values.metric import Goal, Metric
from trialist.values.missing import Missing
from trialist.values.results import Results
from trialist.values.verdict import VariantSummary


@pytest.mark.parametrize(
    ("name", "relevant", "words"),
    [
        ("val/accuracy", 0.01, "1 point"),
        ("val/accuracy", 0.005, "0.5 points"),
        ("val/loss", 1.0, "1"),
        ("val/loss", None, ""),
    ],
)
def test_a_relevant_difference_has_its_unit(name, relevant, words):
    assert relevant_words(Metric(name=name, goal=Goal.MAXIMIZE, relevant=relevant)) == words


def test_runs_that_all_gave_no_value_are_counted():
    lost = Sample(variant="a", seeds=(), values=(), n_failed=1, n_diverged=2)
    variant = VariantSummary(
        sample=lost, mean=Missing("no value"), sd=Missing("no value"), interval=Missing("no value")
    )
    metric = Metric(name="val/loss", goal=Goal.MINIMIZE)
    results = Results(study="s", plan_hash=None, metric=metric, variants=(variant,), comparisons=())
    said = "No run has given a value (2 diverged, 1 failed), so there is nothing to report."
    assert lone_sentence(results) == said
