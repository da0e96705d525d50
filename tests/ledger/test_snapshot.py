"""Which files are kept."""

import pytest

from trialist.ledger import snapshot as module
from trialist.ledger.snapshot import LeftOut, files_below, snapshot


def reasons(found):
    return {one.path: one.reason for one in found.left_out}


def test_code_is_kept_with_its_bytes(tmp_path):
    path = tmp_path / "a" / "model.py"
    path.parent.mkdir()
    path.write_bytes(b"\xff\x00")
    assert snapshot(tmp_path, [path], own=()).files == {"a/model.py": b"\xff\x00"}


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("weights.pt", "not code"),
        ("image.PNG", "not code"),
        (".env.yaml", "may hold a secret"),
        ("secrets.toml", "may hold a secret"),
        ("my_api_key.txt", "may hold a secret"),
        ("credentials.json", "may hold a secret"),
        ("token.txt", "may hold a secret"),
    ],
)
def test_what_is_no_code_or_looks_secret_is_left_out(tmp_path, name, reason):
    path = tmp_path / name
    path.write_text("1")
    assert reasons(snapshot(tmp_path, [path], own=())) == {name: reason}


@pytest.mark.parametrize("name", ["tokenizer.py", "tokens.json", "secretary.py", "Makefile"])
def test_names_that_only_sound_secret_are_kept(tmp_path, name):
    path = tmp_path / name
    path.write_text("1")
    assert set(snapshot(tmp_path, [path], own=()).files) == {name}


def test_the_trials_own_file_is_kept_whatever_it_is_called(tmp_path):
    path = tmp_path / "secret.zz"
    path.write_text("1")
    assert set(snapshot(tmp_path, [path], own=(path,)).files) == {"secret.zz"}


def test_large_files_and_large_sums_are_left_out_with_their_size(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "MOST_FILE_BYTES", 10)
    monkeypatch.setattr(module, "MOST_BYTES", 15)
    for name, size in (("a.py", 11), ("b.py", 10), ("c.py", 6), ("d.py", 5)):
        (tmp_path / name).write_text("x" * size)
    found = snapshot(tmp_path, sorted(tmp_path.iterdir()), own=())
    assert set(found.files) == {"b.py", "d.py"}
    assert found.left_out == (
        LeftOut(path="a.py", bytes=11, reason="too large"),
        LeftOut(path="c.py", bytes=6, reason="beyond 15 bytes"),
    )


def test_more_files_than_a_project_has_are_counted(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "MOST_FILES", 2)
    monkeypatch.setattr(module, "MOST_NAMED", 1)
    for name in "abcde":
        (tmp_path / f"{name}.py").write_text("1")
    found = snapshot(tmp_path, sorted(tmp_path.iterdir()), own=())
    assert set(found.files) == {"a.py", "b.py"}
    assert reasons(found) == {"c.py": "more than 2 files", "2 more files": "more than 2 files"}


def test_links_and_vanished_files_are_left_out(tmp_path):
    (tmp_path / "link.py").symlink_to(tmp_path / "real.py")
    (tmp_path / "real.py").write_text("1")
    found = snapshot(tmp_path, [tmp_path / "link.py"], own=(tmp_path / "gone.py",))
    assert reasons(found) == {
        "link.py": "not a plain file",
        "gone.py": "cannot be read: No such file or directory",
    }


def test_a_folder_without_git_is_walked_but_not_its_environments(tmp_path):
    for name in (".hidden/a.py", "venv/pyvenv.cfg", "venv/b.py", "__pycache__/c.py", "store/d.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("1")
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "model.py").write_text("1")
    (tmp_path / ".secret.py").write_text("1")
    found = files_below(tmp_path, apart=(tmp_path / "store",))
    assert found.files == (tmp_path / "src" / "model.py",)
    assert found.left_out == ()


def test_a_folder_that_is_no_project_is_given_up(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "MOST_ENTRIES", 3)
    for name in "abcd":
        (tmp_path / f"{name}.py").write_text("1")
    found = files_below(tmp_path)
    assert found.files == ()
    assert found.left_out[0].reason == "more than 3 files"
