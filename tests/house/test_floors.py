"""The plan of the house: every room on a floor, and judgement without a clock or a file.

`make check` runs import-linter, which enforces the floors. Here stands that its contracts are
whole, so that nobody weakens them by leaving a line out.
"""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

import trialist

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "trialist"
ROOMS = sorted(path.parent.name for path in SOURCE.glob("*/__init__.py"))
LINTER = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"][
    "importlinter"
]
CONTRACTS = {contract["name"]: contract for contract in LINTER["contracts"]}

NOT_A_ROOM = {"utils", "util", "helpers", "helper", "common", "core", "misc", "shared"}
JUDGEMENT = ("values", "stats", "design", "analysis", "decide")
IMPURE = {
    *("time", "datetime", "random", "secrets", "uuid", "os", "sys", "socket", "subprocess"),
    *("threading", "multiprocessing", "asyncio", "tempfile", "shutil", "platform", "getpass"),
    *("torch", "rich", "psutil", "click", "sqlite3", "urllib", "http"),
}
TOUCHES_FILES = {
    *("open", "read_text", "read_bytes", "write_text", "write_bytes", "unlink", "mkdir", "glob"),
    *("iterdir", "rglob", "is_file", "is_dir", "exists"),
}
MAY_READ_FILES = {  # the study file and what it names
    *("design/yamltext.py", "design/scripttext.py", "design/trialname.py", "design/hydra.py"),
}


def layers() -> list[str]:
    """Give the words of the layers contract, a parenthesis for rooms that are not built."""
    (contract,) = (one for one in CONTRACTS.values() if one["type"] == "layers")
    return [room.strip() for layer in contract["layers"] for room in layer.split("|")]


def imported(tree: ast.AST) -> Iterator[str]:
    """Give the top-level names of everything that is imported, wherever in the file."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield (node.module or "").partition(".")[0]


def called(tree: ast.AST) -> Iterator[str]:
    """Give the names of all methods that are called, and `open`; functions of the house are not."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield node.func.attr
        elif isinstance(node, ast.Call) and getattr(node.func, "id", "") == "open":
            yield "open"


def files_of(rooms: tuple[str, ...]) -> list[Path]:
    """Give the source files of some rooms."""
    return [path for room in rooms for path in sorted((SOURCE / room).rglob("*.py"))]


def place(path: Path) -> str:
    """Give a file's place in the house."""
    return path.relative_to(SOURCE).as_posix()


def test_every_room_has_its_floor() -> None:
    assert ROOMS
    assert set(ROOMS) == {room for room in layers() if not room.startswith("(")}


def test_no_folder_escapes_the_floors() -> None:
    folders = {path.name for path in SOURCE.iterdir() if path.is_dir()} - {"__pycache__"}
    assert folders == set(ROOMS)
    (floors,) = (one for one in CONTRACTS.values() if one["type"] == "layers")
    assert floors["exhaustive"] is True
    assert floors["exhaustive_ignores"] == ["__main__"]
    assert LINTER["exclude_type_checking_imports"] is False


def test_judgement_stands_below_everything_that_acts() -> None:
    order = layers()
    for room in JUDGEMENT:
        for acting in ("ledger", "train", "execute", "render", "lab", "cli"):
            assert order.index(room) > order.index(acting)


@pytest.mark.parametrize(
    ("name", "rooms", "libraries"),
    [
        ("Judgement is pure: no torch, no trackers, no storage", JUDGEMENT, {"torch", "psutil"}),
        (
            "PyTorch lives in train, diagnose and ship",
            ("cli", "lab", "render", "execute", "ledger"),
            {"torch"},
        ),
        ("The vocabulary needs only the standard library", ("values",), {"numpy", "pydantic"}),
    ],
)
def test_a_forbidding_contract_is_there(
    name: str, rooms: tuple[str, ...], libraries: set[str]
) -> None:
    contract = CONTRACTS[name]
    assert contract["type"] == "forbidden"
    assert {f"trialist.{room}" for room in rooms} <= set(contract["source_modules"])
    assert libraries <= set(contract["forbidden_modules"])


def test_no_room_and_no_file_has_a_name_that_says_nothing() -> None:
    assert set(ROOMS) & NOT_A_ROOM == set()
    assert {path.stem for path in SOURCE.rglob("*.py")} & NOT_A_ROOM == set()


def test_no_room_shadows_a_public_name() -> None:
    assert set(ROOMS) & set(trialist.__all__) == set()


@pytest.mark.parametrize("path", files_of(JUDGEMENT), ids=place)
def test_judgement_has_no_clock_no_environment_and_no_chance(path: Path) -> None:
    assert set(imported(ast.parse(path.read_bytes()))) & IMPURE == set()


@pytest.mark.parametrize("path", files_of(JUDGEMENT), ids=place)
def test_judgement_reads_no_file_but_the_study(path: Path) -> None:
    touched = set(called(ast.parse(path.read_bytes()))) & TOUCHES_FILES
    assert touched == set() or place(path) in MAY_READ_FILES


@pytest.mark.parametrize("path", files_of(("values",)), ids=place)
def test_the_vocabulary_imports_the_standard_library_only(path: Path) -> None:
    import sys

    foreign = set(imported(ast.parse(path.read_bytes()))) - sys.stdlib_module_names
    assert foreign <= {"trialist"}


def test_no_file_is_longer_than_a_person_reads() -> None:
    long = {
        place(path): n
        for path in SOURCE.rglob("*.py")
        if (n := len(path.read_text(encoding="utf-8").splitlines())) > 400
    }
    assert long == {}
