import time

import pytest

from trialist.execute.command.files import Files, environment_of
from trialist.execute.command.matcher import Row
from trialist.execute.command.sources.source import READERS, Place, reader_of
from trialist.values.metricsource import MetricSource, SourceKind


@pytest.fixture
def place(tmp_path):
    return Place(run_dir=tmp_path, cwd=tmp_path, path=None, began=time.time())


def test_metrics_of_one_file_are_rows_together(tmp_path, place):
    path = tmp_path / "m.csv"
    path.write_text("step,acc,loss\n3,0.5,1\n4,0.6,\n5,,\n")
    sources = [
        MetricSource(name="val/x", kind=SourceKind.FILE, key="acc", file="m.csv", scale=2),
        MetricSource(name="val/y", kind=SourceKind.FILE, key="loss", file="m.csv"),
        MetricSource(name="val/z"),
    ]
    files = Files(sources, place, {"val/x": path, "val/y": path})
    assert list(files.new(ended=False)) == [
        [Row("val/x", 1.0, 3), Row("val/y", 1.0, 3)],
        [Row("val/x", 1.2, 4)],
    ]
    assert list(files.new(ended=True)) == []
    assert [files.names(source) for source in sources] == [("step", "acc", "loss")] * 2 + [()]


@pytest.mark.parametrize("kind", READERS)
def test_every_kind_of_file_has_a_reader(kind, tmp_path):
    reader = reader_of(kind)
    assert isinstance(reader.environment(tmp_path, {}, 0), dict)
    assert callable(reader.collect)


def test_tools_get_the_variables_that_they_need(tmp_path):
    sources = [MetricSource(name="val/x", kind=kind) for kind in SourceKind]
    assert environment_of(sources, tmp_path, {}, 0).keys() >= {"WANDB_MODE"}
    assert environment_of(sources[:1], tmp_path, {}, 0) == {}
