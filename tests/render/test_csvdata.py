import csv
import io

from trialist.render.csvdata import csv_text, differences_csv, seeds_csv
from trialist.render.figures.all import figures_of


def rows(text):
    return list(csv.DictReader(io.StringIO(text)))


def test_the_numbers_come_back_exactly(reports):
    results = reports["two"].results
    found = [float(row["val/accuracy"]) for row in rows(seeds_csv(results))]
    assert found == [value for summary in results.variants for value in summary.sample.values]
    assert float(rows(differences_csv(results))[0]["low"]) == results.comparisons[0].interval.low


def test_a_missing_number_is_an_empty_cell(reports):
    assert rows(differences_csv(reports["refused"].results))[0]["low"] == ""


def test_a_name_cannot_become_a_formula():
    assert csv_text(("a",), [("=1+1",), (-2.5,)]) == "a\n'=1+1\n-2.5\n"


def test_curves_hold_runs_and_means(reports):
    kinds = {row["kind"] for row in rows(figures_of(reports["two"])[2].csv)}
    assert kinds == {"run", "mean"}
