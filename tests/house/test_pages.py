"""Every fenced block of the documents that is marked to run, runs, and prints what stands there.

The marks are explained in docs/README.md: `console` blocks are commands with their output, a block
with `file=NAME` is a file of the page's folder, python blocks print what stands after `#>`.
"""

from __future__ import annotations

import difflib
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from pytest_examples import CodeExample, EvalExample, find_examples

ROOT = Path(__file__).parents[2]
PAGES = sorted(
    [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")],
    key=lambda path: path.relative_to(ROOT).as_posix(),
)
FENCE = re.compile(r"^```(\w+)([^\n]*)\n(.*?)^```$", flags=re.MULTILINE | re.DOTALL)
FILE = re.compile(r"\bfile=(\S+)")
END = "--- end of a command:"

VARYING = [
    (re.compile(r"\d+ h \d\d min|\d+ min \d\d s|\d+(\.\d+)? s\b"), "TIME"),
    (re.compile(r"\b(?=[0-9a-f]*\d)[0-9a-f]{8,}\b"), "HASH"),
    (re.compile(r"\d+ workers?( busy \d+ %)?"), "WORKERS"),
    (re.compile(r"process \d+ on \S+ since \S+"), "PROCESS"),
    (re.compile(r"\b(process|kill) \d+"), "PROCESS"),
]
"""What differs between two runs of the same command, and what it is replaced with."""

LABEL = re.compile(r"^([\w/.-]+)(?=  )")


@dataclass(frozen=True, kw_only=True)
class Block:
    """A fenced block.

    Attributes:
        language: The fence's first word.
        rest: What follows it.
        text: The block's lines.
        line: Where it begins.
    """

    language: str
    rest: str
    text: str
    line: int

    @property
    def file(self) -> str | None:
        """The file that it is, if it is one."""
        found = FILE.search(self.rest)
        return found.group(1) if found else None

    @property
    def is_rough(self) -> bool:
        """True where its numbers come from training, which differs between machines."""
        return "rough" in self.rest.split()


@dataclass(frozen=True, kw_only=True)
class Command:
    """A command of a console block with the output that stands below it."""

    words: str
    shown: list[str]
    block: Block


def blocks_of(page: Path) -> list[Block]:
    """Give all fenced blocks of a page."""
    text = page.read_text(encoding="utf-8")
    return [
        Block(
            language=found.group(1),
            rest=found.group(2),
            text=found.group(3),
            line=text[: found.start()].count("\n") + 1,
        )
        for found in FENCE.finditer(text)
    ]


def commands_of(block: Block) -> list[Command]:
    """Give the commands of a console block; a line ending in a backslash goes on."""
    found: list[Command] = []
    for line in block.text.replace("\\\n", "").splitlines():
        if line.startswith("$ "):
            found.append(Command(words=line[2:], shown=[], block=block))
        else:
            found[-1].shown.append(line.rstrip())
    return found


def steps_of(page: Path) -> Iterator[Block]:
    """Give what a page does, in order: files to write and commands to run."""
    return (one for one in blocks_of(page) if one.file or one.language == "console")


def console_pages() -> list[Path]:
    """Give the pages that run commands."""
    return [page for page in PAGES if any(one.language == "console" for one in steps_of(page))]


def script_of(page: Path) -> tuple[str, list[Command]]:
    """Give a page as one shell script that marks the end of every command, and its commands."""
    lines, commands = [], []
    for block in steps_of(page):
        if block.file:
            lines.append(f"cat > '{block.file}' <<'END OF FILE'\n{block.text}END OF FILE")
            continue
        for command in commands_of(block):
            commands.append(command)
            lines.append(f"{command.words}\nstatus=$?; echo; echo '{END}' $status; (exit $status)")
    return "\n".join(lines) + "\n", commands


def outputs(text: str) -> list[tuple[list[str], int]]:
    """Give the lines and the exit status of each command."""
    found: list[tuple[list[str], int]] = []
    lines: list[str] = []
    for line in text.splitlines():
        if line.startswith(END):
            found.append((lines[:-1], int(line.removeprefix(END))))
            lines = []
        else:
            lines.append(line.rstrip())
    return found


def normal(lines: list[str]) -> list[str]:
    """Give lines without what differs between two runs, and without empty ends."""
    text = "\n".join(lines).strip("\n")
    for pattern, word in VARYING:
        text = pattern.sub(word, text)
    return text.split("\n")


def fits(shown: list[str], real: list[str]) -> bool:
    """Tell whether real lines are those shown; a line `...` stands for any number of lines."""
    parts = [r"(?:.*\n)*?" if line == "..." else re.escape(line) + r"\n" for line in normal(shown)]
    return re.fullmatch("".join(parts), "\n".join(normal(real)) + "\n") is not None


def labels(lines: list[str]) -> set[str]:
    """Give the words at the start of lines that stand in a column of their own."""
    return {found.group(1) for line in lines if (found := LABEL.match(line))}


def check(command: Command, real: list[str], status: int, *, asked: bool) -> None:
    """Hold one command's output against what the page shows."""
    where = f"line {command.block.line}: {command.words}"
    assert status == 0 or asked, f"{where} exited with {status}:\n" + "\n".join(real)
    if command.block.is_rough:
        missing = labels(command.shown) - labels(real)
        assert not missing, f"{where} prints no line {missing}:\n" + "\n".join(real)
        return
    difference = "\n".join(difflib.unified_diff(command.shown, real, "shown", "real", lineterm=""))
    assert fits(command.shown, real), f"{where}\n{difference}"


def surroundings(folder: Path) -> dict[str, str]:
    """Give the environment of a page: our own command first, a state directory of its own."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("TRIALIST")}
    return {
        **kept,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "XDG_STATE_HOME": str(folder / ".state"),
        "PYTHONUTF8": "1",
    }


@pytest.mark.slow
@pytest.mark.parametrize(
    "page", console_pages(), ids=lambda page: page.relative_to(ROOT).as_posix()
)
def test_the_commands_of_a_page_print_what_stands_there(page: Path, tmp_path: Path) -> None:
    if "torch" in "".join(block.rest + block.text for block in steps_of(page)):
        pytest.importorskip("torch")
    script, commands = script_of(page)
    folder = tmp_path / "page"
    folder.mkdir()
    done = subprocess.run(
        ["bash", "-c", f"exec 2>&1\n{script}"],
        cwd=folder,
        env={**surroundings(tmp_path), "DOCS": str(ROOT / "docs")},
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=300,
    )
    found = outputs(done.stdout)
    assert len(found) == len(commands), done.stdout + done.stderr
    for place, (command, (real, status)) in enumerate(zip(commands, found, strict=True)):
        after = commands[place + 1].words if place + 1 < len(commands) else ""
        check(command, real, status, asked=after == "echo $?")


PYTHON = [example for example in find_examples(*map(str, PAGES)) if not FILE.search(example.prefix)]


@pytest.mark.parametrize("example", PYTHON, ids=str)
def test_a_python_block_prints_what_stands_there(
    example: CodeExample,
    eval_example: EvalExample,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    for block in blocks_of(example.path):
        if block.file:
            (tmp_path / block.file).write_text(block.text, encoding="utf-8")
    eval_example.set_config(line_length=100)
    eval_example.run_print_check(example)


def test_the_readme_has_a_python_block_and_the_tutorial_runs() -> None:
    assert any(example.path == ROOT / "README.md" for example in PYTHON)
    assert ROOT / "docs" / "tutorial.md" in console_pages()


def test_a_block_that_differs_is_found() -> None:
    shown = ["plan 5da6adfe in 14 s", "...", "end"]
    assert fits(shown, ["plan 1234abcd in 2.1 s", "anything", "end"])
    assert fits(shown, ["plan 1234abcd in 2.1 s", "end"])
    assert not fits(shown, ["plan 1234abcd in 2.1 s", "END"])
    assert not fits(["mean 97.18"], ["mean 97.19"])


def test_every_page_marks_its_blocks() -> None:
    known = {"console", "python", "sh", "text", "yaml", "json", "csv", "diff"}
    for page in PAGES:
        for block in blocks_of(page):
            assert block.language in known, f"{page.name}:{block.line}: {block.language}"
        text = page.read_text(encoding="utf-8")
        assert len(re.findall(r"^```", text, flags=re.MULTILINE)) == 2 * len(blocks_of(page)), (
            page.name
        )
