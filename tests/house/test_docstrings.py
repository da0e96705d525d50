"""Every example in a docstring of the source gives what it prints."""

from __future__ import annotations

import doctest
from importlib import import_module
from pathlib import Path

import pytest

import trialist

SOURCE = Path(trialist.__file__).parent
MODULES = sorted(
    ".".join(("trialist", *path.relative_to(SOURCE).with_suffix("").parts))
    for path in SOURCE.rglob("*.py")
    if ">>> " in path.read_text(encoding="utf-8") and "example" not in path.parts
)


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_a_module_hold(name: str) -> None:
    module = import_module(name.removesuffix(".__init__"))
    found = doctest.testmod(module, optionflags=doctest.NORMALIZE_WHITESPACE)
    assert found.attempted > 0
    assert found.failed == 0


def test_there_are_examples() -> None:
    assert "trialist.lab.compare" in MODULES
