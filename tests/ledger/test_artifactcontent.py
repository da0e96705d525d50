"""What a version consists of."""

import os

import pytest

from trialist.ledger.artifactcontent import described, digest_of_files, files_in
from trialist.ledger.artifactlog import StoredFile
from trialist.values.errors import ArtifactError

FILES = {"a": StoredFile(sha256="01", bytes=1), "b/c": StoredFile(sha256="02", bytes=2)}


def test_a_folder_gives_its_files_by_their_path_in_it(tmp_path):
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "x.txt").write_text("x")
    (tmp_path / ".hidden").write_text("y")
    (tmp_path / "link").symlink_to(tmp_path / "deep" / "x.txt")
    assert list(files_in(tmp_path)) == [".hidden", "deep/x.txt", "link"]
    assert list(files_in(tmp_path / "deep" / "x.txt")) == ["x.txt"]


def test_an_empty_folder_is_refused(tmp_path):
    (tmp_path / "deep").mkdir()
    with pytest.raises(ArtifactError, match="holds no file"):
        files_in(tmp_path)


@pytest.mark.parametrize("kind", ["broken link", "linked folder", "pipe"])
def test_what_is_no_file_is_named(tmp_path, kind):
    place = tmp_path / "odd"
    if kind == "pipe":
        os.mkfifo(place)
    else:
        place.symlink_to(tmp_path.parent if kind == "linked folder" else tmp_path / "gone")
    with pytest.raises(ArtifactError) as caught:
        files_in(tmp_path)
    assert caught.value.mistakes[0].where == str(place)


def test_the_digest_of_a_folder_knows_names_and_contents():
    one = digest_of_files(FILES, is_folder=True)
    renamed = {"a": FILES["a"], "b/d": FILES["b/c"]}
    assert one == digest_of_files(dict(reversed(FILES.items())), is_folder=True)
    assert one != digest_of_files(renamed, is_folder=True)
    assert digest_of_files({"a": FILES["a"]}, is_folder=False) == "01"


def test_a_version_is_described_as_plain_data():
    assert described(FILES, "ab", is_folder=True) == {
        "sha256": "ab",
        "folder": True,
        "files": {"a": ["01", 1], "b/c": ["02", 2]},
    }
