"""Artifacts: versions, aliases, lineage, and many processes at once."""

import getpass
import os
import random
import shutil
import signal
import subprocess
import sys
import time

import pytest

from trialist.ledger.artifacts import ArtifactStore, Maker, store_of
from trialist.values.errors import ArtifactError
from trialist.values.metric import Goal


@pytest.fixture
def store(tmp_path, clock):
    return ArtifactStore(tmp_path / "experiments", clock=clock)


def maker(value=None, *, run="wide/seed-0", metric="val/accuracy", goal=Goal.MAXIMIZE):
    return Maker(by={"run": run}, value=value, metric=metric, goal=goal)


@pytest.fixture
def put(store, tmp_path):
    def put(text, *, name="model", value=None, aliases=(), **fields):
        path = tmp_path / "model.pt"
        path.write_text(text)
        version, moved = store.put(
            path, maker=maker(value, **fields), name=name, aliases=aliases, type="model"
        )
        put.moved = moved
        return version.number

    return put


def test_a_version_is_added_only_where_the_content_is_new(store, put):
    assert [put(text) for text in ("a", "b", "b", "a")] == [0, 1, 1, 0]
    record = store.record("model")
    assert len(record.versions) == 2
    assert record.aliases == {"latest": 0}
    assert [(move.before, move.after) for move in record.moves] == [(None, 0), (0, 1), (1, 0)]
    assert record.versions[0].type == "model"
    assert [(use.kind, use.version) for use in record.uses] == [
        *(("made", 0), ("made", 1), ("made", 1), ("made", 0)),
    ]


def test_best_moves_only_to_a_better_value(store, put):
    for text, value in (("a", 0.5), ("b", 0.7), ("c", 0.6), ("d", 0.7)):
        put(text, value=value, aliases=["best"])
    assert store.find("model:best").number == 1
    put("e", value=0.1, metric="val/loss", goal=Goal.MINIMIZE, aliases=["best"])
    assert store.find("model:best").number == 4
    put("f", value=0.2, metric="val/loss", goal=Goal.MINIMIZE, aliases=["best"])
    assert store.find("model:best").number == 4
    put("g", metric="val/loss", aliases=["best"])
    assert store.find("model:best").number == 4
    put("h", metric="", goal=None, aliases=["best"])
    assert store.find("model:best").number == 7


def test_other_aliases_always_move(store, put):
    put("a", aliases=["prod", "prod"])
    assert put.moved == ("latest", "prod")
    put("b", aliases=["prod"])
    put("b", aliases=["prod"])
    assert put.moved == ()
    assert store.find("model:prod").number == 1


def test_an_alias_is_moved_by_hand_and_the_move_is_kept(store, put, clock):
    put("a")
    put("b")
    clock.now = 2000.0
    assert store.move_alias("model:v0", "prod").number == 0
    store.move_alias("model:v0", "prod")
    move = store.record("model").moves[-1]
    assert (move.alias, move.before, move.after, move.time) == ("prod", None, 0, 2000.0)
    assert "@" in move.who
    assert len(store.record("model").moves) == 3


def test_an_alias_or_version_that_is_not_there_names_the_known_ones(store, put):
    put("a", value=0.5, aliases=["best"])
    for reference, todo in (
        ("model:bets", "did you mean 'best'? (known: latest, best, v0)"),
        ("model:v7", "did you mean 'v0'? (known: latest, best, v0)"),
        ("modell", "did you mean 'model'? (known: model)"),
    ):
        with pytest.raises(ArtifactError) as caught:
            store.find(reference)
        assert caught.value.mistakes[0].todo == todo


def test_an_empty_store_says_how_to_fill_it(store):
    with pytest.raises(ArtifactError) as caught:
        store.use("model", by={})
    assert caught.value.mistakes[0].todo == "put one into the store with run.artifact(path)"
    assert store.names() == ()
    with pytest.raises(ArtifactError, match=r"there is no artifact '\.\./x'"):
        store.record("../x")


def test_a_name_whose_first_version_was_never_finished_is_not_listed(store, put, tmp_path):
    put("a")
    (tmp_path / "experiments" / ".artifacts" / "names" / "half").mkdir()
    assert store.names() == ("model",)
    with pytest.raises(ArtifactError) as caught:
        store.find("half")
    assert caught.value.mistakes[0].todo == "no version was finished yet"


def test_a_folder_is_one_version(store, tmp_path):
    folder = tmp_path / "out"
    (folder / "deep").mkdir(parents=True)
    (folder / "a.txt").write_text("a")
    (folder / "deep" / "b.txt").write_text("b")
    version, _ = store.put(folder, maker=maker())
    assert (version.name, version.is_folder, version.bytes) == ("out", True, 2)
    used, path = store.use("out", by={"run": "wide/seed-1"})
    assert used == version
    assert (path / "deep" / "b.txt").read_text() == "b"
    assert store.record("out").uses[-1].by == {"run": "wide/seed-1"}
    copied = store.copy_out("out:v0", tmp_path / "copy")[1]
    assert (copied / "deep" / "b.txt").read_text() == "b"


@pytest.mark.parametrize("name", [None, "a b"])
def test_what_is_not_there_or_badly_named_is_refused(store, tmp_path, name):
    path = tmp_path / ("gone" if name is None else "there")
    (tmp_path / "there").write_text("x")
    with pytest.raises(ArtifactError):
        store.put(path, maker=maker(), name=name)


