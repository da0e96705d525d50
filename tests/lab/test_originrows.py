"""What a report says of where its numbers come from."""

import pytest

from trialist.lab.originrows import origin_rows
from trialist.ledger.facts import Facts
from trialist.ledger.folder import StudyFolder
from trialist.ledger.history import History
from trialist.ledger.protocol_log import LogKind, ProtocolLog

FACTS = {
    "machine": {"cpu": "EPYC", "cores": 8, "memory_bytes": 2**34, "gpus": [], "driver": None},
    "code": {"diff": None, "diff_bytes": 0, "files": {}},
    "packages": {"n": 71},
    "data": {},
}


@pytest.fixture
def rows(tmp_path):
    folder = StudyFolder(tmp_path / "experiments" / "s")
    folder.root.mkdir(parents=True)
    log = ProtocolLog(folder.ledger, clock=lambda: 0.0)

    def rows(*, again=(), **sections):
        facts = Facts(content={**FACTS, **sections}, lock="")
        digest = facts.write(folder.root / "provenance")
        log.append(LogKind.SESSION, workers=1, facts=digest)
        for line in again:
            log.append(LogKind.REPRODUCED, **line)
        return origin_rows(folder, History(log.entries))

    yield rows
    log.close()


def test_a_plain_machine_is_three_lines(rows):
    found = rows()
    assert found.pop("packages").startswith("71 in provenance/")
    assert found == {"CPU": "EPYC, 8 cores", "memory": "16 GiB"}


def test_gpus_are_counted_by_kind(rows):
    machine = {**FACTS["machine"], "gpus": ["H200", "H200", "T4"], "driver": "550", "cpu": None,
               "memory_bytes": None}  # fmt: skip
    found = rows(machine=machine)
    assert found["GPU"] == "2 x H200, T4, driver 550"
    assert found["CPU"] == "unknown, 8 cores"
    assert "memory" not in found


@pytest.mark.parametrize(
    ("diff", "files", "words"),
    [
        ("ab", {}, "differences to the commit (1,200 bytes)"),
        (None, {"a.py": "1"}, "1 file in no commit"),
        ("ab", {"a.py": "1", "b.py": "2"},
         "differences to the commit (1,200 bytes) and 2 files in no commit"),
    ],
)  # fmt: skip
def test_code_that_is_in_no_commit_is_told(rows, diff, files, words):
    found = rows(code={"diff": diff, "diff_bytes": 1200, "files": files})
    assert found["code kept"] == words


def test_data_are_told_with_what_dvc_knows(rows):
    version = {"sha256": "ab" * 32, "bytes": 2048}
    data = {f"{k}.csv": version for k in range(6)}
    data["0.csv"] = {**version, "dvc": {"md5": "cd", "remote": None}}
    found = rows(data=data)
    assert found["data 0.csv"] == "sha256 abababababab, 2.0 KiB, DVC md5 cd"
    assert found["data"] == "and 1 more"


def test_runs_that_were_made_again_are_told_by_their_last_time(rows):
    lines = [{"run": "wide/seed-0", "n": 1203, "n_equal": n} for n in (7, 1203)]
    assert rows(again=lines)["made again"] == (
        "wide/seed-0: 1,203 of 1,203 values equal bit by bit"
    )
