import trialist
from trialist.render.style import TextStyle


def test_the_table_fits_and_has_a_row_per_number_of_seeds():
    report = trialist.power(sd=0.004, relevant=0.005, n_pilot=5, metric="val/accuracy", seeds=12)
    text = report.text(style=TextStyle(width=100))
    assert max(map(len, text.splitlines())) <= 100
    row = next(line.split() for line in text.splitlines() if line.startswith("   12 "))
    assert row == ["12", "0.48", "0.34", "83", "%", "47", "%", "67", "%"]
    assert "found in 80 %, points" in text


def test_without_a_relevant_difference_chances_are_not_shown():
    text = str(trialist.power(sd=0.004))
    assert "shown equal" not in text
    assert "interval ±" in text


def test_sentences_alone_are_sentences_alone():
    report = trialist.power(sd=0.004, relevant=0.005)
    text = report.text(quiet=True)
    assert text.startswith("12 seeds per variant")
    assert "caveat" not in text
    assert "seeds   found" not in text
    bold = report.text(style=TextStyle(color=True), quiet=True)
    assert bold.startswith("\x1b[1m12 seeds per variant\x1b[0m")
