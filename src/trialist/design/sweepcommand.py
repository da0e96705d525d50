"""The command of a W&B sweep file: its macros, and how the script gets its seed."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from trialist.design.schema import shown
from trialist.design.scripttext import script_text
from trialist.values.command import INJECT, Command
from trialist.values.errors import near
from trialist.values.placeholders import names_in
from trialist.values.sweepwords import PREFIX, SWEEP_NAMES

DEFAULT = ("${env}", "${interpreter}", "${program}", "${args}")
"""The command of a sweep that names none."""

_ENV = "/usr/bin/env"
_WORDS: Mapping[str, str] = {
    "env": _ENV,
    "interpreter": "python",
    "args_json_file": "{config_json}",
    **{name.removeprefix(PREFIX): f"{{{name}}}" for name in SWEEP_NAMES},
}
_MACRO = re.compile(r"\$\{([^{}]*)\}")
_VARIABLE = re.compile(r"\$\{envvar:([A-Z0-9_]*)\}")
_ASSIGNMENT = re.compile(r"([A-Za-z_]\w*)=(.*)", flags=re.DOTALL)
_ANY_MACRO = [f"${{{name}}}" for name in (*_WORDS, "program", "envvar:NAME")]

_READS_SEED = re.compile(r"\bstart_run\b|\bTRIALIST_SEEDS?\b")
_SEED_OPTION = re.compile(r"""['"]--seed['"]""")
_SEED_OF_CONFIG = re.compile(
    r"""\bconfig(?:\.seed\b|\[\s*['"]seed['"]\s*\]|\.get\(\s*['"]seed['"])"""
)


@dataclass(slots=True, kw_only=True)
class SweepCommand:
    """What a sweep's command becomes.

    Attributes:
        template: The command, as a study says it.
        env: Variables that the sweep sets before the program.
        problems: What is wrong: the place in the list (None for `program`), what, and what to do.
    """

    template: str = ""
    env: dict[str, str] = field(default_factory=dict)
    problems: list[tuple[int | None, str, str]] = field(default_factory=list)


def sweep_command(words: Sequence[Any], program: str | None) -> SweepCommand:
    """Give the command of a sweep with its macros as names in braces.

    Args:
        words: The list `command`.
        program: The script.
    """
    made = SweepCommand()
    found: list[str] = []
    for place, word in enumerate(words):
        if isinstance(word, list | Mapping):
            made.problems.append((place, f"command[{place}] is {shown(word)}, expected a word",
                                  "write text, or a macro such as ${args}"))  # fmt: skip
        else:
            found.append(_word(made, place, str(word), program))
    while found[:1] == [_ENV]:
        found = _without_env(made, found[1:]) or found
        break
    made.template = " ".join(map(_quoted, found))
    return made


def _word(made: SweepCommand, place: int, word: str, program: str | None) -> str:
    """Give a word with its macro resolved; names in braces that it has itself are kept."""
    macro = re.fullmatch(r"\$\{(.*)\}", word, flags=re.DOTALL)
    name = macro.group(1) if macro else ""
    if name == "program":
        if program is None:
            made.problems.append((place, "the command wants ${program}, and the sweep has none",
                                  "add program: train.py"))  # fmt: skip
        return _kept(program or "")
    if name in _WORDS:
        return _WORDS[name]
    text = _kept_but_variables(word)
    for unknown in _MACRO.finditer(_VARIABLE.sub("", word)):
        inside = "a macro is a word of its own" if unknown.group(1) in _WORDS else ""
        todo = inside or near(unknown.group(0), _ANY_MACRO)
        made.problems.append((place, f"{unknown.group(0)} is no macro here", todo))
    return text


def _kept(text: str) -> str:
    """Give a text in which braces mean nothing: a name in them is doubled."""
    for name in names_in(text):
        text = text.replace(f"{{{name}}}", f"{{{{{name}}}}}")
    return text


def _kept_but_variables(word: str) -> str:
    parts, at = [], 0
    for found in _VARIABLE.finditer(word):
        parts += [_kept(word[at : found.start()]), f"{{env.{found.group(1)}}}"]
        at = found.end()
    return "".join([*parts, _kept(word[at:])])


def _without_env(made: SweepCommand, words: list[str]) -> list[str] | None:
    """Give what stands behind `/usr/bin/env` and its assignments; None where it has options."""
    at = 0
    found: dict[str, str] = {}
    while at < len(words) and (given := _ASSIGNMENT.fullmatch(words[at])):
        found[given.group(1)] = given.group(2)
        at += 1
    if at >= len(words) or words[at].startswith("-"):
        return None
    made.env |= found
    return words[at:]


def _quoted(word: str) -> str:
    bare = re.sub(r"\{[\w.-]+\}", "", word)
    return word if word and shlex.quote(bare or "x") == (bare or "x") else shlex.quote(word)


def seed_way(command: Command, folder: Path) -> str | None:
    """Give how the script of a sweep takes its seed, as its text shows.

    Returns:
        "itself" where it asks trialist for it; "config" where it has an option or a key `seed`;
        "inject" where it is a Python script that has to be seeded from outside; None for another
        program.
    """
    text = script_text(command, folder)
    if _READS_SEED.search(text):
        return "itself"
    passes = set(command.names) & set(SWEEP_NAMES)
    if (passes and _SEED_OPTION.search(text)) or _SEED_OF_CONFIG.search(text):
        return "config"
    return INJECT if command.python_script is not None else None
