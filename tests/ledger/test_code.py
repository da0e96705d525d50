"""Which files a trial consists of."""

import hashlib

import pytest

from trialist.ledger.code import project_code


@pytest.fixture
def project(tmp_path):
    def project(files, start="train.py"):
        for name, text in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return project_code(tmp_path / start, folder=tmp_path)

    return project


def names(code):
    return [file.path for file in code.files]


def test_a_file_alone_is_itself_with_its_digest(project):
    code = project({"train.py": "x = 1\n", "other.py": ""})
    assert names(code) == ["train.py"]
    assert code.files[0].digest == hashlib.sha256(b"x = 1\n").hexdigest()
    assert code.imports == frozenset()


def test_imports_are_followed_through_the_project(project):
    code = project(
        {
            "train.py": "import model\nfrom data import load\n",
            "model.py": "from layers import *\n",
            "layers.py": "",
            "data.py": "",
            "unused.py": "",
        }
    )
    assert names(code) == ["data.py", "layers.py", "model.py", "train.py"]


@pytest.mark.parametrize(
    "line",
    [
        "import kit.model",
        "import kit.model as m",
        "from kit import model",
        "from kit.model import build",
        "from kit import build, model",
    ],
)
def test_every_form_of_import_finds_the_file_and_its_package(project, line):
    code = project(
        {"train.py": line + "\n", "kit/__init__.py": "", "kit/model.py": "", "kit/other.py": ""}
    )
    assert names(code) == ["kit/__init__.py", "kit/model.py", "train.py"]


@pytest.mark.parametrize(
    "text",
    [
        "def train(config, run):\n    import model\n",
        "if True:\n    try:\n        import model\n    except ImportError:\n        pass\n",
        "class A:\n    def f(self):\n        from model import x\n",
        "async def f():\n    import model\n",
    ],
)
def test_imports_inside_functions_count(project, text):
    assert names(project({"train.py": text, "model.py": ""})) == ["model.py", "train.py"]


def test_relative_imports_are_followed_from_their_own_folder(project):
    code = project(
        {
            "lab/__init__.py": "",
            "lab/train.py": "from .nets import mlp\nfrom . import data\n",
            "lab/data.py": "from ..shared import tools\n",
            "lab/nets/__init__.py": "from .mlp import MLP\n",
            "lab/nets/mlp.py": "from ..data import load\nfrom .parts import *\n",
            "lab/nets/parts.py": "",
            "lab/nets/unused.py": "",
            "shared/__init__.py": "",
            "shared/tools.py": "",
        },
        start="lab/train.py",
    )
    assert names(code) == [
        *("lab/__init__.py", "lab/data.py", "lab/nets/__init__.py", "lab/nets/mlp.py"),
        *("lab/nets/parts.py", "lab/train.py", "shared/__init__.py", "shared/tools.py"),
    ]


def test_relative_imports_work_in_packages_without_an_init(project):
    code = project(
        {
            "train.py": "import kit.deep.net\n",
            "kit/deep/net.py": "from .parts import x\nfrom ..top import y\n",
            "kit/deep/parts.py": "",
            "kit/top.py": "",
        }
    )
    assert names(code) == ["kit/deep/net.py", "kit/deep/parts.py", "kit/top.py", "train.py"]


def test_the_package_around_the_trial_is_run_too(project):
    code = project(
        {"lab/__init__.py": "import settings\n", "lab/train.py": "", "settings.py": ""},
        start="lab/train.py",
    )
    assert names(code) == ["lab/__init__.py", "lab/train.py", "settings.py"]


def test_circles_end(project):
    code = project({"train.py": "import a\n", "a.py": "import b\n", "b.py": "import a, train\n"})
    assert names(code) == ["a.py", "b.py", "train.py"]


def test_what_is_installed_is_named_and_not_followed(project):
    code = project(
        {
            "train.py": "import os.path\nimport numpy as np\nfrom torch.nn import Linear\n"
            "import model\nfrom . import nothing\n",
            "model.py": "import scipy.stats\n",
            ".venv/lib/site-packages/numpy/__init__.py": "",
        }
    )
    assert names(code) == ["model.py", "train.py"]
    assert code.imports == {"os", "numpy", "torch", "scipy"}


@pytest.mark.parametrize("text", ["def (:\n", b"x = '\0'\n", b"\xff\xfe = 1\n"])
def test_a_file_that_cannot_be_parsed_still_counts(project, text):
    code = project({"train.py": "import broken\n", "broken.py": text})
    assert names(code) == ["broken.py", "train.py"]


def test_any_change_of_a_used_file_changes_its_digest_alone(project):
    files = {"train.py": "import model\n", "model.py": "x = 1\n"}
    before = project(files)
    after = project({**files, "model.py": "x = 1 \n"})
    changed = [old.path for old, new in zip(before.files, after.files, strict=True) if old != new]
    assert changed == ["model.py"]


def test_a_trial_outside_of_the_folder_is_named_from_there(tmp_path):
    (tmp_path / "studies").mkdir()
    (tmp_path / "train.py").write_text("import beside\nimport inside\n")
    (tmp_path / "beside.py").write_text("")
    (tmp_path / "studies" / "inside.py").write_text("")
    code = project_code(tmp_path / "train.py", folder=tmp_path / "studies")
    assert sorted(names(code)) == ["../beside.py", "../train.py", "inside.py"]


def test_a_link_is_followed_to_the_file_itself(project, tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "train.py").write_text("import beside\n")
    (tmp_path / "real" / "beside.py").write_text("")
    (tmp_path / "train.py").symlink_to(tmp_path / "real" / "train.py")
    assert names(project_code(tmp_path / "train.py", folder=tmp_path)) == [
        *("real/beside.py", "real/train.py"),
    ]
