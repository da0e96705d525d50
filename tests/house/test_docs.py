"""The documents name what there is: every command, option, key and verdict, and nothing else."""

from __future__ import annotations

import difflib
import re
import subprocess
import sys
from dataclasses import fields
from importlib import import_module
from pathlib import Path

import click
import pytest

from trialist.cli.main import _COMMANDS, trialist
from trialist.design.includes import INCLUDE
from trialist.design.schema import NOT_FROM_FILES
from trialist.values.judging import Mode
from trialist.values.metric import Goal, Metric
from trialist.values.seeds import SOURCES
from trialist.values.study import Resources, SeedRange, Study
from trialist.values.verdict import VerdictCode

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md")])
COMMANDS = (DOCS / "reference" / "commands.md").read_text(encoding="utf-8")
SCRIPTS = DOCS / "how-to" / "script-to-study"

HEADING = re.compile(r"^#+ +(.+)$", flags=re.MULTILINE)
LINK = re.compile(r"\]\(([^)\s]+)\)")
OPTION = re.compile(r"(?:^|[\s`(\[|])(--[a-z](?:[a-z-]*[a-z])?)(?![\w-])", flags=re.MULTILINE)
CODE = re.compile(r"^```[^\n]*\n(.*?)^```$|`([^`\n]+)`", flags=re.MULTILINE | re.DOTALL)
PATH = re.compile(r"(?<![\w/])((?:tests|src|docs|benchmarks)/[\w./-]+|[a-z]+/[\w/]+\.py)")
FOREIGN = {"--group", "--kills", "--long", "--check", "--version-of", "--lr", "--epochs"}
FOREIGN |= {"--amp", "--clip", "--layers", "--model", "--momentum", "--nesterov", "--seed"}
FOREIGN |= {"--system", "--config-path", "--config-name"}
"""Options of other programs, and of our benchmarks, that a page may name."""


def command_named(name: str) -> click.Command:
    """Give a command of the command line."""
    return import_module(f"trialist.cli.{name.replace('-', '_')}").command


def options_of(command: click.Command) -> set[str]:
    """Give every option of a command, and of its own commands, that begins with two dashes."""
    own = {
        flag
        for parameter in command.params
        if isinstance(parameter, click.Option)
        for flag in (*parameter.opts, *parameter.secondary_opts)
        if flag.startswith("--")
    }
    if command is trialist or not isinstance(command, click.Group):
        return own
    context = click.Context(command)
    inner = (command.get_command(context, name) for name in command.list_commands(context))
    return own.union(*(options_of(one) for one in inner if one is not None))


ALL_OPTIONS = {"--help", *options_of(trialist)}.union(
    *(options_of(command_named(name)) for name in _COMMANDS)
)


def code_in(page: Path) -> list[str]:
    """Give the fenced blocks and the code between backticks of a page."""
    found = CODE.findall(page.read_text(encoding="utf-8"))
    return [block or inline for block, inline in found]


def section(text: str, title: str) -> str:
    """Give the text below a heading, up to the next heading of any level."""
    _, _, below = text.partition(f"\n## {title}\n")
    assert below, f"no section '{title}'"
    return below.partition("\n## ")[0]


@pytest.mark.parametrize("name", _COMMANDS)
def test_the_reference_has_every_command_with_every_option(name: str) -> None:
    text = section(COMMANDS, f"trialist {name}")
    named = set(OPTION.findall(text))
    assert named >= options_of(command_named(name))


@pytest.mark.parametrize("name", _COMMANDS)
def test_the_reference_gives_a_command_no_option_that_it_lacks(name: str) -> None:
    table = [
        line for line in section(COMMANDS, f"trialist {name}").splitlines() if line.startswith("|")
    ]
    assert set(OPTION.findall("\n".join(table))) <= options_of(command_named(name))


def test_the_reference_says_every_exit_code() -> None:
    text = section(COMMANDS, "Exit codes")
    assert re.findall(r"^\| (\d+) \|", text, flags=re.MULTILINE) == ["0", "1", "2", "3", "4", "130"]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_a_page_names_no_option_that_does_not_exist(page: Path) -> None:
    named = set(OPTION.findall(page.read_text(encoding="utf-8")))
    assert named - ALL_OPTIONS - FOREIGN == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_a_page_names_no_command_that_does_not_exist(page: Path) -> None:
    named = re.findall(
        r"(?:^\$ |^|&& )trialist ([a-z][a-z-]*)", "\n".join(code_in(page)), flags=re.MULTILINE
    )
    assert set(named) <= set(_COMMANDS)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_link_of_a_page_leads_somewhere(page: Path) -> None:
    for link in LINK.findall(page.read_text(encoding="utf-8")):
        if link.startswith("http"):
            continue
        target, _, anchor = link.partition("#")
        if target == "docs/images/report.png":  # made from the demo's report
            continue
        place = (page.parent / target).resolve() if target else page
        assert place.exists(), f"{page.name}: {link}"
        if anchor:
            assert anchor in anchors_of(place), f"{page.name}: {link}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_file_of_the_house_that_a_page_names_is_there(page: Path) -> None:
    inline = (inline for _, inline in CODE.findall(page.read_text(encoding="utf-8")) if inline)
    for name in (name for code in inline for name in PATH.findall(code) if name.islower()):
        places = (ROOT / name, ROOT / "src" / "trialist" / name)
        assert any(place.exists() for place in places), f"{page.name}: {name}"


