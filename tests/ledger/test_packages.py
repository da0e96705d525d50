"""Installed packages as a lock."""

import json
import subprocess
import sys
from importlib.metadata import PathDistribution
from importlib.metadata import version as installed_version

import pytest

from trialist.ledger.packages import (
    Package,
    installed_packages,
    lock_text,
    package_of,
    versions_in,
)

SHA = "ab" * 32


@pytest.fixture
def distribution(tmp_path):
    def distribution(origin=None, *, metadata="Name: My_Lib\nVersion: 1.2\n\nReadme", record=""):
        place = tmp_path / "my_lib-1.2.dist-info"
        place.mkdir()
        (place / "METADATA").write_text(metadata)
        if record is not None:
            (place / "RECORD").write_text(record)
        if origin is not None:
            text = origin if isinstance(origin, str) else json.dumps(origin)
            (place / "direct_url.json").write_text(text)
        return PathDistribution(place)

    return distribution


def test_a_package_of_an_index_is_its_name_and_version(distribution):
    found = package_of(distribution(record="x.py,sha256=ab,1\n"))
    assert (found.name, found.version, found.archive) == ("my-lib", "1.2", None)
    assert found.line.startswith("my-lib==1.2  # no archive hash, files sha256:")


@pytest.mark.parametrize("info", [{"hashes": {"sha256": SHA}}, {"hash": f"sha256={SHA}"}])
def test_an_archive_has_its_hash_and_its_url_without_a_password(distribution, info):
    origin = {"url": "https://me:secret@host.example/my_lib.whl", "archive_info": info}
    found = package_of(distribution(origin, record=None))
    assert found.line == (
        f"my-lib @ https://host.example/my_lib.whl  # version 1.2, archive sha256:{SHA}"
    )


def test_an_installation_from_git_names_its_commit(distribution):
    origin = {
        "url": "https://host.example/lib.git",
        "vcs_info": {"vcs": "git", "commit_id": "c0ffee"},
    }
    found = package_of(distribution(origin))
    assert found.line.startswith("my-lib @ git+https://host.example/lib.git@c0ffee  # version 1.2")


def test_an_editable_installation_has_the_state_of_its_folder(distribution, tmp_path):
    source = tmp_path / "my source"
    source.mkdir()
    for words in (
        ["init", "--quiet"],
        ["-c", "user.name=a", "-c", "user.email=a@b.c", "commit", "--quiet", "--allow-empty",
         "--message=one"],
    ):  # fmt: skip
        subprocess.run(["git", *words], cwd=source, check=True)
    origin = {"url": source.as_uri(), "dir_info": {"editable": True}}
    found = package_of(distribution(origin))
    assert (found.source, found.dirty, len(found.commit)) == (str(source), False, 40)
    assert found.line == (f"# my-lib==1.2  editable, {source}, commit {found.commit}, clean")
    assert versions_in(lock_text((found,), python="3.11"))["my-lib"].endswith("clean")


@pytest.mark.parametrize("there", [True, False])
def test_an_editable_installation_without_git_says_so(distribution, tmp_path, there):
    source = tmp_path / "source"
    if there:
        source.mkdir()
    found = package_of(distribution({"url": source.as_uri(), "dir_info": {"editable": True}}))
    assert found.line == f"# my-lib==1.2  editable, {source}, no git"


@pytest.mark.parametrize("origin", ["{", "[]"])
def test_a_damaged_origin_is_none(distribution, origin):
    assert package_of(distribution(origin)).url is None


def test_damaged_metadata_are_no_package(distribution):
    assert package_of(distribution(metadata="Name: x\n\nVersion: in the readme")) is None


def test_the_lock_is_what_is_installed_here():
    packages = installed_packages()
    found = versions_in(lock_text(packages, python="3.11.0"))
    assert found["numpy"] == installed_version("numpy")
    assert len(found) == len(packages)


def test_the_first_on_the_path_is_the_one_that_counts(tmp_path, monkeypatch):
    for name, version in (("a", "1"), ("b", "2")):
        place = tmp_path / name / "twice-0.dist-info"
        place.mkdir(parents=True)
        (place / "METADATA").write_text(f"Name: twice\nVersion: {version}\n\n")
    broken = tmp_path / "a" / "broken-0.dist-info"
    broken.mkdir()
    (broken / "METADATA").write_text("")
    monkeypatch.setattr(sys, "path", [str(tmp_path / "a"), str(tmp_path / "b")])
    assert [(one.name, one.version) for one in installed_packages()] == [("twice", "1")]


def test_a_lock_can_be_read_by_pip(distribution):
    requirements = pytest.importorskip("packaging.requirements")
    packages = (
        Package(name="a", version="1.0+cpu"),
        Package(name="b", version="2", url="https://host.example/b.whl", archive=SHA),
        Package(name="c", version="3", source="/src/c", commit="ab", dirty=True),
    )
    lines = lock_text(packages, python="3.11").splitlines()
    wanted = [line.partition("  #")[0] for line in lines if not line.startswith("#")]
    assert [requirements.Requirement(line).name for line in wanted] == ["a", "b"]


def test_every_form_of_a_line_is_read_back():
    packages = (
        Package(name="a", version="1", archive=SHA, record=SHA),
        Package(name="b", version="2", url="file:///x/b.whl"),
        Package(name="c", version="3", source="/src/a, b", commit="ab", dirty=True),
        Package(name="d", version="4", source="/src/d"),
    )
    assert versions_in(lock_text(packages, python="3.11")) == {
        "a": "1",
        "b": "2 from file:///x/b.whl",
        "c": "3 editable, commit ab, changed files",
        "d": "4 editable, no git",
    }
