"""Files by their digest."""

import hashlib
import os

import pytest

from trialist.ledger.artifactlog import StoredFile
from trialist.ledger.objects import Objects
from trialist.values.errors import ArtifactError


def leftovers(tmp_path):
    return list((tmp_path / "objects").glob(".*.tmp"))


@pytest.fixture
def objects(tmp_path):
    return Objects(tmp_path / "objects")


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "model.bin"
    path.write_bytes(b"weights" * 400_000)
    return path


def test_a_file_is_stored_under_its_digest(objects, source):
    stored = objects.add(source)
    objects.sync()
    assert stored.sha256 == hashlib.sha256(source.read_bytes()).hexdigest()
    assert stored.bytes == source.stat().st_size
    assert objects.path(stored.sha256).read_bytes() == source.read_bytes()
    objects.check("model", stored)


def test_the_same_content_is_stored_once(objects, source, tmp_path):
    (tmp_path / "again").write_bytes(source.read_bytes())
    first = objects.add(source)
    place = objects.path(first.sha256)
    before = place.stat().st_ino
    assert objects.add(tmp_path / "again") == first
    assert place.stat().st_ino == before
    assert leftovers(tmp_path) == []


def test_an_altered_file_is_told_with_both_digests_and_mended_by_putting_it_in_again(
    objects, source
):
    stored = objects.add(source)
    place = objects.path(stored.sha256)
    place.chmod(0o644)
    place.write_bytes(b"x" * stored.bytes)
    with pytest.raises(ArtifactError) as caught:
        objects.check("model:v0 model.bin", stored)
    message = caught.value.mistakes[0].message
    assert stored.sha256[:12] in message
    assert hashlib.sha256(b"x" * stored.bytes).hexdigest()[:12] in message
    objects.add(source)
    objects.check("model", stored)


def test_a_missing_file_is_told(objects):
    assert objects.fault(StoredFile(sha256="ab" * 32, bytes=1)) == (
        "its file with digest abababababab is missing"
    )


def test_what_cannot_be_read_leaves_nothing(objects, tmp_path):
    with pytest.raises(FileNotFoundError):
        objects.add(tmp_path / "gone")
    assert leftovers(tmp_path) == []


def test_what_a_killed_process_left_is_removed_and_what_is_being_written_is_not(
    objects, source, tmp_path
):
    objects.add(source)
    old, new = tmp_path / "objects" / ".1-ab.tmp", tmp_path / "objects" / ".2-cd.tmp"
    for path in (old, new):
        path.write_bytes(b"half")
    os.utime(old, (1000.0, 1000.0))
    objects.add(source)
    assert leftovers(tmp_path) == [new]
