"""What DVC's small files say."""

import pytest

from trialist.ledger.dvc import DvcVersion, dvc_version

MD5 = "0123456789abcdef0123456789abcdef"


@pytest.fixture
def project(tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / ".dvc").mkdir()
    return tmp_path


def with_remote(project, url="s3://me:secret@bucket/store"):
    text = f"[core]\n    remote = main\n['remote \"main\"']\n    url = {url}\n"
    (project / ".dvc" / "config").write_text(text)


def test_a_file_beside_the_data_says_its_version(project):
    (project / "data" / "x.csv.dvc").write_text(f"outs:\n- md5: {MD5}\n  size: 3\n  path: x.csv\n")
    assert dvc_version(project / "data" / "x.csv") == DvcVersion(md5=MD5, remote=None)


def test_the_remote_place_is_given_without_its_password(project):
    with_remote(project)
    (project / "data" / "x.csv.dvc").write_text(f"outs:\n- md5: {MD5}\n  path: x.csv\n")
    found = dvc_version(project / "data" / "x.csv")
    assert found.remote == f"s3://bucket/store/files/md5/{MD5[:2]}/{MD5[2:]}"


def test_the_output_of_a_stage_is_found_in_the_lock_above(project):
    lock = (
        f"schema: '2.0'\nstages:\n  prepare:\n    outs:\n    - path: data/x\n      md5: {MD5}.dir\n"
    )
    (project / "dvc.lock").write_text(lock)
    assert dvc_version(project / "data" / "x").md5 == f"{MD5}.dir"
    assert dvc_version(project / "data" / "y") is None


@pytest.mark.parametrize(
    "text", ["", "- 1", "outs: [1, {}]", "stages: {a: 1, b: {outs: }}", "{", "a: \x00"]
)
def test_a_file_that_says_nothing_is_passed_over(project, text):
    (project / "data" / "x.csv.dvc").write_text(text)
    assert dvc_version(project / "data" / "x.csv") is None


@pytest.mark.parametrize("config", ["[core]\nremote = other\n", "nonsense"])
def test_settings_without_the_remote_give_none(project, config):
    (project / ".dvc" / "config").write_text(config)
    (project / "data" / "x.csv.dvc").write_text(f"outs:\n- md5: {MD5}\n  path: x.csv\n")
    assert dvc_version(project / "data" / "x.csv").remote is None


def test_without_a_project_of_dvc_there_is_no_remote(tmp_path):
    (tmp_path / "x.csv.dvc").write_text(f"outs:\n- md5: {MD5}\n  path: x.csv\n")
    assert dvc_version(tmp_path / "x.csv").remote is None
