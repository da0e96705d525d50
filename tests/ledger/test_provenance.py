"""What a run was made with."""

import platform
import subprocess
from importlib import metadata

import pytest

from trialist.ledger import provenance
from trialist.ledger.provenance import environment, git_state


def git(folder, *words):
    subprocess.run(
        ["git", "-c", "user.name=a", "-c", "user.email=a@b.c", *words],
        cwd=folder,
        check=True,
        capture_output=True,
    )


@pytest.fixture
def repository(tmp_path, monkeypatch):
    for name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"):
        monkeypatch.delenv(name, raising=False)
    git(tmp_path, "init", "--quiet")
    (tmp_path / "train.py").write_text("1\n")
    git(tmp_path, "add", "train.py")
    git(tmp_path, "commit", "--quiet", "--message", "one")
    return tmp_path


def test_versions_and_machine_are_named():
    found = environment()
    assert found["python"] == platform.python_version()
    assert found["numpy"] == metadata.version("numpy")
    assert int(found["cores"]) >= 1
    assert all(isinstance(value, str) for value in found.values())


def test_a_package_that_is_not_installed_is_left_out(monkeypatch):
    monkeypatch.setattr(provenance, "LIBRARIES", ("numpy", "no-such-package-here"))
    environment.cache_clear()
    try:
        assert "no-such-package-here" not in environment()
        assert "numpy" in environment()
    finally:
        environment.cache_clear()


def test_a_clean_repository_is_its_commit(repository):
    state = git_state(repository)
    assert len(state["git commit"]) == 40
    assert state["git state"] == "clean"


def test_changed_files_are_told_and_new_files_are_not(repository):
    (repository / "results.json").write_text("{}")
    assert git_state(repository)["git state"] == "clean"
    (repository / "train.py").write_text("2\n")
    assert git_state(repository)["git state"] == "changed files"


def test_outside_of_a_repository_there_is_nothing_to_tell(tmp_path, monkeypatch):
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert git_state(tmp_path) == {}


def test_without_git_there_is_nothing_to_tell(repository, monkeypatch):
    monkeypatch.setenv("PATH", "")
    assert git_state(repository) == {}


def test_a_git_that_hangs_is_not_waited_for(repository, monkeypatch):
    def hang(*_args, **more):
        raise subprocess.TimeoutExpired("git", more["timeout"])

    monkeypatch.setattr(subprocess, "run", hang)
    assert git_state(repository) == {}
