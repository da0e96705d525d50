"""A run told by the loop of another framework; the frameworks themselves have their own tests."""

import random
import sys
from importlib.util import find_spec

import pytest
from agreeing import agreeing

import trialist
from trialist.ledger.folder import StudyFolder
from trialist.ledger.runrows import read_rows
from trialist.train.adapters.foreign import ForeignLoop, module_of
from trialist.values.errors import ConfigError, MissingExtraError
from trialist.values.events import RunStatus


def run_of(seed=0, **config):
    return trialist.start_run("mine", config=config, seed=seed)


def test_what_is_drawn_follows_from_the_seeds_of_model_and_training():
    def drawn(seed, **config):
        with run_of(seed, **config) as run:
            loop = ForeignLoop(run, "It")
            first = random.random()
            loop.begin()
            return first, random.random()

    once = drawn(3)
    random.random()
    assert drawn(3, again=True) == once
    other = drawn(4)
    assert other[0] != once[0]
    assert other[1] != once[1]
    assert once[0] != once[1]


def test_that_resuming_is_not_exact_is_told_once(findings):
    with run_of() as run:
        loop = ForeignLoop(run, "It")
        loop.begin()
        loop.begin()
    (found,) = findings(run)
    assert found.startswith("exact_resume: false. It goes on")


def test_a_value_that_is_no_number_is_left_out(rows):
    with run_of() as run:
        ForeignLoop(run, "It").log({"val_loss": 0.5, "note": "a", "hist": [1, 2], "epoch": 1}, 7)
    assert rows(run) == [(7, {"val/loss": 0.5})]


def test_a_row_of_nothing_is_no_row(rows):
    with run_of() as run:
        ForeignLoop(run, "It").log({"epoch": 1.0, "eval_runtime": 3.0}, 7)
    assert rows(run) == []


def test_the_same_evaluation_twice_is_one_row_and_another_one_is_found(rows, findings):
    with run_of() as run:
        loop = ForeignLoop(run, "It")
        loop.log({"val_loss": 0.5}, 7)
        loop.log({"val_loss": 0.5}, 7)
        loop.log({"val_loss": 0.4}, 7)
    assert [values for _, values in rows(run)] == [{"val/loss": 0.5}, {"val/loss": 0.4}]
    assert findings(run) == ["metric 'val/loss' came twice at step 7"]


def test_names_can_be_given(rows):
    with run_of() as run:
        ForeignLoop(run, "It").log({"train_loss": 1.0}, 1, called={"train_loss": "train/mean"})
    assert rows(run) == [(1, {"train/mean": 1.0})]


def test_once_told_to_stop_it_stays_so(told_to_stop):
    with run_of() as run:
        told_to_stop(run, after=2)
        loop = ForeignLoop(run, "It")
        assert [loop.should_stop() for _ in range(4)] == [False, False, True, True]
        assert loop.is_stopped


def test_an_early_stop_is_told_where_it_was_not_ours(told_to_stop, findings):
    with run_of() as run:
        ForeignLoop(run, "It").ended_early(1200)
    assert findings(run) == ["It stopped early, after step 1,200"]
    with run_of(1) as run:
        told_to_stop(run, after=0)
        loop = ForeignLoop(run, "It")
        loop.should_stop()
        loop.ended_early(1200)
    assert findings(run) == []


def test_checkpoints_are_told_once_and_where_they_lie(findings, tmp_path):
    with run_of() as run:
        loop = ForeignLoop(run, "It")
        for _ in range(2):
            loop.saves_in(run.directory / "here", setting="root=run.directory")
            loop.saves_in("there", setting="root=run.directory")
    inside, outside = findings(run)
    assert inside == "It keeps its checkpoints in here, in the run's own folder"
    assert str(tmp_path / "there") in outside
    assert "root=run.directory" in outside


def test_an_interrupted_script_is_stopped():
    run = run_of()
    ForeignLoop(run, "It").interrupted()
    (found,) = read_rows(StudyFolder(run.directory.parents[3]))
    assert found.status is RunStatus.STOPPED


def test_a_run_without_a_seed_is_refused():
    with trialist.start_run("mine") as run, pytest.raises(ConfigError, match="without a seed"):
        ForeignLoop(run, "It")


def test_a_missing_framework_is_named_with_its_installation():
    with pytest.raises(MissingExtraError, match="needs no_such_thing") as caught:
        module_of(("no_such_thing", "no.such.thing"), install="no_such_thing")
    assert caught.value.mistakes[0].todo == "pip install no_such_thing"


def test_a_framework_that_lacks_something_itself_says_so(tmp_path, monkeypatch):
    (tmp_path / "half.py").write_text("import no_such_thing")
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(ModuleNotFoundError, match="no_such_thing"):
        module_of(("half",), install="half")
    assert "half" not in sys.modules


@pytest.mark.slow
def test_all_processes_stop_where_one_is_told_to(tmp_path):
    pytest.importorskip("torch")
    import torch.multiprocessing as processes

    with processes.get_context("spawn").Manager() as manager:
        answers = manager.dict()
        processes.spawn(agreeing, args=(str(tmp_path), answers), nprocs=2)
        assert dict(answers) == {0: True, 1: True}


@pytest.mark.parametrize(
    ("make", "module", "install"),
    [
        ("lightning_callback", "lightning", "lightning"),
        ("huggingface_callback", "transformers", "'transformers[torch]'"),
        ("accelerate_tracker", "accelerate", "accelerate"),
        ("keras_callback", "keras", "keras"),
    ],
)
def test_a_callback_names_its_framework_where_it_is_missing(make, module, install):
    if find_spec(module) is not None:
        pytest.skip(f"{module} is installed")
    with (
        trialist.start_run("mine", seed=0) as run,
        pytest.raises(MissingExtraError, match="which is not installed") as caught,
    ):
        getattr(trialist.train, make)(run)
    assert caught.value.mistakes[0].todo == f"pip install {install}"
