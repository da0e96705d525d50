"""What the keys of a W&B sweep file mean in a study, each with its place."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from trialist.design.document import Document, Keys
from trialist.design.hints import hint
from trialist.design.schema import shown
from trialist.design.scripttext import folder_of
from trialist.design.sweepcommand import DEFAULT, seed_way, sweep_command
from trialist.design.sweepdraft import Draft
from trialist.design.sweepearly import read_early
from trialist.design.sweepmetric import read_metric
from trialist.design.sweepspace import SweepSpace, read_parameters
from trialist.values.command import INJECT, Command
from trialist.values.errors import Mistake
from trialist.values.metricsource import MetricSource, SourceKind

TUNED = "tuned"
"""The one variant of a sweep: what its search finds."""

SEEDS = 5
"""Fresh seeds that the winner is run with."""

_METHODS = {"bayes": "gp", "random": "random", "grid": "grid"}
_READ = (
    *("apiVersion", "kind", "controller", "description", "program", "entity", "project"),
    *("method", "command", "name", "run_cap", "metric", "early_terminate", "parameters"),
)
_REFUSED: Mapping[str, tuple[str, str]] = {
    "metrics": (
        "a search by several metrics is W&B's custom method",
        "name the goal in metric, and the others in search.objectives of a study file",
    ),
    "scheduler": ("trialist is the scheduler", "leave it out; `search` of a study says more"),
    "job": ("trialist starts programs here, not jobs of W&B Launch", "give program and command"),
    "image_uri": ("trialist starts no containers", "give program and command"),
}
_FOLDER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What a sweep file became.

    Attributes:
        document: The study, with its places in the sweep file, and with all mistakes.
        notes: What W&B does otherwise, as sentences.
        folder: The folder that the program is in.
    """

    document: Document
    notes: tuple[str, ...]
    folder: Path


def as_study_document(sweep: Document, folder: Path, here: Path | None = None) -> Made:
    """Give a sweep file as the document of a study.

    Args:
        sweep: The file.
        folder: Its folder.
        here: Where the program is looked for if it is not there.
    """
    draft = Draft(sweep)
    data = sweep.data
    for key in data:
        if key in _REFUSED:
            draft.wrong((key,), f"'{key}' cannot be honoured: {_REFUSED[key][0]}",
                        _REFUSED[key][1], of_key=True)  # fmt: skip
        elif key not in _READ:
            draft.wrong((key,), f"'{key}' is not a key of a sweep", hint(key, _READ, nothing=""),
                        of_key=True)  # fmt: skip
    _general(draft)
    method = _method(draft)
    read_metric(draft)
    space = read_parameters(draft.sweep, method=method)
    read_early(draft)
    program = data.get("program")
    where = folder_of(program if isinstance(program, str) else None, folder, here)
    _space(draft, space)
    _command(draft, where, space, method)
    _trials(draft, space, method)
    document = Document(
        name=sweep.name,
        data=draft.data,
        values={(): sweep.name, **draft.values},
        keys=draft.keys,
        mistakes=(*sweep.mistakes, *sorted(draft.mistakes, key=_position)),
    )
    return Made(document=document, notes=tuple(draft.notes), folder=where)


def _position(mistake: Mistake) -> tuple[int, ...]:
    """Give line and column, so that mistakes come as the file goes."""
    return tuple(int(part) for part in (mistake.where or "").split(":")[-2:] if part.isdigit())


def _general(draft: Draft) -> None:
    data = draft.sweep.data
    for key in ("name", "description", "program"):
        if key in data and not isinstance(data[key], str):
            draft.wrong((key,), f"{key} is {shown(data[key])}, expected text", "write text")
    name = data.get("name")
    if isinstance(name, str) and _FOLDER.search(name):
        proper = re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip("-._")
        draft.put(("name",), proper, ("name",))
    if isinstance(data.get("description"), str):
        draft.put(("question",), data["description"], ("description",))
    if data.get("kind", "sweep") != "sweep":
        draft.wrong(("kind",), f"kind is {shown(data['kind'])}, expected sweep", "write sweep")
    controller = data.get("controller", {"type": "local"})
    kind = controller.get("type") if isinstance(controller, dict) else controller
    if kind != "local":
        draft.wrong(("controller",), f"controller is {shown(kind)}: nothing here asks the cloud",
                    "leave it out: trialist chooses the trials itself")  # fmt: skip
    if "project" in data or "entity" in data:
        draft.notes.append("project and entity mean nothing here: nothing is sent to W&B")


