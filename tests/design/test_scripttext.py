import pytest

from trialist.design.scripttext import (
    MOST_BYTES,
    folder_of,
    named_files,
    script_file,
    script_text,
)
from trialist.values.command import Command


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "pack").mkdir()
    (tmp_path / "train.py").write_text("import helper\nfrom pack.inner import x\nimport torch\n")
    (tmp_path / "helper.py").write_text("# start_run\nimport train\n")
    (tmp_path / "pack/inner.py").write_text("# inner\n")
    (tmp_path / "pack/__init__.py").write_text("# init\n")
    (tmp_path / "pack/__main__.py").write_text("# main\n")
    (tmp_path / "base.yaml").write_text("# yaml\n")
    (tmp_path / "big.csv").write_bytes(b"x" * (MOST_BYTES + 1))
    return tmp_path


def names(folder, template):
    found = named_files(Command(template=template), folder)
    return [path.relative_to(folder).as_posix() for path in found]


def test_gives_the_files_that_a_command_names(folder):
    template = "python train.py --config=base.yaml big.csv {lr} x=y --a=b " + "z" * 300
    assert names(folder, template) == ["train.py", "base.yaml"]
    assert names(folder, "python -m pack.inner base.yaml") == ["pack/inner.py", "base.yaml"]
    assert names(folder, "python -m pack") == ["pack/__main__.py", "pack"][:1]


def test_a_script_has_to_be_where_it_is_named(folder):
    assert script_file(Command(template="python gone.py"), folder) == folder / "gone.py"
    assert script_file(Command(template="python -m installed"), folder) is None
    assert script_file(Command(template="python {which}"), folder) is None
    assert script_file(Command(template="bash go.sh"), folder) is None


def test_the_text_has_what_the_script_imports_beside_it(folder):
    text = script_text(Command(template="python train.py base.yaml"), folder)
    assert all(word in text for word in ("start_run", "inner", "yaml"))
    assert "main" not in text


def test_a_file_that_cannot_be_read_has_no_text(folder, monkeypatch):
    def refuse(*_args, **_kwargs):
        raise PermissionError

    monkeypatch.setattr("pathlib.Path.read_text", refuse)
    assert script_text(Command(template="python train.py"), folder) == ""


def test_a_program_is_named_from_its_files_folder_or_from_where_one_stands(folder, tmp_path):
    other = tmp_path / "other"
    (other / "src").mkdir(parents=True)
    (other / "src" / "fit.py").write_text("")
    assert folder_of("train.py", folder, other) == folder
    assert folder_of("src/fit.py", folder, other) == other
    assert folder_of("none.py", folder, other) == folder
    assert folder_of("src/fit.py", folder, None) == folder
    assert folder_of(None, folder, other) == folder
