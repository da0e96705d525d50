"""Versions of data: digests that are computed once, and what changed between two."""

import hashlib
import json
import os

import pytest

from trialist.ledger import dataversions
from trialist.ledger.dataversions import DigestCache, data_changes, data_versions
from trialist.values.errors import ConfigError


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "data" / "images").mkdir(parents=True)
    (tmp_path / "data" / "train.csv").write_text("1,2\n")
    (tmp_path / "data" / "val.csv").write_text("3\n")
    for name in ("a.png", "b.png"):
        (tmp_path / "data" / "images" / name).write_text(name)
    return tmp_path


def versions(folder, *patterns, cache=None):
    return data_versions(patterns, folder=folder, cache=cache or DigestCache(None))


def test_a_file_is_its_digest_and_size(folder):
    found = versions(folder, "data/train.csv")
    digest = hashlib.sha256(b"1,2\n").hexdigest()
    assert found == {"data/train.csv": {"sha256": digest, "bytes": 4}}


def test_globs_and_absolute_paths_are_followed(folder):
    assert set(versions(folder, "data/*.csv")) == {"data/train.csv", "data/val.csv"}
    assert set(versions(folder, str(folder / "data/v*"))) == {"data/val.csv"}


def test_a_folder_has_one_digest_that_any_change_changes(folder):
    before = versions(folder, "data/images")["data/images"]
    assert before["n_files"] == 2
    assert set(before["files"]) == {"a.png", "b.png"}
    (folder / "data/images/b.png").rename(folder / "data/images/c.png")
    after = versions(folder, "data/images")["data/images"]
    assert (before["bytes"], before["sha256"] != after["sha256"]) == (after["bytes"], True)


def test_a_large_folder_does_not_name_its_files(folder, monkeypatch):
    monkeypatch.setattr("trialist.ledger.dataversions.MOST_FILES_NAMED", 1)
    assert "files" not in versions(folder, "data/images")["data/images"]


def test_data_outside_of_the_project_keep_their_whole_path(folder, tmp_path_factory):
    other = tmp_path_factory.mktemp("other") / "x.csv"
    other.write_text("1")
    assert set(versions(folder, str(other))) == {str(other)}


def test_all_that_is_not_there_is_told_at_once(folder):
    (folder / "gone.csv.dvc").write_text("outs:\n- md5: abcd\n  path: gone.csv\n")
    with pytest.raises(ConfigError) as caught:
        versions(folder, "data/nothing*", "gone.csv", "data/train.csv")
    first, second = caught.value.mistakes
    assert "'data/nothing*'" in first.message
    assert "dvc pull gone.csv" in second.todo


def test_what_dvc_knows_is_beside_the_digest(folder):
    (folder / "data/train.csv.dvc").write_text("outs:\n- md5: abcd\n  path: train.csv\n")
    found = versions(folder, "data/train*")
    assert set(found) == {"data/train.csv"}
    assert found["data/train.csv"]["dvc"] == {"md5": "abcd", "remote": None}


def settled(path, seconds=100):
    """Give `path` a time of change that lies well in the past."""
    now = path.stat().st_mtime
    os.utime(path, (now - seconds, now - seconds))


def test_a_file_is_hashed_once_as_long_as_it_is_untouched(folder, tmp_path, monkeypatch):
    path, kept = folder / "data" / "train.csv", tmp_path / "cache.json"
    settled(path)
    first = versions(folder, "data/train.csv", cache=DigestCache(kept))
    monkeypatch.setattr(dataversions, "digest_of_file", None)  # whoever hashes now fails
    assert versions(folder, "data/train.csv", cache=DigestCache(kept)) == first
    with pytest.raises(TypeError):
        versions(folder, "data/val.csv", cache=DigestCache(kept))


def test_a_changed_file_is_hashed_again(folder, tmp_path):
    path, kept = folder / "data" / "train.csv", tmp_path / "cache.json"
    settled(path)
    first = versions(folder, "data/train.csv", cache=DigestCache(kept))
    path.write_text("9,9\n")
    assert versions(folder, "data/train.csv", cache=DigestCache(kept)) != first


def test_a_file_of_this_second_is_not_trusted_yet(folder, tmp_path, monkeypatch):
    monkeypatch.setattr(dataversions, "_SETTLED_S", 600.0)  # so that it is new on any machine
    kept = tmp_path / "cache.json"
    versions(folder, "data/train.csv", cache=DigestCache(kept))
    assert not kept.exists()


@pytest.mark.parametrize("text", ["{", "[]", '{"x": 1}'])
def test_a_damaged_cache_is_made_again(folder, tmp_path, text):
    kept = tmp_path / "cache.json"
    kept.write_text(text)
    settled(folder / "data" / "train.csv")
    versions(folder, "data/train.csv", cache=DigestCache(kept))
    assert str(folder / "data" / "train.csv") in json.loads(kept.read_text())


def test_a_store_that_cannot_be_written_only_costs_time(folder, tmp_path):
    settled(folder / "data" / "train.csv")
    cache = DigestCache(tmp_path / "no" / "such" / "folder.json")
    assert versions(folder, "data/train.csv", cache=cache)


def test_changes_name_what_came_went_and_differs():
    before = {"a": {"sha256": "11" * 32}, "b": {"sha256": "22" * 32}, "c": {"sha256": "33" * 32}}
    after = {"a": {"sha256": "11" * 32}, "b": {"sha256": "44" * 32}, "d": {"sha256": "55" * 32}}
    assert data_changes(before, after) == (
        "b: sha256 222222222222 -> sha256 444444444444",
        "c: sha256 333333333333 -> not there",
        "d: not there -> sha256 555555555555",
    )
