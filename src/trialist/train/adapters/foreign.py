"""A run that the loop of another framework trains: seeds, rows, and whether to go on."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

from trialist.train.adapters.names import house_name
from trialist.train.seeding import seed_everything
from trialist.values.errors import MissingExtraError
from trialist.values.ports import Sink


class ForeignLoop:
    """Tells a run what a framework's own loop does.

    What is made after it (the model) is drawn from `run.seed.model`; what is drawn after `begin`
    follows from `run.seed.train`.

    Args:
        run: The `run` of a trial, or of `trialist.start_run`.
        framework: What the framework is called.

    Raises:
        ConfigError: If the run has no seed.
    """

    def __init__(self, run: Sink, framework: str) -> None:
        self.run = run
        self.framework = framework
        self.is_stopped = False
        """True from where the run was told to end."""
        self._has_begun = False
        self._places: set[str] = set()
        self._last: dict[str, tuple[int | None, float]] = {}
        seed_everything(run.seed.model)

    def begin(self) -> None:
        """Seed the training; tell, once, that resuming it is the framework's own matter."""
        self.run.should_stop()  # from here on the run is asked, and never ended from within `log`
        seed_everything(self.run.seed.train)
        if not self._has_begun:
            self._has_begun = True
            self.run.finding(
                f"exact_resume: false. {self.framework} goes on from a checkpoint in its own way: "
                "a run that was killed need not end with the bits of an undisturbed one"
            )

    def log(
        self,
        values: Mapping[str, Any],
        step: int | None,
        *,
        called: Mapping[str, str] | None = None,
    ) -> None:
        """Record what the framework logs; what is no number, or was there already, is left out.

        Args:
            values: Numbers by the framework's names.
            step: The framework's step.
            called: Names that are to be other ones than the rules say.
        """
        row: dict[str, float] = {}
        for given, value in values.items():
            name = (called or {}).get(given) or house_name(given)
            number = _number(value)
            if name is None or number is None or self._is_known(name, step, number):
                continue
            row[name] = number
            self._last[name] = (step, number)
        if row:
            self.run.log(row, step=step)

    def should_stop(self) -> bool:
        """Tell whether the training is to end at this step: in all its processes, or in none."""
        self.is_stopped = self.is_stopped or _any_of_all(is_asked=self.run.should_stop())
        return self.is_stopped

    def saves_in(self, folder: Any, *, setting: str) -> None:
        """Tell, once, where the framework keeps its checkpoints.

        Args:
            folder: The folder.
            setting: How to have them in the run's folder.
        """
        place = Path(folder).absolute()
        own = getattr(self.run, "directory", None)
        if own is not None and place.is_relative_to(Path(own).absolute()):
            inside = place.relative_to(Path(own).absolute()).as_posix()
            said = f"{self.framework} keeps its checkpoints in {inside}, in the run's own folder"
        else:
            said = (
                f"{self.framework} keeps its checkpoints in {place}; with {setting} they would lie "
                "in the run's own folder, apart from those of other runs"
            )
        if said not in self._places:
            self._places.add(said)
            self.run.finding(said)

    def ended_early(self, step: int | None) -> None:
        """Tell that the framework ended the training before its last step, where it did so."""
        if not self.is_stopped:
            at = "" if step is None else f", after step {step:,}"
            self.run.finding(f"{self.framework} stopped early{at}")

    def interrupted(self) -> None:
        """Close a script's run as stopped, where the framework turns Ctrl-C into an exit."""
        close = getattr(self.run, "close", None)
        if close is not None:
            close(KeyboardInterrupt())

    def _is_known(self, name: str, step: int | None, number: float) -> bool:
        # An evaluation after the last step is often one that was made there already.
        return step is not None and self._last.get(name) == (step, number)


def module_of(names: tuple[str, ...], *, install: str) -> Any:
    """Give the first of some modules that can be imported.

    Args:
        names: Modules, the preferred one first.
        install: What pip calls the framework.

    Raises:
        MissingExtraError: If none is installed.
    """
    for name in names:
        try:
            return import_module(name)
        except ModuleNotFoundError as error:
            if not name.startswith(error.name or "?"):
                raise  # it is there, and lacks something itself
    raise MissingExtraError(
        f"this needs {install}, which is not installed", todo=f"pip install {install}"
    )


def _number(value: Any) -> float | None:
    if isinstance(value, str | bytes):
        return None
    try:
        return float(value)
    except (TypeError, ValueError, RuntimeError):
        return None


def _any_of_all(*, is_asked: bool) -> bool:
    """Give the answer of all processes: one that went on alone would wait forever."""
    torch: Any = sys.modules.get("torch")  # Keras may do without
    if torch is None or not torch.distributed.is_available():
        return is_asked
    distributed = torch.distributed
    if not distributed.is_initialized():
        return is_asked
    on_gpu = distributed.get_backend() == "nccl"
    asked = torch.tensor(int(is_asked), device="cuda" if on_gpu else "cpu")
    distributed.all_reduce(asked, op=distributed.ReduceOp.MAX)
    return bool(asked.item())
