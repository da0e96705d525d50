"""Asking the user's git."""

import os
import subprocess

import pytest

from trialist.ledger.git import repository_of, run_git


@pytest.fixture
def repository(tmp_path):
    folder = tmp_path / "project"
    folder.mkdir()
    run_git(folder, "init", "--quiet")
    return folder


def test_what_git_says_is_given_as_it_is(repository):
    assert run_git(repository, "rev-parse", "--is-inside-work-tree") == b"true\n"


def test_a_refusal_gives_nothing(repository):
    assert run_git(repository, "rev-parse", "--verify", "HEAD") is None


def test_input_and_variables_reach_it(repository):
    blob = run_git(repository, "hash-object", "--stdin", given=b"hello")
    assert blob == b"b6fc4c620b67d95f953a5c1c1230aaab5db5a1b0\n"
    said = run_git(repository, "var", "GIT_AUTHOR_IDENT", variables={"GIT_AUTHOR_NAME": "ada"})
    assert said is None or said.startswith(b"ada")


def test_variables_of_a_hook_do_not_lead_it_elsewhere(repository, tmp_path, monkeypatch):
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "nowhere"))
    assert run_git(repository, "rev-parse", "--is-inside-work-tree") == b"true\n"
    assert os.environ["GIT_DIR"] == str(tmp_path / "nowhere")


def test_without_git_there_is_no_answer(repository, monkeypatch):
    monkeypatch.setenv("PATH", "")
    assert run_git(repository, "status") is None


def test_a_git_that_hangs_is_not_waited_for(repository, monkeypatch):
    def hang(*_args, **more):
        raise subprocess.TimeoutExpired("git", more["timeout"])

    monkeypatch.setattr(subprocess, "run", hang)
    assert run_git(repository, "status") is None


def test_the_repository_of_a_folder_is_its_top(repository):
    below = repository / "a" / "b"
    below.mkdir(parents=True)
    assert repository_of(below) == repository.resolve()


def test_outside_of_a_repository_no_process_is_needed(tmp_path, monkeypatch):
    monkeypatch.setattr(subprocess, "run", None)
    assert repository_of(tmp_path) is None


def test_something_called_git_is_not_a_repository(tmp_path):
    (tmp_path / ".git").write_text("nonsense")
    assert repository_of(tmp_path) is None
