import hashlib

import pytest

from trialist.ledger.commandcode import command_code
from trialist.values.command import Command
from trialist.values.errors import TrialLoadError


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "train.py").write_text("import helper, torch\n")
    (tmp_path / "helper.py").write_text("x = 1\n")
    (tmp_path / "base.yaml").write_text("lr: 0.1\n")
    (tmp_path / "go.sh").write_text("#!/bin/sh\npython other.py --x 3; ./gone.sh\n")
    (tmp_path / "other.py").write_text("import numpy\n")
    return tmp_path


@pytest.mark.parametrize(
    ("template", "files", "imports"),
    [
        ("python train.py --lr {lr}", ["helper.py", "train.py"], {"torch"}),
        ("python train.py --config=base.yaml", ["base.yaml", "helper.py", "train.py"], {"torch"}),
        ("sh go.sh {seed}", ["go.sh", "other.py"], {"numpy"}),
        ("nothing here", [], set()),
    ],
)
def test_gives_the_files_behind_a_command(folder, template, files, imports):
    found = command_code(Command(template=template), folder)
    assert [file.path for file in found.files] == files
    assert found.imports == imports


def test_a_file_that_is_no_python_counts_by_its_bytes(folder):
    (found,) = command_code(Command(template="cat base.yaml"), folder).files
    assert found.digest == hashlib.sha256(b"lr: 0.1\n").hexdigest()


def test_a_script_that_is_not_there_is_refused(folder):
    with pytest.raises(TrialLoadError, match="no file for the command"):
        command_code(Command(template="python gone.py"), folder)
