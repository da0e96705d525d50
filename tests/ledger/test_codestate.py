"""The code as it stood, taken down from real repositories and from folders without one."""

import subprocess

import pytest

from trialist.ledger import codestate
from trialist.ledger.codestate import code_state, left_out_words
from trialist.ledger.git import run_git

BINARY = bytes(range(256)) * 8


def git(folder, *words):
    identity = ("-c", "user.name=a", "-c", "user.email=a@b.c", "-c", "protocol.file.allow=always")
    done = subprocess.run(
        ["git", *identity, *words], cwd=folder, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


@pytest.fixture
def project(tmp_path):
    folder = tmp_path / "project"
    folder.mkdir()
    git(folder, "init", "--quiet", "--initial-branch=main")
    (folder / "train.py").write_text("import model\n")
    (folder / "weights.bin").write_bytes(b"\0\1")
    (folder / ".gitignore").write_text("*.log\nsecret/\n")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message=one")
    return folder


def state_of(folder, **more):
    return code_state(folder, own=(folder / "train.py",), **more)


def test_a_clean_repository_is_its_commit_and_nothing_else(project):
    state = state_of(project)
    assert state.commit == git(project, "rev-parse", "HEAD")
    assert (state.branch, state.diff, state.snapshot.files) == ("main", b"", {})
    assert not state.is_dirty
    assert state.to_dict()["dirty"] is False


def test_the_diff_rebuilds_changed_and_binary_files(project, tmp_path):
    (project / "train.py").write_text("import other\n")
    (project / "weights.bin").write_bytes(BINARY)
    state = state_of(project)
    assert state.is_dirty
    copy = tmp_path / "copy"
    git(tmp_path, "clone", "--quiet", str(project), str(copy))
    assert run_git(copy, "apply", "--binary", "-", given=state.diff) is not None
    assert (copy / "weights.bin").read_bytes() == BINARY
    assert (copy / "train.py").read_text() == "import other\n"


@pytest.mark.parametrize(
    ("key", "value"),
    [("diff.noprefix", "true"), ("diff.external", "true"), ("color.ui", "always"),
     ("diff.mnemonicPrefix", "true"), ("core.quotePath", "true"), ("status.renames", "copies")],
)  # fmt: skip
def test_the_users_settings_do_not_change_the_diff(project, key, value):
    (project / "train.py").write_text("2\n")
    plain = state_of(project).diff
    git(project, "config", key, value)
    assert state_of(project).diff == plain


def test_staged_renamed_and_deleted_files_are_in_the_diff(project):
    git(project, "mv", "train.py", "new name.py")
    (project / "weights.bin").unlink()
    state = code_state(project, own=(project / "new name.py",))
    assert b"new name.py" in state.diff
    assert b"deleted file mode" in state.diff
    assert state.snapshot.files == {}


def test_untracked_code_is_kept_and_ignored_files_are_not(project):
    (project / "model.py").write_text("X = 1\n")
    (project / "größe mit raum.py").write_text("Y = 1\n")
    (project / "run.log").write_text("noise")
    state = state_of(project)
    assert state.snapshot.files == {"model.py": b"X = 1\n", "größe mit raum.py": b"Y = 1\n"}
    assert not state.is_dirty


def test_the_trials_own_file_is_kept_even_where_git_ignores_it(project):
    (project / "secret").mkdir()
    own = project / "secret" / "train.py"
    own.write_text("1\n")
    state = code_state(own.parent, own=(own,))
    assert state.snapshot.files == {"secret/train.py": b"1\n"}
    assert state.folder == "secret"


def test_the_store_is_no_code(project):
    store = project / "experiments"
    store.mkdir()
    (store / "plan.json").write_text("{}")
    assert "experiments/plan.json" in state_of(project).snapshot.files
    assert state_of(project, apart=(store,)).snapshot.files == {}


def test_a_repository_without_a_commit_keeps_what_is_staged(tmp_path):
    git(tmp_path, "init", "--quiet", "--initial-branch=main")
    for name in ("train.py", "staged.py", "new.py"):
        (tmp_path / name).write_text(f"# {name}\n")
    git(tmp_path, "add", "staged.py")
    state = state_of(tmp_path)
    assert (state.commit, state.branch) == (None, "main")
    assert set(state.snapshot.files) == {"train.py", "staged.py", "new.py"}
    assert state.to_dict()["dirty"] is None
    assert state.to_dict()["git"] is True


def test_a_detached_head_has_no_branch(project):
    git(project, "checkout", "--quiet", "--detach")
    state = state_of(project)
    assert (state.branch, len(state.commit)) == (None, 40)


def test_submodules_are_named_and_not_kept(project, tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    git(other, "init", "--quiet")
    (other / "lib.py").write_text("1\n")
    git(other, "add", "--all")
    git(other, "commit", "--quiet", "--message=lib")
    git(project, "submodule", "--quiet", "add", str(other), "vendored lib")
    git(project, "commit", "--quiet", "--message=submodule")
    (project / "vendored lib" / "lib.py").write_text("2\n")
    state = state_of(project)
    assert state.submodules == ("vendored lib",)
    assert not state.is_dirty
    assert left_out_words(state.to_dict()) == ("vendored lib (a submodule)",)


def test_without_git_the_files_are_kept(project, monkeypatch):
    (project / "model.py").write_text("X = 1\n")
    monkeypatch.setenv("PATH", "")
    state = state_of(project)
    assert state.commit is None
    assert set(state.snapshot.files) == {"train.py", "model.py"}
    assert state.to_dict()["git"] is False


def test_without_a_repository_paths_start_where_the_trials_files_meet(tmp_path):
    study, lib = tmp_path / "a" / "study", tmp_path / "a" / "lib"
    for folder in (study, lib):
        folder.mkdir(parents=True)
        (folder / "x.py").write_text("1\n")
    state = code_state(study, own=(study / "x.py", lib / "x.py"))
    assert (state.root, state.folder) == (tmp_path / "a", "study")
    assert set(state.snapshot.files) == {"study/x.py", "lib/x.py"}


def test_the_root_of_the_disk_is_never_the_start(tmp_path):
    elsewhere = next(path for path in tmp_path.parents if path.parent == path)
    lone = next(path for path in sorted(elsewhere.glob("etc/*.conf")) if path.is_file())
    state = code_state(tmp_path, own=(lone,))
    assert state.root == tmp_path
    assert [one.reason for one in state.snapshot.left_out] == ["outside of the project"]


def test_a_diff_that_is_too_long_is_said_to_be_missing(project, monkeypatch):
    monkeypatch.setattr(codestate, "MOST_DIFF_BYTES", 10)
    (project / "train.py").write_text("2\n")
    state = state_of(project)
    assert state.diff is None
    assert state.is_dirty
    assert left_out_words(state.to_dict()) == ("the differences to the commit (too long)",)


def test_a_git_that_fails_at_the_diff_is_no_clean_tree(project, monkeypatch):
    (project / "train.py").write_text("2\n")

    def fails(folder, *words, **more):
        return None if "diff" in words else run_git(folder, *words, **more)

    monkeypatch.setattr(codestate, "run_git", fails)
    assert state_of(project).to_dict()["dirty"] is True


def test_nothing_of_the_repository_is_changed(project):
    (project / "model.py").write_text("X = 1\n")
    index = (project / ".git" / "index").stat().st_mtime_ns
    before = git(project, "status", "--porcelain")
    index = (project / ".git" / "index").stat().st_mtime_ns
    state_of(project)
    assert (project / ".git" / "index").stat().st_mtime_ns == index
    assert git(project, "status", "--porcelain") == before


def test_a_trial_from_outside_of_the_repository_is_left_out_and_named(project, tmp_path):
    outside = tmp_path / "lib.py"
    outside.write_text("1\n")
    state = code_state(project, own=(outside,))
    assert left_out_words(state.to_dict()) == (f"{outside} (outside of the project)",)
