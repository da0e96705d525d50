"""The front door is light: what a person waits for at every command loads no heavy library."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
HEAVY = frozenset(
    PYPROJECT["tool"]["ruff"]["lint"]["flake8-tidy-imports"]["banned-module-level-imports"]
)

IMPORT = "import trialist"
DIR = "import trialist; assert 'compare' in dir(trialist)"
VERSION = "import trialist; assert trialist.__version__"
HELP = (
    "import sys; sys.argv = ['trialist', '--help']\n"
    "from trialist.cli.main import main\n"
    "try:\n    main()\nexcept SystemExit as end:\n    assert end.code == 0, end.code"
)
COMMAND_HELP = HELP.replace("'--help'", "'run', '--help'")
WRONG_COMMAND = HELP.replace("'--help'", "'rnu'").replace("== 0", "== 2")


def loaded_by(code: str) -> set[str]:
    """Give the top-level names of all modules that a fresh interpreter holds after `code`."""
    report = "\nimport json, sys\nsys.stderr.write('\\n' + json.dumps(sorted(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", code + report], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return {name.partition(".")[0] for name in json.loads(done.stderr.splitlines()[-1])}


@pytest.mark.parametrize(
    "code",
    [IMPORT, DIR, VERSION, HELP, COMMAND_HELP, WRONG_COMMAND],
    ids=["import", "dir", "version", "help", "run-help", "wrong-command"],
)
def test_the_door_loads_no_heavy_module(code: str) -> None:
    loaded = loaded_by(code)
    assert "trialist" in loaded
    assert loaded & HEAVY == set()


def test_the_list_of_heavy_modules_names_the_dependencies_that_are_heavy() -> None:
    assert {"torch", "numpy", "scipy", "pydantic", "ruamel", "rich", "psutil"} <= HEAVY


def test_a_heavy_module_would_be_seen() -> None:
    assert loaded_by("import trialist; trialist.compare; import numpy") & HEAVY == {"numpy"}
