"""Tests mirror the source: whoever looks for the tests of a file knows where they are."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "trialist"
TESTS = ROOT / "tests"
ROOMS = sorted(path.parent.name for path in SOURCE.glob("*/__init__.py"))

NOT_ROOMS = {"house", "torture", "benchmarks"}
"""Test folders that stand for no room: the house as a whole, kills, and the benchmarks' own."""

JOURNEYS: dict[str, set[str]] = {
    "lab": {"badinput", "journey"},
    "cli": {"commands"},
    "decide": {"calibration"},
    "render": {"browser"},
}
"""Tests that go through several files of a room, by room; everything else mirrors one file."""


def room_tests() -> list[Path]:
    """Give the test files that lie in a room's folder."""
    return [path for room in ROOMS for path in sorted((TESTS / room).rglob("test_*.py"))]


def concept(path: Path) -> str:
    """Give what a test file is about: the name without `test_`."""
    return path.stem.removeprefix("test_")


def names_in(room: str) -> set[str]:
    """Give the files and folders of a room by their bare names."""
    found = (SOURCE / room).rglob("*")
    return {path.stem for path in found if path.suffix == ".py" or path.is_dir()}


def is_journey(path: Path, room: str) -> bool:
    """Tell whether a test is listed as going through several files."""
    return any(concept(path).startswith(journey) for journey in JOURNEYS.get(room, ()))


def test_test_folders_are_rooms() -> None:
    folders = {path.name for path in TESTS.iterdir() if path.is_dir()} - {"__pycache__"}
    assert folders - NOT_ROOMS <= set(ROOMS)
    assert "house" in folders


@pytest.mark.parametrize("path", room_tests(), ids=lambda path: path.relative_to(TESTS).as_posix())
def test_a_test_file_has_a_source_of_its_name(path: Path) -> None:
    room = path.relative_to(TESTS).parts[0]
    assert concept(path) in names_in(room) or is_journey(path, room)


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_has_tests(room: str) -> None:
    assert list((TESTS / room).rglob("test_*.py"))


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_says_why_it_exists(room: str) -> None:
    readme = SOURCE / room / "README.md"
    text = readme.read_text(encoding="utf-8")
    assert text.startswith(f"# {room}")
    assert 5 <= len(text.splitlines()) <= 40
    assert "never" in text


def test_every_test_folder_but_the_rooms_is_explained() -> None:
    for name in NOT_ROOMS & {path.name for path in TESTS.iterdir() if path.is_dir()}:
        assert list((TESTS / name).glob("test_*.py")), name
