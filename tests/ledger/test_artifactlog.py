"""The record of one artifact."""

import json
import os
import zlib

import pytest

from trialist.ledger.artifactlog import append, locked, read_record
from trialist.values.errors import ArtifactError

SAID = {"t": 1.0, "who": "me@here", "by": {"run": "wide/seed-0"}}


def version(number, digest):
    content = {"sha256": digest, "folder": False, "files": {"a.pt": ["ab", 3]}}
    return {**SAID, **content, "version": number, "type": None, "value": 0.5, "metric": "val/f1"}


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "model"
    with locked(folder):
        append(folder, "version", version(0, "01"), aliases=["latest", "best"])
        append(folder, "version", version(1, "02"), aliases=["latest"])
        append(folder, "used", {**SAID, "version": 0}, aliases=[])
        append(folder, "made", {**SAID, "version": 1}, aliases=[])
    return folder


def test_versions_aliases_moves_and_lineage_come_back(folder):
    record = read_record(folder)
    assert [(one.number, one.digest, one.bytes) for one in record.versions] == [
        (0, "01", 3),
        (1, "02", 3),
    ]
    assert record.aliases == {"latest": 1, "best": 0}
    assert [(one.alias, one.before, one.after, one.who) for one in record.moves] == [
        ("latest", None, 0, "me@here"),
        ("best", None, 0, "me@here"),
        ("latest", 0, 1, "me@here"),
    ]
    assert [(one.kind, one.version) for one in record.uses] == [
        *(("made", 0), ("made", 1), ("used", 0), ("made", 1)),
    ]
    assert record.with_digest("02").number == 1
    assert record.with_digest("03") is None


def test_a_torn_line_is_not_there_and_the_next_writer_cuts_it(folder):
    path = folder / "log.jsonl"
    whole = path.read_bytes()
    path.write_bytes(whole + b'{"format":1,"k":"al')
    assert len(read_record(folder).versions) == 2
    with locked(folder):
        append(folder, "alias", {**SAID, "version": 0}, aliases=["prod"])
    assert path.read_bytes().startswith(whole)
    assert read_record(folder).aliases["prod"] == 0


def test_a_line_without_any_end_is_cut_to_nothing(tmp_path):
    (tmp_path / "log.jsonl").write_bytes(b"torn")
    append(tmp_path, "version", version(0, "01"), aliases=[])
    assert len(read_record(tmp_path).versions) == 1


def test_a_changed_line_is_named(folder):
    path = folder / "log.jsonl"
    path.write_bytes(path.read_bytes().replace(b'"best"', b'"bess"'))
    with pytest.raises(ArtifactError) as caught:
        read_record(folder)
    assert caught.value.mistakes[0].where == f"{path}:1"


def test_a_newer_format_is_said(folder):
    path = folder / "log.jsonl"
    line = json.dumps({"format": 2, "k": "new"}).encode()[:-1]
    path.write_bytes(b'%s,"c":"%08x"}\n' % (line, zlib.crc32(line)))
    with pytest.raises(ArtifactError, match="has format 2, and this version reads 1"):
        read_record(folder)


def test_a_full_disk_that_writes_a_part_goes_on(folder, monkeypatch):
    write = os.write
    monkeypatch.setattr(os, "write", lambda file, data: write(file, data[:7]))
    append(folder, "alias", {**SAID, "version": 0}, aliases=["prod"])
    monkeypatch.undo()
    assert read_record(folder).aliases["prod"] == 0