def anchors_of(page: Path) -> set[str]:
    """Give the anchors of a page's headings, as GitHub makes them."""
    return {
        re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        for heading in HEADING.findall(page.read_text(encoding="utf-8"))
    }


def test_every_page_can_be_reached_from_the_index() -> None:
    seen: set[Path] = set()
    waiting = [ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        if page in seen:
            continue
        seen.add(page)
        links = (link.partition("#")[0] for link in LINK.findall(page.read_text(encoding="utf-8")))
        waiting += [
            (page.parent / link).resolve()
            for link in links
            if link.endswith(".md") and not link.startswith("http")
        ]
    assert set(PAGES) - seen == set()


@pytest.mark.parametrize(
    ("group", "kind"),
    [("", Study), ("metric", Metric), ("seeds", SeedRange), ("resources", Resources)],
)
def test_the_study_file_page_has_every_key(group: str, kind: type) -> None:
    text = (DOCS / "how-to" / "write-a-study.md").read_text(encoding="utf-8")
    keys = [one.name for one in fields(kind) if one.name not in NOT_FROM_FILES]
    named = [f"{group}.{key}" if group else key for key in keys]
    assert [name for name in named if f"| `{name}` |" not in text] == []


def test_the_study_file_page_has_no_key_that_does_not_exist() -> None:
    text = (DOCS / "how-to" / "write-a-study.md").read_text(encoding="utf-8")
    groups = {"metric": Metric, "seeds": SeedRange, "resources": Resources}
    known = {one.name for one in fields(Study)} | {
        f"{group}.{one.name}" for group, kind in groups.items() for one in fields(kind)
    }
    table = section(text, "All keys")
    known |= {INCLUDE}  # resolved while reading: no field of a study
    assert set(re.findall(r"^\| `([\w.]+)` \|", table, flags=re.MULTILINE)) <= known - {"folder"}


def test_the_study_file_page_has_every_word_that_a_key_takes() -> None:
    text = (DOCS / "how-to" / "write-a-study.md").read_text(encoding="utf-8")
    words = [*Goal, *Mode, *SOURCES, "auto"]
    assert [word for word in words if f"`{word}`" not in text] == []


@pytest.mark.parametrize("code", list(VerdictCode))
def test_every_verdict_is_explained(code: VerdictCode) -> None:
    text = (DOCS / "explanation" / "verdicts.md").read_text(encoding="utf-8")
    assert f"| `{code.value}` |" in text


def test_every_key_of_the_results_is_explained() -> None:
    from trialist import compare

    text = (DOCS / "reference" / "results.md").read_text(encoding="utf-8")
    result = compare({"a": [0.1, 0.2, 0.3], "b": [0.4, 0.6, 0.8]}, goal="maximize")
    data = result.to_dict()
    keys = {*data, *data["metric"], *data["variants"][0], *data["comparisons"][0]}
    keys |= {*data["comparisons"][0]["look"], *data["comparisons"][0]["effect_size"]}
    assert [key for key in sorted(keys) if f"`{key}`" not in text] == []


def test_the_readme_shows_the_real_difference_between_the_two_scripts() -> None:
    before = (SCRIPTS / "script.py").read_text(encoding="utf-8").splitlines()
    after = (SCRIPTS / "train.py").read_text(encoding="utf-8").splitlines()
    lines = difflib.unified_diff(before, after, "script.py", "train.py", n=1, lineterm="")
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    (shown,) = re.findall(r"^```diff\n(.*?)^```$", readme, flags=re.MULTILINE | re.DOTALL)
    assert shown.splitlines() == list(lines)


@pytest.mark.slow
def test_the_same_training_runs_as_a_study(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("torch")
    from trialist import run

    monkeypatch.chdir(tmp_path)
    result = run(SCRIPTS / "study.yaml", overrides=["seeds=3"])
    assert result.finished
    assert result.n_failed == 0
    assert result.verdicts["dropout"].n == 3


def test_the_readme_shows_the_study_file_of_the_script() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert (SCRIPTS / "study.yaml").read_text(encoding="utf-8") in readme


@pytest.mark.slow
def test_the_script_runs_before_it_is_a_study() -> None:
    pytest.importorskip("torch")
    done = subprocess.run(
        [sys.executable, str(SCRIPTS / "script.py")], capture_output=True, text=True, check=True
    )
    assert re.search(r"^accuracy 0\.9\d+$", done.stdout, flags=re.MULTILINE)


def test_no_document_names_a_place_of_one_machine() -> None:
    for page in PAGES:
        assert not re.search(r"/(work|home|root|tmp)/", page.read_text(encoding="utf-8")), page.name
