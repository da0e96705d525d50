"""`trialist preview`: what augmentation makes of a study's training examples, as pictures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from trialist.lab.taskstudy import task_study
from trialist.ledger.atomic import atomic_file, write_atomic
from trialist.render.previewpage import PreviewShown, preview_html, preview_sentence
from trialist.values.errors import ConfigError, InsufficientDataError
from trialist.values.previewed import ORIGINAL, Previewed
from trialist.values.study import Study

PAGE = "preview.html"
_KINDS = (".html", ".png")


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewReport:
    """What was shown, and where.

    Attributes:
        shown: The pictures and what they are of.
        path: The file that was written.
    """

    shown: PreviewShown
    path: Path

    def to_dict(self) -> dict[str, Any]:
        """Give the report as plain data, without the pictures."""
        found = self.shown.found
        return {
            "format": 1,
            "study": self.shown.study,
            "variant": self.shown.variant,
            "seed": self.shown.seed,
            "augmentation": found.own,
            "columns": list(found.columns),
            "examples": [one.number for one in found.examples],
            "notes": list(found.notes),
            "file": str(self.path),
        }

    def __str__(self) -> str:
        tiers = ", ".join(name for name in self.shown.found.columns if name != ORIGINAL)
        lines = [preview_sentence(self.shown), *self.shown.found.notes]
        lines += [f"shown  {len(self.shown.found.examples)} examples: {ORIGINAL}, {tiers}"]
        return "\n".join([*lines, f"wrote  {self.path}"])


def preview(  # noqa: PLR0913 — which training, and how much of it is to be seen
    study: Study | str | Path,
    *,
    variant: str | None = None,
    seed: int | None = None,
    examples: int = 8,
    epochs: int = 2,
    tiers: Sequence[str] | None = None,
    to: str | Path = PAGE,
    overrides: Sequence[str] = (),
) -> PreviewReport:
    """Write the first training examples of a variant, before and after augmentation, as pictures.

    The study's trial has to be a `trialist.train.Task` whose data have pictures, shape
    `(n, channels, height, width)`. Nothing is registered.

    Args:
        study: A study, or the path of a study file.
        variant: The variant; None: the baseline.
        seed: The replicate's number; None: the first of the study.
        examples: How many.
        epochs: How often each is shown changed.
        tiers: "weak", "medium", "strong" or "progressive", beside what the variant does itself;
            None: all that can be had here.
        to: The file: a page, or one picture where it ends in `.png`.
        overrides: Dotted changes of the file, for example `config.augmentation=strong`.

    Raises:
        ConfigError: If the study says something impossible, or its trial is no task.
        DataError: If its data have no pictures.
        TrialError: If the task ends with an error of its own.
    """
    path = Path(to)
    if path.suffix not in _KINDS:
        raise ConfigError(
            f"the file is to be {path.name!r}",
            where="--to",
            todo=f"give a name that ends in {' or '.join(_KINDS)}",
        )
    asked = task_study(study, variant=variant, overrides=overrides)
    number = asked.plan.seeds[0] if seed is None else seed
    settings = {
        "examples": examples,
        "epochs": epochs,
        "tiers": None if tiers is None else list(tiers),
    }
    answer = asked.ask("pictures", settings, seeds=(number,))
    if answer.is_out_of_memory:
        raise InsufficientDataError(
            "the task's data take more memory than there is",
            todo="ask on a machine that can run the study",
        )
    shown = PreviewShown(
        study=asked.plan.study,
        variant=asked.variant,
        seed=number,
        epochs=epochs,
        found=Previewed.from_dict(answer.told),
    )
    _write(path, shown)
    return PreviewReport(shown=shown, path=path)


def _write(path: Path, shown: PreviewShown) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".png":
        with atomic_file(path) as file:
            file.write(shown.found.png())
    else:
        write_atomic(path, preview_html(shown))
