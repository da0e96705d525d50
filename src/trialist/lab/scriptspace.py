"""The space that is proposed for a script: an optimizer's, over the options that the script has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from trialist.values.errors import ConfigError

if TYPE_CHECKING:
    from trialist.design.advice import SuggestedSpace
    from trialist.values.space import Parameter


def script_space(suggested: SuggestedSpace, options: Sequence[str]) -> list[str]:
    """Give the lines of a study that tunes what a script has options for.

    Args:
        suggested: The space for an optimizer.
        options: The names of the script's options.

    Raises:
        ConfigError: If the script has an option for none of it.
    """
    from trialist.design.advice import space_lines

    named = [(one, _option(one, options)) for one in suggested.parameters]
    kept = [replace(one, name=option) for one, option in named if option is not None]
    absent = [one.name for one, option in named if option is None]
    if not kept:
        raise ConfigError(
            f"the script has no option for {', '.join(absent)}: nothing can be tuned",
            where="--space",
            todo="give it options, such as --lr; or leave --space out",
        )
    return [
        f"# Tuned: config as it is, against what a search over the space of {suggested.optimizer}",
        "# finds. To compare variants that are each tuned, name them, or give what is asked about",
        "# the role scientific: {choices: [sgd, adam], role: scientific}.",
        *space_lines(kept),
        *([f"  # no option of the script: {', '.join(absent)}"] if absent else []),
        f"search: {{trials: {suggested.trials}}}",
    ]


def _option(one: Parameter, options: Sequence[str]) -> str | None:
    from trialist.design.hyperparameters import kind_of

    kind = kind_of(one.name)
    for option in options:
        if option == one.name or (kind is not None and kind_of(option.lstrip("-")) is kind):
            return option
    return None
