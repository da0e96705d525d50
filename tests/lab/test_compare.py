from pathlib import Path

import pytest

import trialist
from trialist.values.errors import ConfigError, TableError

BASELINE = [0.950, 0.958, 0.947, 0.953, 0.944]
DROPOUT = [0.958, 0.971, 0.956, 0.965, 0.954]


def test_values_given_directly_are_compared_unpaired_by_default():
    result = trialist.compare({"baseline": BASELINE, "dropout": DROPOUT}, goal="maximize")
    verdict = result.verdicts["dropout"]
    assert (verdict.design, verdict.test) == ("unpaired", "Welch t")
    assert verdict.name.value == "improvement"
    assert "unregistered" in verdict.flags


def test_equals_scipy():
    from scipy import stats

    verdict = trialist.compare(
        {"baseline": BASELINE, "dropout": DROPOUT}, goal="maximize"
    ).verdicts["dropout"]
    reference = stats.ttest_ind(DROPOUT, BASELINE, equal_var=False)
    interval = reference.confidence_interval()
    assert verdict.p == pytest.approx(reference.pvalue)
    assert (verdict.interval.low, verdict.interval.high) == pytest.approx(tuple(interval))


def test_pairs_need_seeds():
    groups = {"baseline": dict(enumerate(BASELINE)), "dropout": dict(enumerate(DROPOUT))}
    verdict = trialist.compare(groups, goal="maximize", paired=True).verdicts["dropout"]
    assert verdict.p == pytest.approx(0.00036, abs=5e-6)
    assert verdict.correlation == pytest.approx(0.979, abs=5e-4)


def test_a_table_without_seeds_cannot_be_paired(tmp_path):
    path = tmp_path / "r.csv"
    path.write_text("variant,acc\na,1\na,2\na,3\nb,2\nb,3\nb,4\n")
    with pytest.raises(ConfigError, match="seed"):
        trialist.compare(path, goal="maximize", paired=True)


def test_the_goal_has_no_default_and_the_likely_one_is_named(tmp_path):
    path = tmp_path / "r.csv"
    path.write_text("variant,loss\na,1\na,2\na,3\nb,2\nb,3\nb,4\n")
    with pytest.raises(ConfigError, match="--goal minimize"):
        trialist.compare(path)


def test_lower_is_better_where_it_is_said(tmp_path):
    path = tmp_path / "r.csv"
    path.write_text("variant,loss\na,1.1\na,1.2\na,1.3\nb,2.1\nb,2.2\nb,2.3\n")
    verdict = trialist.compare(path, goal="minimize").verdicts["b"]
    assert verdict.name.value == "regression"
    assert verdict.estimate == pytest.approx(-1.0)


def test_one_run_each_is_refused():
    verdict = trialist.compare({"a": [1.0], "b": [2.0]}, goal="maximize").verdicts["b"]
    assert verdict.name.value == "refused"
    assert verdict.to_dict()["p"] is None
    assert verdict.to_dict()["missing"]["p"]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"baseline": "base"}, "did you mean 'baseline'"),
        ({"mode": "explor"}, "known: confirm, explore"),
        ({"goal": "max"}, "maximize or minimize"),
        ({"relevant": -1.0}, "relevant"),
    ],
)
def test_impossible_options_say_what_is_possible(options, words):
    with pytest.raises(trialist.TrialistError, match=words):
        trialist.compare(
            {"baseline": BASELINE, "dropout": DROPOUT}, **{"goal": "maximize", **options}
        )


def test_a_missing_file_names_a_near_one(tmp_path):
    (tmp_path / "results.csv").write_text("x")
    with pytest.raises(TableError, match=r"results\.csv"):
        trialist.compare(tmp_path / "result.csv", goal="maximize")


def test_a_report_is_written_on_request(tmp_path):
    result = trialist.compare({"baseline": BASELINE, "dropout": DROPOUT}, goal="maximize")
    page = result.report(tmp_path / "out")
    assert page == tmp_path / "out" / "report.html"
    assert "dropout" in page.read_text()
    assert Path(tmp_path / "out" / "results.json").exists()


def test_a_family_is_corrected_by_holm():
    groups = {"baseline": BASELINE, "x": DROPOUT, "y": [v + 0.001 for v in BASELINE]}
    result = trialist.compare(groups, goal="maximize")
    p = result.verdicts["x"].p
    assert result.verdicts["x"].p_adjusted == pytest.approx(2 * p)


def test_exploring_is_labelled():
    result = trialist.compare(
        {"baseline": BASELINE, "dropout": DROPOUT}, goal="maximize", mode="explore"
    )
    assert "exploratory" in result.verdicts["dropout"].flags
    assert any("Explored" in caveat for caveat in result.results.caveats)


@pytest.mark.parametrize("groups", [{}, {"a": []}, {"a": [], "b": []}, {"a": [1.0]}])
def test_too_few_variants_are_told(groups):
    with pytest.raises(ConfigError, match="needs two variants"):
        trialist.compare(groups, goal="maximize")


def test_something_else_than_results_is_told():
    with pytest.raises(ConfigError, match="cannot compare a list"):
        trialist.compare([1, 2, 3], goal="maximize")


def test_a_compressed_table_and_a_frame_read_like_the_plain_one(tmp_path):
    import gzip

    text = "variant,seed,acc\na,0,1\na,1,2\na,2,3\nb,0,2\nb,1,3\nb,2,5\n"
    plain, packed = tmp_path / "r.csv", tmp_path / "r.csv.gz"
    plain.write_text(text)
    packed.write_bytes(gzip.compress(text.encode()))

    class Frame:
        def to_csv(self, *, index):
            assert not index
            return text

    results = [
        trialist.compare(data, goal="maximize").results.comparisons
        for data in (plain, packed, Frame())
    ]
    assert results[0] == results[1] == results[2]


def test_accuracy_in_percent_is_shown_as_it_is():
    groups = {"base": [71.2, 71.9, 71.4], "mixup": [73.1, 72.5, 73.0]}
    result = trialist.compare(groups, goal="maximize", metric="acc", relevant=0.1)
    assert "acc is 1.4 higher" in result.verdicts["mixup"].sentence
    assert "points" not in str(result)
    fractions = {name: [value / 100 for value in values] for name, values in groups.items()}
    again = trialist.compare(fractions, goal="maximize", metric="acc", relevant=0.001)
    assert "acc is 1.4 points higher" in again.verdicts["mixup"].sentence