def test_a_used_file_keeps_its_name_and_shares_the_stored_one(store, put):
    put("a")
    path = store.use("model", by={})[1]
    assert (path.name, path.read_text()) == ("model.pt", "a")
    assert path.stat().st_nlink == 2
    assert store.use("model", by={})[1] == path


def test_a_file_that_somebody_replaced_is_laid_out_again(store, put):
    put("a")
    path = store.use("model", by={})[1]
    path.unlink()
    path.write_text("other")
    assert store.use("model", by={})[1].read_text() == "a"


def test_without_hard_links_it_is_copied(store, put, monkeypatch):
    def refuse(source, target):
        raise OSError("no links here")

    monkeypatch.setattr(os, "link", refuse)
    put("a")
    assert store.use("model", by={})[1].read_text() == "a"


def test_who_lays_a_version_out_second_takes_the_first(store, put, monkeypatch):
    put("a")
    first = store.use("model", by={})[1]
    exists = type(first).exists
    monkeypatch.setattr(type(first), "exists", lambda self: self != first.parent and exists(self))
    assert store.use("model", by={})[1].read_text() == "a"
    monkeypatch.undo()
    assert [one.name for one in first.parent.parent.iterdir()] == ["model"]


def test_an_altered_file_is_an_error_with_both_digests(store, put, tmp_path):
    put("a")
    path = store.use("model", by={})[1]
    path.chmod(0o644)
    path.write_text("b")
    for read in (
        lambda: store.use("model", by={}),
        lambda: store.copy_out("model", tmp_path / "out"),
        lambda: store.checked("model"),
    ):
        with pytest.raises(
            ArtifactError, match=r"was altered: the digest is \w{12}, and was \w{12}"
        ):
            read()
    (said,) = ArtifactStore(tmp_path / "experiments").faults()
    assert "artifact model:v0 model.pt: its file was altered" in said


def test_a_sound_store_has_no_faults_and_a_damaged_record_is_one(store, put, tmp_path):
    put("a")
    assert list(store.faults()) == []
    log = tmp_path / "experiments" / ".artifacts" / "names" / "model" / "log.jsonl"
    log.write_bytes(log.read_bytes().replace(b"latest", b"latesd"))
    (said,) = store.faults()
    assert said.startswith(f"{log}:1: this line of an artifact's record is damaged")


def test_nothing_is_copied_over_what_lies_there(store, put, tmp_path):
    put("a")
    assert store.copy_out("model", tmp_path / "out")[1] == tmp_path / "out" / "model.pt"
    with pytest.raises(ArtifactError, match="is there already"):
        store.copy_out("model", tmp_path / "out")


def test_the_store_of_a_run_is_the_folder_above_the_study(tmp_path):
    run = tmp_path / "experiments" / "digits" / "trials" / "wide" / "seed-0" / "attempt-1"
    run.mkdir(parents=True)
    assert store_of(run) == run
    (tmp_path / "experiments" / "digits" / "ledger.jsonl").touch()
    assert store_of(run) == tmp_path / "experiments"


def test_a_user_without_a_name_is_a_number(store, put, monkeypatch):
    def nobody():
        raise OSError("no such user")

    monkeypatch.setattr(getpass, "getuser", nobody)
    put("a")
    assert store.record("model").moves[0].who.startswith(f"{os.getuid()}@")


WRITER = """
import sys
from pathlib import Path
from trialist.ledger.artifacts import ArtifactStore, Maker

store, own, count = ArtifactStore(Path(sys.argv[1])), sys.argv[2], int(sys.argv[3])
path = Path(sys.argv[1]).with_name(f"file-{own}")
for k in range(count):
    path.write_text(f"{own} {k}" if k % 3 else f"shared {k}")
    store.put(path, maker=Maker(by={"run": own}), name="model", aliases=["prod"])
    print(k, flush=True)
"""


def start_writer(tmp_path, own, count):
    words = [sys.executable, "-c", WRITER, str(tmp_path / "experiments"), str(own), str(count)]
    return subprocess.Popen(words, stdout=subprocess.PIPE, text=True)


@pytest.mark.slow
def test_six_processes_on_an_empty_store_lose_nothing(tmp_path):
    writers = [start_writer(tmp_path, own, 12) for own in range(6)]
    for writer in writers:
        told, _ = writer.communicate(timeout=300)
        assert (writer.returncode, len(told.splitlines())) == (0, 12)
    record = ArtifactStore(tmp_path / "experiments").record("model")
    assert [one.number for one in record.versions] == list(range(4 + 6 * 8))
    assert len({one.digest for one in record.versions}) == len(record.versions)
    assert len(record.uses) == 6 * 12
    assert list(ArtifactStore(tmp_path / "experiments").faults()) == []
    before = {}
    for move in record.moves:  # every move starts from where the one before it ended
        assert move.before == before.get(move.alias)
        before[move.alias] = move.after


@pytest.mark.slow
@pytest.mark.torture
def test_kills_between_any_two_writes_lose_nothing_that_was_told(tmp_path):
    rng = random.Random(3)
    for number in range(12):
        writer = start_writer(tmp_path, number, 100_000)
        assert writer.stdout.readline() == "0\n"
        time.sleep(rng.uniform(0, 0.04))
        os.kill(writer.pid, signal.SIGKILL)
        told = 1 + len(writer.communicate()[0].splitlines())
        store = ArtifactStore(tmp_path / "experiments")
        made = [use for use in store.record("model").uses if use.by == {"run": str(number)}]
        assert told <= len(made) <= told + 1
        assert list(store.faults()) == []
    shutil.rmtree(tmp_path / "experiments")
