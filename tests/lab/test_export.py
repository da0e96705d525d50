"""`trialist export`: what another tool reads is what the journals say."""

import csv
import math

import pytest

import trialist
from trialist.values.errors import ConfigError


def read_csv(path):
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_csv_has_a_row_per_run_and_tells_nan_from_missing(stored, tmp_path):
    done = trialist.export("mixed", to=tmp_path / "runs.csv", store=stored)
    assert (done.n_runs, done.n_rows) == (12, 12)
    rows = read_csv(tmp_path / "runs.csv")
    values = {row["variant"]: row["value"] for row in rows}
    assert (values["gain8"], values["gain9"]) == ("NaN", "")
    wanted = trialist.open(stored).runs("mixed")[0]
    assert float(rows[0]["value"]) == wanted.value


def test_csv_has_a_row_per_point(stored, tmp_path):
    done = trialist.export("mixed", to=tmp_path / "curves.csv", store=stored, curves=True)
    rows = read_csv(tmp_path / "curves.csv")
    assert len(rows) == done.n_rows == 120
    assert (rows[2]["metric"], rows[2]["value"]) == ("train/loss", "NaN")


def test_parquet_reads_back_as_the_frame(stored, tmp_path):
    pandas = pytest.importorskip("pandas")
    for curves in (False, True):
        path = tmp_path / f"{curves}.parquet"
        done = trialist.export("mixed", to=path, store=stored, curves=curves)
        frame = pandas.read_parquet(path, dtype_backend="pyarrow")
        assert len(frame) == done.n_rows
        name = "value"
        wanted = trialist.open(stored).curves(study="mixed") if curves else None
        if wanted is not None:
            assert [repr(v) for v in frame[name]] == [repr(r["value"]) for r in wanted.to_dicts()]
        else:
            assert frame[name].isna().sum() == 3
            assert sum(isinstance(v, float) and math.isnan(v) for v in frame[name]) == 3


def test_parquet_takes_a_configuration_of_several_kinds(tmp_path, monkeypatch):
    pandas = pytest.importorskip("pandas")
    monkeypatch.chdir(tmp_path)
    for config in ({"x": 1}, {"x": "auto"}, {"y": [1, 2]}):
        with trialist.start_run("mine", config=config, seed=0) as run:
            run.log({"train/loss": 0.5}, step=1)
    trialist.export("mine", to="runs.parquet")
    frame = pandas.read_parquet("runs.parquet")
    assert sorted(map(str, frame["config.x"].dropna())) == ["1", "auto"]


def test_a_file_that_was_there_is_replaced_whole(stored, tmp_path):
    path = tmp_path / "runs.csv"
    path.write_text("old")
    trialist.export("other", to=path, store=stored)
    assert len(read_csv(path)) == 6
    assert [one.name for one in tmp_path.iterdir() if one.name.startswith(".runs")] == []


@pytest.mark.parametrize(
    ("name", "said"), [("runs.xlsx", "does not say in which form"), ("no/runs.csv", "no folder")]
)
def test_a_place_that_cannot_be_is_refused(stored, tmp_path, name, said):
    with pytest.raises(ConfigError, match=said):
        trialist.export("mixed", to=tmp_path / name, store=stored)


def test_what_was_exported_is_plain_data(stored, tmp_path):
    path = tmp_path / "runs.csv"
    assert trialist.export("other", to=path, store=stored).to_dict() == {
        "path": str(path), "study": "other", "runs": 6, "rows": 6, "log_is_sound": True,
    }  # fmt: skip


def test_a_log_that_was_altered_gives_a_part_and_says_so(stored, tmp_path):
    ledger = stored / "mixed" / "ledger.jsonl"
    lines = ledger.read_bytes().splitlines(keepends=True)
    lines[8] = lines[8].replace(b'"attempt":1', b'"attempt":2')
    ledger.write_bytes(b"".join(lines))
    done = trialist.export("mixed", to=tmp_path / "runs.csv", store=stored)
    assert done.broken is not None
    assert done.broken.where == f"{ledger}:9"
    assert done.n_runs < 12
    assert not done.to_dict()["log_is_sound"]
    with pytest.warns(RuntimeWarning, match=r"mixed: line 9 .*nothing from there on counts"):
        assert len(trialist.open(stored).runs("mixed")) == done.n_runs
    with pytest.warns(RuntimeWarning, match="mixed: line 9"):
        trialist.open(stored).curves("val/accuracy", study="mixed")
