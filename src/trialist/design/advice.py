"""A space for an optimizer: where to begin, sized for a number of trials."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from trialist.design.hints import hint
from trialist.design.lintwords import listed
from trialist.design.onechange import written
from trialist.design.optimizers import OPTIMIZERS, optimizer_named
from trialist.values.errors import ConfigError
from trialist.values.numbers import plain
from trialist.values.space import Parameter, Scale

USUAL_TRIALS = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestedSpace:
    """A space for one optimizer, sized for a number of trials.

    Attributes:
        optimizer: Its name.
        trials: Trials per search that it is sized for.
        parameters: What to search, the most important first.
        left_out: What so few trials are too few for, with its default.
        note: What the ranges take for granted; empty: nothing.
    """

    optimizer: str
    trials: int
    parameters: tuple[Parameter, ...]
    left_out: tuple[str, ...] = ()
    note: str = ""

    def __str__(self) -> str:
        lines = [f"# {self.optimizer}, for {self.trials} trials per search"]
        lines += [f"# {self.note}"] if self.note else []
        lines += [f"# not tuned: {listed(self.left_out)}"] if self.left_out else []
        return "\n".join([*lines, *space_lines(self.parameters)]) + "\n"


def suggest_space(optimizer: str, *, trials: int = USUAL_TRIALS) -> SuggestedSpace:
    """Give a space for an optimizer: ranges, scales and limits, for so many trials per search.

    It is where to begin: `trialist analyze` says which ranges are too narrow.

    Args:
        optimizer: sgd, nesterov, adam, adamw or rmsprop.
        trials: Trials of one search; the fewer, the fewer parameters.

    Raises:
        ConfigError: If nobody here knows the optimizer.

    References:
        Godbole et al. (2023), "Deep Learning Tuning Playbook".

    Example:
        >>> print(suggest_space("adam", trials=8))
        # adam, for 8 trials per search
        # beta1 and beta2 are two keys that the code makes betas of
        # not tuned: beta1 (0.9), weight_decay (0), eps (1e-8) and beta2 (0.999)
        space:
          lr: {low: 1e-5, high: 0.1, log: true, hard_low: 0}
        <BLANKLINE>
    """
    found = optimizer_named(optimizer)
    if found is None:
        known = tuple(OPTIMIZERS)
        raise ConfigError(
            f"no space is known for the optimizer {optimizer!r}",
            todo=hint(optimizer, known, nothing=""),
        )
    kept = [knob for knob in found.knobs if knob.trials <= trials]
    return SuggestedSpace(
        optimizer=found.name,
        trials=trials,
        parameters=tuple(knob.parameter for knob in kept),
        left_out=tuple(
            f"{knob.parameter.name} ({knob.default})" for knob in found.knobs if knob not in kept
        ),
        note=found.note,
    )


def space_lines(parameters: Sequence[Parameter]) -> tuple[str, ...]:
    """Give parameters as the lines of a study file's `space`."""
    return ("space:", *(f"  {one.name}: {{{', '.join(_keys(one))}}}" for one in parameters))


def _keys(one: Parameter) -> list[str]:
    keys = [f"{end}: {short(value)}" for end, value in (("low", one.low), ("high", one.high))
            if value is not None]  # fmt: skip
    keys += [f"choices: {written(list(one.choices))}"] if one.choices else []
    if one.scale is Scale.LOG:
        keys.append("log: true")
    elif one.scale is not Scale.LINEAR:
        keys.append(f"scale: {one.scale.value}")
    keys += ["switch: true"] if one.switch else []
    limits = (("hard_low", one.hard_low), ("hard_high", one.hard_high))
    return keys + [f"{name}: {short(value)}" for name, value in limits if value is not None]


def short(value: float) -> str:
    """Give a number as a person writes it in a study file.

    Example:
        >>> short(1e-5), short(0.01), short(600.0)
        ('1e-5', '0.01', '600')
    """
    return plain(value).replace("e-0", "e-").replace("e+0", "e").replace("e+", "e")
