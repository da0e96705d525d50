"""What a script's text says about its options, its seed and its metrics, together."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from trialist.lab.scriptmetrics import FoundMetric, metrics_of
from trialist.lab.scriptoptions import NOT_SAID, Option, Options, imported, options_of
from trialist.lab.scriptseeds import SeedUse, seed_option, seeds_of


class ScriptReading:
    """What one script's text says."""

    def __init__(self, name: str, tree: ast.Module) -> None:
        self.name = name
        self.options: Options = options_of(tree)
        self.seed: Option | None = seed_option(self.options.options)
        uses = seeds_of(tree)
        self.fixed = tuple(use for use in uses if use.is_fixed)
        self.open = tuple(use for use in uses if not use.is_fixed)
        self.reads_argv = "sys.argv" in ast.unparse(tree)
        is_given = self.options.way in ("wandb", "none") and "wandb" in imported(tree)
        self.is_wandb = is_given and ".config" in ast.unparse(tree)
        self.metrics: Sequence[FoundMetric] = sorted(
            metrics_of(tree), key=lambda one: self.is_wandb and one.keys.get("from") != "wandb"
        )
        self.goal: FoundMetric | None = self.metrics[0] if self.metrics else None

    @property
    def hard(self) -> tuple[SeedUse, ...]:
        """What makes every run the same: seeds of the script's own, where it takes no others."""
        takes_one = self.seed is not None or self.open
        return () if takes_one else tuple(use for use in self.fixed if not use.is_part)

    @property
    def kept(self) -> tuple[Option, ...]:
        """The options that become keys of `config`."""
        return tuple(
            option
            for option in self.options.options
            if option is not self.seed
            and not option.is_positional
            and not option.is_truth
            and option.default is not NOT_SAID
            and option.default not in (None, "")
            and (option.name[:1] != "-" or option.name[:2] == "--")
        )

    @property
    def left_out(self) -> tuple[str, ...]:
        """The names of the other options."""
        kept = {option.name for option in self.kept}
        others = [one for one in self.options.options if one is not self.seed]
        return tuple(one.name for one in others if one.name not in kept and not one.is_positional)
