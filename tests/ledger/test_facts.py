"""The facts of a session: collected, written once, read back and checked."""

import hashlib
import json
import os
import signal
import subprocess
import sys

import pytest

from trialist.ledger.facts import Facts, FactsFolder, collect_facts
from trialist.values.errors import LedgerError

DIFF = b"diff --git a/x b/x\n"
LOCK = "# a lock\nnumpy==2.0.0  # no archive hash\n"


def sha(data):
    return hashlib.sha256(data).hexdigest()


def facts_of(**more):
    files = {"a/model.py": b"X = 1\n", "b.py": b"\xff"}
    content = {
        "code": {"diff": sha(DIFF), "files": {path: sha(data) for path, data in files.items()}},
        "packages": {"lock": sha(LOCK.encode())},
        **more,
    }
    return Facts(content=content, lock=LOCK, diff=DIFF, files=files)


def test_everything_is_read_back(tmp_path):
    facts = facts_of()
    folder = FactsFolder.of(tmp_path / "provenance", facts.write(tmp_path / "provenance"))
    assert folder.read() == facts.content
    assert (folder.lock(), folder.diff(), folder.files()) == (LOCK, DIFF, facts.files)
    folder.check()


def test_equal_facts_are_one_folder_and_others_another(tmp_path):
    first = facts_of().write(tmp_path)
    before = (tmp_path / first[:12] / "facts.json").stat().st_mtime_ns
    assert facts_of().write(tmp_path) == first
    assert (tmp_path / first[:12] / "facts.json").stat().st_mtime_ns == before
    assert facts_of(place="elsewhere").write(tmp_path) != first
    assert len(list(tmp_path.iterdir())) == 2


def test_a_clean_tree_has_no_diff(tmp_path):
    content = {"code": {"diff": None, "files": {}}, "packages": {"lock": sha(LOCK.encode())}}
    facts = Facts(content=content, lock=LOCK)
    folder = FactsFolder.of(tmp_path, facts.write(tmp_path))
    assert folder.diff() == b""
    assert not (folder.root / "git.diff").exists()


@pytest.mark.parametrize("name", ["environment.lock", "git.diff", "files/b.py"])
def test_a_file_that_is_gone_or_altered_is_found(tmp_path, name):
    folder = FactsFolder.of(tmp_path, facts_of().write(tmp_path))
    (folder.root / name).write_bytes(b"other")
    with pytest.raises(LedgerError, match="not the one that was written"):
        folder.check()
    (folder.root / name).unlink()
    with pytest.raises(LedgerError, match="missing"):
        folder.check()


def test_facts_that_are_gone_damaged_or_altered_are_found(tmp_path):
    folder = FactsFolder.of(tmp_path, facts_of().write(tmp_path))
    path = folder.root / "facts.json"
    path.write_text(json.dumps({"code": {}}))
    with pytest.raises(LedgerError, match="digest differs"):
        folder.read()
    path.write_text("{")
    with pytest.raises(LedgerError, match="cannot be read"):
        folder.read()
    path.unlink()
    with pytest.raises(LedgerError, match="cannot be read"):
        folder.read()


def test_the_facts_of_this_machine_are_plain_data(tmp_path):
    (tmp_path / "train.py").write_text("1\n")
    facts = collect_facts(tmp_path, own=(tmp_path / "train.py",), data={"d.csv": {"sha256": "ab"}})
    digest = facts.write(tmp_path / "provenance")
    read = FactsFolder.of(tmp_path / "provenance", digest)
    assert read.read() == json.loads(json.dumps(facts.content))
    assert read.files() == {"train.py": b"1\n"}
    assert facts.content["data"] == {"d.csv": {"sha256": "ab"}}
    assert facts.content["packages"]["n"] == len(facts.lock.splitlines()) - 3
    read.check()


KILLED = """
import os, signal, sys
from pathlib import Path
import trialist.ledger.facts as facts
count, real = int(sys.argv[2]), os.fsync
def fsync(file):
    global count
    count -= 1
    if count < 0:
        os.kill(os.getpid(), signal.SIGKILL)
    return real(file)
os.fsync = fsync
content = {"code": {"diff": None, "files": {}}, "packages": {"lock": ""}}
facts.Facts(content=content, lock="", files={"a.py": b"1", "b.py": b"2"}).write(Path(sys.argv[1]))
"""


@pytest.mark.parametrize("n", range(5))
def test_whoever_is_killed_while_writing_leaves_nothing_half(tmp_path, n):
    folder = tmp_path / "provenance"
    done = subprocess.run([sys.executable, "-c", KILLED, str(folder), str(n)], check=False)
    assert done.returncode == -signal.SIGKILL
    whole = [one for one in folder.iterdir() if not one.name.startswith(".")]
    assert whole == [] or (whole[0] / "files" / "b.py").read_bytes() == b"2"
    digest = facts_of().write(folder)
    FactsFolder.of(folder, digest).check()
    assert [one for one in os.listdir(folder) if one.endswith(".tmp")] == []
