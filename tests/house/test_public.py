"""What is public: `trialist.__all__`, importable, at the place it says, and documented."""

from __future__ import annotations

import ast
import inspect
import tomllib
from importlib import import_module
from pathlib import Path

import pytest

import trialist

ROOT = Path(__file__).parents[2]


def public_members(kind: type) -> list[str]:
    """Give the public names that a class defines itself."""
    return [
        name
        for name, member in vars(kind).items()
        if not name.startswith("_")
        and (inspect.isfunction(member) or isinstance(member, property | classmethod))
    ]


@pytest.mark.parametrize("name", trialist.__all__)
def test_every_public_name_can_be_imported_from_its_home(name: str) -> None:
    found = getattr(trialist, name)
    home = import_module(trialist._HOMES[name])
    assert found is getattr(home, name)
    assert found.__module__ == home.__name__


@pytest.mark.parametrize("name", trialist.__all__)
def test_every_public_object_has_a_docstring(name: str) -> None:
    found = getattr(trialist, name)
    assert inspect.getdoc(found)
    if inspect.isclass(found):
        without = [one for one in public_members(found) if not inspect.getdoc(vars(found)[one])]
        assert without == []


def test_all_and_the_homes_name_the_same_things() -> None:
    assert sorted(trialist.__all__) == sorted(trialist._HOMES)
    assert len(set(trialist.__all__)) == len(trialist.__all__)


def test_what_editors_see_is_what_is_there() -> None:
    tree = ast.parse(Path(trialist.__file__).read_text(encoding="utf-8"))
    seen = {
        alias.name: node.module
        for branch in tree.body
        if isinstance(branch, ast.If)
        for node in branch.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert seen == trialist._HOMES


def test_dir_lists_what_is_public_and_the_version() -> None:
    assert sorted(dir(trialist)) == sorted([*trialist.__all__, "__version__"])


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'comparee'"):
        _ = trialist.comparee


def test_the_version_is_the_one_of_the_package() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert trialist.__version__ == project["version"]


def test_every_module_says_what_it_is() -> None:
    source = Path(trialist.__file__).parent
    files = [path for path in source.rglob("*.py") if "example" not in path.parts]
    without = [path.name for path in files if not ast.get_docstring(ast.parse(path.read_bytes()))]
    assert len(files) > 50
    assert without == []
