import time

import pytest

from trialist.execute.command.files import Files
from trialist.execute.command.matcher import Row
from trialist.execute.command.sources.source import Place
from trialist.execute.command.sources.tfevents import reader
from trialist.values.errors import ConfigError
from trialist.values.metricsource import MetricSource, SourceKind

pytest.importorskip("tensorboard", reason="event files are read by TensorBoard's own loader")
torch = pytest.importorskip("torch", reason="its writer makes event files")
tensorboard_of_torch = pytest.importorskip("torch.utils.tensorboard")

pytestmark = pytest.mark.slow


@pytest.fixture
def writer(tmp_path):
    writers = []

    def writer(folder=""):
        writers.append(tensorboard_of_torch.SummaryWriter(str(tmp_path / folder)))
        return writers[-1]

    yield writer
    for one in writers:
        one.close()


@pytest.fixture
def place(tmp_path):
    return Place(run_dir=tmp_path, cwd=tmp_path, path=None, began=time.time())


def values(found, name):
    return [(row.step, row.values[name]) for row in found.rows if name in row.values]


def test_every_scalar_is_what_tensorboard_itself_reads(writer, place):
    one = writer()
    for step in range(3000):
        one.add_scalar("Loss/test", step / 7, step)
    one.add_scalar("new", 3.5, 2, new_style=True)
    one.add_histogram("weights", torch.arange(5.0), 1)
    one.add_text("note", "x", 1)
    one.close()
    found = reader.collect(place, {}, ended=True)
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    theirs = EventAccumulator(str(place.run_dir), size_guidance={"tensors": 0, "scalars": 0})
    theirs.Reload()
    assert values(found, "Loss/test") == [(e.step, e.value) for e in theirs.Scalars("Loss/test")]
    assert len(values(found, "Loss/test")) == 3000
    assert values(found, "new") == [(2, 3.5)]
    assert {row.step for row in found.rows if "new" not in row.values} == set(range(3000))


def test_scalars_come_as_they_are_flushed_and_once(writer, place):
    one = writer("logs")
    assert reader.collect(place, {}, ended=False).rows == []
    one.add_scalar("a", 0.5, 1)
    one.flush()
    first = reader.collect(place, {}, ended=False)
    assert values(first, "a") == [(1, 0.5)]
    one.add_scalar("a", 0.25, 2)
    one.flush()
    second = reader.collect(place, first.since, ended=False)
    assert values(second, "a") == [(2, 0.25)]
    assert reader.collect(place, second.since, ended=True).rows == []


def test_a_file_that_is_cut_gives_what_is_whole_and_then_the_rest(writer, place):
    one = writer()
    for step in range(4):
        one.add_scalar("a", float(step), step)
    one.close()
    (file,) = place.run_dir.glob("*tfevents*")
    data = file.read_bytes()
    file.write_bytes(data[:-20])
    first = reader.collect(place, {}, ended=False)
    assert values(first, "a") == [(0, 0.0), (1, 1.0), (2, 2.0)]
    file.write_bytes(data)
    assert values(reader.collect(place, first.since, ended=True), "a") == [(3, 3.0)]


def test_layouts_of_several_lines_and_of_hyperparameters_have_names(writer, place):
    one = writer()
    one.add_scalars("run/acc", {"train": 0.5, "val": 0.75}, 3)
    one.add_hparams({"lr": 0.1}, {"hparam/accuracy": 0.25})
    one.close()
    found = reader.collect(place, {}, ended=True)
    assert values(found, "run/acc/val") == [(3, 0.75)]
    assert values(found, "run_acc_train/run/acc") == [(3, 0.5)]
    assert values(found, "run/acc") == []
    assert [value for _, value in values(found, "hparam/accuracy")] == [0.25]


def test_a_tag_in_two_folders_has_to_be_named_with_its_folder(writer, place):
    for folder in ("train", "val"):
        one = writer(f"deep/{folder}")
        one.add_scalar("loss", 0.5, 1)
        one.close()

    def rows(key):
        source = MetricSource(name="val/loss", kind=SourceKind.TFEVENTS, key=key)
        return list(Files([source], place, {}).new(ended=True))

    with pytest.raises(ConfigError, match="'loss' is in 2 folders") as refused:
        rows("loss")
    assert "key: train/loss or val/loss" in refused.value.mistakes[0].todo
    assert rows("val/loss") == rows("deep/val/loss") == [[Row("val/loss", 0.5, 1)]]


def test_files_of_an_earlier_run_are_not_read(writer, place, tmp_path):
    one = writer()
    one.add_scalar("a", 0.5, 1)
    one.close()
    later = Place(run_dir=tmp_path, cwd=tmp_path, path=tmp_path, began=time.time() + 60)
    assert reader.collect(later, {}, ended=True).rows == []


def test_nothing_there_is_no_mistake(tmp_path):
    place = Place(run_dir=tmp_path, cwd=tmp_path, path=tmp_path / "none", began=0)
    assert reader.collect(place, {}, ended=True).rows == []