def _method(draft: Draft) -> str:
    method = draft.sweep.data.get("method")
    if method is None:
        draft.wrong((), "the sweep has no 'method'", "add method: random, grid or bayes")
    elif method == "custom":
        draft.wrong(("method",), "method: custom is a scheduler of your own, which is not run here",
                    "say random, grid or bayes; a study file has more methods")  # fmt: skip
    elif not isinstance(method, str) or method not in _METHODS:
        draft.wrong(("method",), f"method is {shown(method)}", hint(str(method), [*_METHODS],
                    nothing=""))  # fmt: skip
    else:
        draft.put(("search", "method"), _METHODS[method], ("method",))
        return method
    return "random"


def _space(draft: Draft, space: SweepSpace) -> None:
    draft.mistakes += space.mistakes
    draft.notes += space.notes
    draft.data["variants"] = {TUNED: {}}
    draft.data["seeds"] = SEEDS
    draft.put(("config",), dict(space.constants), ("parameters",))
    for name, of in space.places.items():
        draft.values["config", name] = draft.sweep.place(of)
        draft.keys["config", name] = draft.sweep.place_of_key(of)
    if space.entries:
        draft.put(("space",), {}, ("parameters",))
    for name, entry in space.entries.items():
        draft.put(("space", name), entry, space.places[name])
        for key in entry:
            draft.values["space", name, key] = draft.sweep.place(space.places[name])


def _command(draft: Draft, folder: Path, space: SweepSpace, method: str) -> None:
    data = draft.sweep.data
    words, program = data.get("command", list(DEFAULT)), data.get("program")
    if not isinstance(words, list) or not words:
        draft.wrong(("command",), f"command is {shown(words)}, expected a list",
                    "write [${env}, ${interpreter}, ${program}, ${args}]")  # fmt: skip
        words = []
    if "command" not in data and program is None:
        draft.wrong((), "the sweep has no 'program'", "add program: train.py")
        words = []
    made = sweep_command(words, program if isinstance(program, str) else None)
    for place, message, todo in made.problems:
        draft.wrong(("command",) if place is None else ("command", place), message, todo)
    of: Keys = ("command",) if "command" in data else ("program",)
    draft.put(("command",), made.template or "python missing.py", of)
    if made.env:
        draft.put(("env",), made.env, of)
    if not made.template or made.problems:
        draft.data.setdefault("seed", INJECT)
        return
    _seed(draft, Command(template=made.template, sources=_sources()), folder, space, method)


def _sources() -> tuple[MetricSource, ...]:
    return (MetricSource(name="val/loss", kind=SourceKind.WANDB),)


def _seed(
    draft: Draft, command: Command, folder: Path, space: SweepSpace, method: str
) -> None:  # fmt: skip
    if space.seed_name is not None:
        per_trial = space.n_seeds if method == "grid" else 1
        if per_trial > 1:
            draft.put(("search", "seeds"), per_trial, space.places[space.seed_name])
        draft.notes.append(
            f"{space.seed_name} is no parameter to search (the luckiest seed would win): trialist "
            f"gives each trial {'its seed' if per_trial == 1 else f'{per_trial} seeds'}"
        )
        return
    way = seed_way(command, folder)
    if way == "config":
        draft.put(("config", "seed"), "{seed}", ("program",))
        draft.notes.append("the script takes a seed, so it is given one in every run")
    elif way == INJECT:
        draft.put(("seed",), INJECT, ("program",))


def _trials(draft: Draft, space: SweepSpace, method: str) -> None:
    draft.data.setdefault("search", {})
    draft.data["search"] |= {"claim": "configuration", "replicates": 1}
    cap = draft.sweep.data.get("run_cap")
    if cap is not None and (type(cap) is not int or cap < 1):
        draft.wrong(("run_cap",), f"run_cap is {shown(cap)}, expected a whole number from 1",
                    "write run_cap: 40")  # fmt: skip
        cap = 1
    n = math.prod(len(entry.get("choices", ())) for entry in space.entries.values())
    if method == "grid" and n:
        runs = n * draft.data["search"].get("seeds", 1)
        if cap is not None and cap < runs:
            message = f"run_cap is {cap}, and the grid has {runs} runs: its last values would never"
            todo = f"say run_cap: {runs}, or leave it out; or say method: random"
            draft.wrong(("run_cap",), f"{message} be tried", todo)
        draft.put(("search", "trials"), n, ("method",))
    elif cap is not None:
        draft.put(("search", "trials"), cap, ("run_cap",))
    if not space.entries:
        del draft.data["search"]  # that there is nothing to search is told already
