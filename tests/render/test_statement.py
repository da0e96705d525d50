import pytest

from trialist.render.statement import relevant_words
from trialist.values.metric import Goal, Metric


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
