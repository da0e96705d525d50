"""What the playbook advises of a first baseline, and whether it is better than chance."""

from __future__ import annotations

from collections.abc import Mapping

from trialist.design.hyperparameters import Kind, kind_of
from trialist.design.lintwords import listed
from trialist.values.study import Config, Study

FIRST_RUN = (
    "No run of this code is known here. Let the baseline run alone first, a simple one (a standard "
    "model, an optimizer that many use, a constant learning rate), and see that it is better than "
    "chance."
)
"""What comes before the first round."""

_CONSTANT = ("constant", "none", "false")
_CLASSES = ("n_classes", "num_classes", "classes")


def baseline_advice(study: Study) -> tuple[str, ...]:
    """Give what is worth knowing of a baseline that begins with more than it needs."""
    scheduled = [
        f"{name}: {value}"
        for name, value in study.config.items()
        if kind_of(name) is Kind.SCHEDULE and str(value).casefold() not in _CONSTANT
    ]
    if not scheduled:
        return ()
    sentence = (
        f"The baseline has a schedule ({listed(scheduled)}), which ties every result to the number "
        "of steps: a first baseline takes a constant learning rate."
    )
    return (sentence,)


def classes_of(config: Config) -> int | None:
    """Give the number of classes that a configuration names; None where it names none.

    Example:
        >>> classes_of({"data": {"n_classes": 10}})
        10
    """
    for name, value in config.items():
        found = classes_of(value) if isinstance(value, Mapping) else None
        if found is not None:
            return found
        if name in _CLASSES and isinstance(value, int) and not isinstance(value, bool):
            return value
    return None


def worse_than_chance(value: float, *, n_classes: int, n_examples: int = 1000) -> str | None:
    """Say that an accuracy is no better than chance; None where it is.

    It is better where it lies three standard errors above that of guessing.

    Args:
        value: The accuracy, as a fraction.
        n_classes: Classes that are about equally frequent.
        n_examples: Examples that it was measured on.

    Example:
        >>> worse_than_chance(0.95, n_classes=10) is None
        True
    """
    if n_classes < 2:
        return None
    chance = 1 / n_classes
    error = (chance * (1 - chance) / n_examples) ** 0.5
    if value > chance + 3 * error:
        return None
    return (
        f"An accuracy of {100 * value:.2g} % is no better than chance ({100 * chance:.2g} % for "
        f"{n_classes} classes): the training does not work yet."
    )
